"""Migrations go back and forth on a copy, and the schema comes back, and every row."""

import os

import pytest
from django.apps import apps
from django.db.migrations import Migration, RunSQL
from django.db.migrations.loader import MigrationLoader

from grilse.project import migration_patches
from grilse.proof import migration_round_trip
from grilse.proof.database_copy import copy_database, redirect_connection
from grilse.proof.migration_round_trip import migrate_round_trip
from grilse.proof.servers import ProofError
from grilse.proof.unsafe_index_builds import list_own_migrations

NEWEST = "planted"


@pytest.fixture
def planted(monkeypatch):
    """Plant a migration after the newest of one application, which alone goes back then."""

    def plant_migration(*operations):
        config = apps.get_app_config("generator")
        monkeypatch.setattr(migration_round_trip, "list_own_apps", lambda: [config])
        loads = MigrationLoader.load_disk

        def load_planted_graph(self):
            loads(self)
            last = max(name for app, name in self.disk_migrations if app == config.label)
            migration = Migration(NEWEST, config.label)
            migration.dependencies = [(config.label, last)]
            migration.operations = list(operations)
            self.disk_migrations[config.label, NEWEST] = migration

        monkeypatch.setattr(MigrationLoader, "load_disk", load_planted_graph)

    return plant_migration


def test_all_migrations_are_taken_back_and_made_again(own_server):
    bare = copy_database(os.environ["DATABASE_URL"], own_server, rows=False)
    with redirect_connection("owner", bare) as connection, migration_patches.render_changed_models():
        differences = migrate_round_trip(bare, connection, to_zero=True)

    assert differences.schema_diff == ()
    assert sorted(differences.migrations) == [
        f"{migration.app_label}.{migration.name}" for migration in list_own_migrations()
    ]


def test_a_migration_that_comes_back_with_every_row_holds(copy, migrated, planted):
    planted(RunSQL("ALTER TABLE farm_company ADD planted int", "ALTER TABLE farm_company DROP planted"))
    with migrated() as connection:
        differences = migrate_round_trip(copy, connection)

    assert differences.is_unchanged
    assert differences.migrations == ("generator.planted",)
    assert differences.unchanged_count == 2


def test_a_way_back_that_changes_values_is_red(copy, migrated, planted):
    planted(RunSQL("SELECT 1", "UPDATE farm_company SET name = name || '!'"))
    with migrated() as connection:
        differences = migrate_round_trip(copy, connection)

    assert differences.changed_columns == ("farm_company.name",)
    assert not differences.is_unchanged


def test_a_way_back_that_leaves_an_index_is_red(copy, migrated, planted):
    planted(RunSQL("CREATE INDEX IF NOT EXISTS left_over ON farm_company (name)", RunSQL.noop))
    with migrated() as connection:
        differences = migrate_round_trip(copy, connection)

    assert any("left_over" in line for line in differences.schema_diff)
    assert not differences.is_unchanged


def test_a_migration_without_a_way_back_is_named(copy, migrated, planted):
    planted(RunSQL("SELECT 1"))
    with migrated() as connection, pytest.raises(ProofError, match="planted cannot be taken back"):
        migrate_round_trip(copy, connection)
