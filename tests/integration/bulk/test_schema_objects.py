"""Indexes and constraints are dropped for a load only where nothing would be lost, and come back whole."""

import psycopg
import pytest

from grilse.access.models import Company
from grilse.bulk import schema_objects
from grilse.project.schema import repair_schema

TABLES = ("feeding_draw", "feeding_meal", "stock_movement")


@pytest.fixture
def administrator(database):
    """The owner's connection outside a transaction."""
    with psycopg.connect(database, autocommit=True) as connection:
        yield connection
        schema_objects.create_schema_objects(database, schema_objects.find_missing_objects(connection))


def test_nothing_is_missing_after_the_migrations(administrator):
    assert schema_objects.find_missing_objects(administrator) == []


def test_what_is_dropped_is_missing_until_it_is_repaired(database, administrator):
    before = schema_objects.read_schema_objects(administrator)
    dropped = schema_objects.drop_schema_objects(administrator, TABLES)

    assert {part.name for part in schema_objects.find_missing_objects(administrator)} == {part.name for part in dropped}
    assert "stock_movement_source_id_fkey" in {part.name for part in dropped}
    schema_objects.create_schema_objects(database, schema_objects.find_missing_objects(administrator))
    assert schema_objects.read_schema_objects(administrator) == before


def test_a_table_with_rows_keeps_its_indexes(database, administrator):
    Company.objects.using("owner").create(name="Somebody")

    assert schema_objects.drop_schema_objects(administrator, ["farm_company"]) == []


def test_a_start_makes_a_lost_index_again(database, administrator):
    administrator.execute("DROP INDEX stock_movement_source")

    assert [part.name for part in schema_objects.find_missing_objects(administrator)] == ["stock_movement_source"]
    assert repair_schema() == 1
    assert schema_objects.find_missing_objects(administrator) == []


def test_a_start_makes_an_index_anew_whose_build_was_interrupted(database, administrator):
    definition = schema_objects.read_schema_objects(administrator)["stock_movement.stock_movement_source"].definition
    interrupt_build(database, administrator, definition.replace("CREATE INDEX", "CREATE INDEX CONCURRENTLY"))

    assert [part.name for part in schema_objects.find_missing_objects(administrator)] == ["stock_movement_source"]
    assert repair_schema() == 1
    assert schema_objects.find_missing_objects(administrator) == []


def test_a_migration_that_was_interrupted_finds_its_index_out_of_the_way(database, administrator):
    interrupt_build(database, administrator, "CREATE INDEX CONCURRENTLY later ON stock_movement (date, kind)")

    assert schema_objects.drop_invalid_indexes(administrator) == ["later"]
    assert schema_objects.drop_invalid_indexes(administrator) == []


def interrupt_build(database, administrator, building):
    """Have a concurrent build wait for an older transaction, and give up."""
    administrator.execute("DROP INDEX IF EXISTS stock_movement_source" if "source" in building else "SELECT 1")
    with psycopg.connect(database) as older:
        older.execute("LOCK TABLE stock_movement IN ROW EXCLUSIVE MODE")
        administrator.execute("SET lock_timeout = '20ms'")
        with pytest.raises(psycopg.errors.LockNotAvailable):
            administrator.execute(building)
        administrator.execute("RESET lock_timeout")
        older.rollback()


def test_a_load_under_way_is_not_repaired(database, administrator):
    administrator.execute("SELECT pg_advisory_lock(%s)", [schema_objects.BULK_LOAD_LOCK])
    administrator.execute("DROP INDEX stock_movement_source")

    assert repair_schema() == 0
    administrator.execute("SELECT pg_advisory_unlock(%s)", [schema_objects.BULK_LOAD_LOCK])
