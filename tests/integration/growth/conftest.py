"""A farm of a few pens, and its states."""

import psycopg
import pytest


@pytest.fixture
def farm(database, farm):
    """The farm, estimated."""
    from grilse.growth.estimating.run import estimate_batches

    with psycopg.connect(database) as connection:
        estimate_batches(connection, farm.company, list(farm.batches.values()))
        connection.commit()
    return farm
