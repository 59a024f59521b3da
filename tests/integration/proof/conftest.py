"""A table of the tests' own, large enough that PostgreSQL has reason to read its index."""

import os

import psycopg
import pytest

BOATS, HAULS = 40, 400
TABLE = f"""
CREATE TABLE haul AS
SELECT n AS id, n %% {BOATS} AS boat, DATE '2024-01-01' + n / {4 * BOATS} AS day, 'crew ' || n %% 97 AS crew,
       repeat('fish ', 10) AS kept
  FROM generate_series(1, {BOATS * HAULS}) AS n
"""
INDEX = "CREATE INDEX haul_of_boat ON haul (boat, day, id)"


def execute_as_owner(*statements):
    """Change the schema, committed."""
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement)


@pytest.fixture(scope="module")
def hauls(database):
    """Hauls of forty boats, with an index in order of each one's days."""
    execute_as_owner(
        TABLE.replace("%%", "%"),
        INDEX,
        "GRANT ALL ON haul TO PUBLIC",
        "CREATE TABLE port AS SELECT n AS id FROM generate_series(1, 20) AS n",
        "GRANT ALL ON port TO PUBLIC",
        "VACUUM ANALYZE haul, port",
    )


@pytest.fixture(autouse=True)
def plain_proof(proof_settings):
    """Prove within a plain transaction, and keep nothing, unless a test says otherwise."""
    proof_settings()


@pytest.fixture
def proof_settings():
    """Set what the project says of its proofs, for one test."""
    from django.test import override_settings

    entered = []

    def override_proof_settings(**said):
        overriding = override_settings(PROOF=said)
        overriding.enable()
        entered.append(overriding)

    yield override_proof_settings
    for overriding in reversed(entered):
        overriding.disable()
