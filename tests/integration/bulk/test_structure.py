"""Indexes and constraints are dropped for a load only where nothing would be lost, and come back whole."""

import psycopg
import pytest

from grilse.bulk import structure
from grilse.farm.models import Company
from grilse.schema import repair

TABLES = ("feeding_draw", "feeding_meal", "stock_movement")


@pytest.fixture
def administrator(database):
    """The owner's connection outside a transaction."""
    with psycopg.connect(database, autocommit=True) as connection:
        yield connection
        structure.repair(database, structure.missing(connection))


def test_nothing_is_missing_after_the_migrations(administrator):
    assert structure.missing(administrator) == []


def test_what_is_dropped_is_missing_until_it_is_repaired(database, administrator):
    before = structure.present(administrator)
    dropped = structure.drop(administrator, TABLES)

    assert {part.name for part in structure.missing(administrator)} == {part.name for part in dropped}
    assert "stock_movement_source_id_fkey" in {part.name for part in dropped}
    structure.repair(database, structure.missing(administrator))
    assert structure.present(administrator) == before


def test_a_table_with_rows_keeps_its_indexes(database, administrator):
    Company.objects.using("owner").create(name="Somebody")

    assert structure.drop(administrator, ["farm_company"]) == []


def test_a_start_makes_a_lost_index_again(database, administrator):
    administrator.execute("DROP INDEX stock_movement_source")

    assert [part.name for part in structure.missing(administrator)] == ["stock_movement_source"]
    assert repair() == 1
    assert structure.missing(administrator) == []


def test_a_load_under_way_is_not_repaired(database, administrator):
    administrator.execute("SELECT pg_advisory_lock(%s)", [structure.LOADING])
    administrator.execute("DROP INDEX stock_movement_source")

    assert repair() == 0
    administrator.execute("SELECT pg_advisory_unlock(%s)", [structure.LOADING])
