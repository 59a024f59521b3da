"""An update of the schema that is killed: the next command completes it, from wherever it ended."""

import os
import random
import subprocess

import psycopg
import pytest
from django.db import connections
from django.db.migrations import Migration
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.operations import RunSQL
from django.db.migrations.operations.special import SeparateDatabaseAndState
from tests.acceptance.commands import COMMAND, LONGEST, run_command, run_refused_command
from tests.killed_command import KillPoint, run_until_each_killed

from grilse.proof.unsafe_index_builds import list_own_apps

# A statement of a migration is executed.
EXECUTED = ("django.db.backends.base.schema", "BaseDatabaseSchemaEditor.execute")
# A migration has made its tables, and its record is not written or not committed.
MADE = ("django.db.backends.base.schema", "BaseDatabaseSchemaEditor.__exit__")
RECORDED = ("django.db.migrations.recorder", "MigrationRecorder.record_applied")
# It has foreign keys, which Django creates at the end of its transaction, and then records the migration.
WITH_FOREIGN_KEYS = ("auth", "0001_initial")
LAST_POINTS = (
    KillPoint("django.core.management.commands.migrate", "emit_post_migrate_signal"),
    KillPoint("grilse.postgres.roles", "grant_app_role"),
    KillPoint("grilse.bulk.schema_objects", "save_schema_objects"),
)
CONTENTS = """
SELECT 'migration', app, name FROM django_migrations
 UNION ALL SELECT 'saved', relation, name FROM grilse_structure
 UNION ALL SELECT 'relation', relkind::text, relname FROM pg_class WHERE relnamespace = 'public'::regnamespace
 UNION ALL SELECT 'index', indisvalid::text, pg_get_indexdef(indexrelid)
             FROM pg_index JOIN pg_class c ON c.oid = indrelid WHERE relnamespace = 'public'::regnamespace
 UNION ALL SELECT 'constraint', conname, pg_get_constraintdef(oid)
             FROM pg_constraint WHERE connamespace = 'public'::regnamespace
 UNION ALL SELECT 'trigger', tgrelid::regclass::text, tgname FROM pg_trigger WHERE NOT tgisinternal
 UNION ALL SELECT 'policy', tablename, policyname FROM pg_policies
 UNION ALL SELECT 'function', proname, md5(concat(prosrc, proconfig, proacl))
             FROM pg_proc WHERE pronamespace = 'public'::regnamespace
 UNION ALL SELECT 'grant', table_name, privilege_type
             FROM information_schema.role_table_grants WHERE grantee = 'grilse_app'
 UNION ALL SELECT 'permission', c.model, p.codename
             FROM auth_permission p JOIN django_content_type c ON c.id = p.content_type_id
"""
everywhere = pytest.mark.skipif("GRILSE_KILL_EVERYWHERE" not in os.environ, reason="make fuzz runs it")


@pytest.fixture
def compare_contents(installation):
    """Check that an installation contains what one does whose first command was not killed."""

    def compare(environment):
        assert "there is no login yet" in run_command(environment, "user", "list")
        assert read_contents(environment) == read_contents(installation())

    return compare


def read_contents(environment: dict[str, str]) -> list[tuple[str, ...]]:
    with psycopg.connect(environment["DATABASE_URL"]) as connection:
        return sorted(connection.execute(CONTENTS).fetchall())


def list_migrations() -> list[Migration]:
    """Return all migrations in the order in which an empty database gets them."""
    executor = MigrationExecutor(connections["owner"])
    return [migration for migration, _ in executor.migration_plan(executor.loader.graph.leaf_nodes(), clean_start=True)]


def list_statements(operations) -> list[str]:
    statements = []
    for operation in operations:
        match operation:
            case SeparateDatabaseAndState():
                statements += list_statements(operation.database_operations)
            case RunSQL():
                statements += [operation.sql] if isinstance(operation.sql, str) else operation.sql
            case _:
                raise AssertionError(f"{operation}: a migration without a transaction consists of repeatable SQL")
    return statements


