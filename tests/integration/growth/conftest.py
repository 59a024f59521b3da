"""A farm of a few pens, committed, and its states."""

import psycopg
import pytest


@pytest.fixture
def farm(database, company):
    """The farm of a company of its own, estimated."""
    # Models are imported once Django is set up, after this file.
    from tests.edited_farm import write_farm

    from grilse.growth.estimate import estimate_batches

    made = write_farm(company)
    with psycopg.connect(database) as connection:
        estimate_batches(connection, company, list(made.batches.values()))
        connection.commit()
    return made
