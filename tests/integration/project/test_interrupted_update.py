"""An update of the schema that is killed: the next command completes it, from wherever it ended."""

import os
import subprocess

import psycopg
import pytest
from tests.acceptance.commands import COMMAND, run_command, run_refused_command
from tests.killed_command import KillPoint, run_until_killed

# A migration has made its tables, and Django has not recorded it.
MADE = ("django.db.backends.base.schema", "BaseDatabaseSchemaEditor.__exit__")
RECORD = ("django.db.migrations.recorder", "MigrationRecorder.record_applied")
# One after the other on the same database: in a migration of the queue, after some of them, in the
# transaction of all others, and after its last step.
POINTS = (
    KillPoint(*RECORD),
    KillPoint(*MADE, 12),
    KillPoint(*MADE, 32),
    KillPoint("grilse.bulk.schema_objects", "save_schema_objects"),
)
CONTENTS = """
SELECT 'migration', app, name FROM django_migrations
 UNION ALL SELECT 'saved', relation, name FROM grilse_structure
 UNION ALL SELECT 'relation', relkind::text, relname FROM pg_class WHERE relnamespace = 'public'::regnamespace
 UNION ALL SELECT 'trigger', tgrelid::regclass::text, tgname FROM pg_trigger WHERE NOT tgisinternal
 UNION ALL SELECT 'policy', tablename, policyname FROM pg_policies
 UNION ALL SELECT 'function', proname, md5(prosrc) FROM pg_proc WHERE pronamespace = 'public'::regnamespace
 UNION ALL SELECT 'grant', table_name, privilege_type
             FROM information_schema.role_table_grants WHERE grantee = 'grilse_app'
 UNION ALL SELECT 'permission', c.model, p.codename
             FROM auth_permission p JOIN django_content_type c ON c.id = p.content_type_id
"""
every_migration = pytest.mark.skipif("GRILSE_KILL_EVERYWHERE" not in os.environ, reason="make fuzz runs it")


def read_contents(environment: dict[str, str]) -> list[tuple[str, ...]]:
    with psycopg.connect(environment["DATABASE_URL"]) as connection:
        return sorted(connection.execute(CONTENTS).fetchall())


def count_migrations(environment: dict[str, str]) -> int:
    with psycopg.connect(environment["DATABASE_URL"]) as connection:
        if connection.execute("SELECT to_regclass('django_migrations')").fetchone() == (None,):
            return 0
        return connection.execute("SELECT count(*) FROM django_migrations").fetchone()[0]


def test_a_killed_update_is_completed_by_the_next_command(installation):
    here = installation(of="template0")
    for point in POINTS:
        assert run_until_killed(here, point, "db", "init"), point

    assert "there is no login yet" in run_command(here, "user", "list")
    assert read_contents(here) == read_contents(installation())


@every_migration
def test_an_update_is_completed_after_a_kill_at_every_migration(installation):
    here = installation(of="template0")
    point, recorded = KillPoint(*MADE), 0
    while run_until_killed(here, point, "db", "init"):
        before, recorded = recorded, count_migrations(here)
        # Migrations of the queue are committed one by one, all others together.
        point = KillPoint(*MADE, 1 if recorded > before else point.count + 1)
    assert point.count > 30
    assert read_contents(here) == read_contents(installation())


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