@pytest.mark.usefixtures("database")
def test_a_killed_update_is_completed_by_the_next_command(installation, compare_contents):
    migrations, own = list_migrations(), {config.label for config in list_own_apps()}
    names = [(migration.app_label, migration.name) for migration in migrations]
    first = [KillPoint(*RECORDED), KillPoint(*MADE, names.index(WITH_FOREIGN_KEYS) + 1)]
    statements = [
        KillPoint(*EXECUTED, argument=statement)
        for migration in migrations
        if not migration.atomic and migration.app_label in own
        for statement in list_statements(migration.operations)
    ]
    assert len(statements) > 10
    points = [*first, *statements, *LAST_POINTS]

    here = installation(of="template0")
    assert run_until_each_killed(here, points, "db", "init") == len(points)
    compare_contents(here)


@everywhere
def test_an_update_is_completed_after_a_kill_in_every_migration(installation, compare_contents):
    here = installation(of="template0")
    # Each run commits the migration that the run before it rolled back, and is killed in the next.
    assert run_until_each_killed(here, [KillPoint(*MADE), *[KillPoint(*MADE, 2)] * 1000], "db", "init") > 100
    compare_contents(here)


@everywhere
def test_an_update_is_completed_after_kills_at_any_time(installation, compare_contents):
    here, chance = installation(of="template0"), random.Random(13)
    times = [KillPoint(seconds=chance.uniform(0.2, 2)) for _ in range(1000)]
    assert run_until_each_killed(here, times, "db", "init") > 5
    compare_contents(here)


def test_two_commands_update_at_the_same_time(installation, compare_contents):
    here = installation(of="template0")
    commands = [
        subprocess.Popen([*COMMAND, "db", "init"], env=here, stderr=subprocess.PIPE, text=True) for _ in range(2)
    ]
    messages = [command.communicate(timeout=LONGEST)[1] for command in commands]

    assert [command.returncode for command in commands] == [0, 0]
    assert sorted(bool(message.count("waiting for another command")) for message in messages) == [False, True]
    compare_contents(here)


def test_an_update_says_that_it_works_and_that_it_may_be_interrupted(installation):
    here = installation(of="template0")
    with subprocess.Popen([*COMMAND, "db", "init"], env=here, stderr=subprocess.PIPE, text=True) as command:
        message = command.stderr.readline()
        command.kill()
    assert message.startswith("updating the schema: ")
    assert "if interrupted, the next command does it" in message


def test_a_schema_without_its_list_of_indexes_gets_the_list(installation):
    here = installation()
    with psycopg.connect(here["DATABASE_URL"]) as connection:
        connection.execute("DROP TABLE grilse_structure")

    run_command(here, "user", "list")
    assert read_contents(here) == read_contents(installation())


def test_a_migration_whose_record_an_earlier_version_lost_is_refused_with_the_remedy(installation):
    here = installation()
    with psycopg.connect(here["DATABASE_URL"]) as connection:
        connection.execute("DELETE FROM django_migrations WHERE app = 'account'")

    message = run_refused_command(here, "user", "list").splitlines()[-1]
    assert message.startswith("error: the schema of this database is incomplete (relation ")
    assert "`grilse db reset`" in message


def test_an_update_after_a_killed_load_creates_the_dropped_indexes(database, monkeypatch):
    from grilse.bulk.schema_objects import find_missing_objects
    from grilse.project import schema

    with psycopg.connect(database, autocommit=True) as connection:
        name, table = connection.execute(
            "SELECT name, relation FROM grilse_structure WHERE type = 'i' AND relation LIKE 'stock%' LIMIT 1"
        ).fetchone()
        connection.execute(f'DROP INDEX "{name}"')
        monkeypatch.setattr(schema, "list_pending_migrations", lambda: ["app.0003_next"])
        schema.update_schema()

        assert find_missing_objects(connection) == []
        saved = connection.execute("SELECT 1 FROM grilse_structure WHERE name = %s AND relation = %s", [name, table])
        assert saved.fetchone() == (1,)
