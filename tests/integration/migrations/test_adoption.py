"""A database of the migrations before they were squashed is adopted if its schema is the same."""

import hashlib
import json
import subprocess
import sys

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict
from tests.forked_command import run_forked_command as run_command

from grilse.bulk.schema_objects import save_schema_objects

FORMER_MIGRATIONS = [("farm", "0001_initial"), ("farm", "0006_logins"), ("stock", "0010_lists")]


REVERSE_LATER_MIGRATIONS = """
from grilse.django_setup import connect_django
connect_django()
from django.db import connections
from django.db.migrations.executor import MigrationExecutor
from grilse.project.adoption import is_squashed
from grilse.project.migration_patches import render_changed_models
executor = MigrationExecutor(connections["owner"])
keys = sorted(key for key, row in executor.loader.disk_migrations.items() if row.__module__.startswith("grilse."))
leaves = {app: name for app, name in keys if is_squashed(app, name)}
with render_changed_models():
    executor.migrate(list(leaves.items()))
"""


def name_trigger(label, name):
    return f"pgtrigger_{name}_{hashlib.sha1(f'{label}:{name}'.encode()).hexdigest()[:5]}"


@pytest.fixture
def former(former_database, installation):
    """The environment of an installation whose database looks as the former migrations left it."""
    return installation(former_database)


@pytest.fixture(scope="module")
def former_database(installation_context, tmp_path_factory):
    """Name of a database that looks as the former migrations left it."""
    with installation_context(tmp_path_factory.mktemp("former")) as install:
        environment = install()
        change_to_former_schema(environment)
        yield conninfo_to_dict(environment["DATABASE_URL"])["dbname"]


def change_to_former_schema(environment):
    subprocess.run([sys.executable, "-c", REVERSE_LATER_MIGRATIONS], check=True, env=environment)
    with psycopg.connect(environment["DATABASE_URL"]) as connection:
        connection.execute("DELETE FROM django_migrations WHERE name LIKE '%\\_tables' OR name LIKE '%\\_rules'")
        connection.execute("DELETE FROM django_migrations WHERE app = 'access'")
        connection.cursor().executemany(
            "INSERT INTO django_migrations (app, name, applied) VALUES (%s, %s, now())", FORMER_MIGRATIONS
        )
        connection.execute("UPDATE django_content_type SET app_label = 'farm' WHERE app_label = 'access'")
        for model, name in list_triggers():
            table = f"farm_{model.lower()}"
            was, now = name_trigger(f"access.{model}", name), name_trigger(f"farm.{model}", name)
            connection.execute(f"ALTER TRIGGER {was} ON {table} RENAME TO {now}")
            connection.execute(f"ALTER FUNCTION {was}() RENAME TO {now}")
            connection.execute(f"COMMENT ON TRIGGER {now} ON {table} IS 'former'")
        save_schema_objects(connection)  # as the former migrations did when they ended


def list_triggers():
    for model in ("Membership", "ApiKey"):
        yield from ((model, name) for name in ("added_insert", "changed_update", "removed_delete"))
        yield f"{model}Event", "append_only"


def read_rows(environment, query):
    with psycopg.connect(environment["DATABASE_URL"]) as connection:
        return connection.execute(query).fetchall()


def test_a_former_database_stops_the_start_with_the_command_to_run(former):
    result = run_command(former, "db", "init")

    assert result.returncode == 2
    assert result.stderr == "error: an earlier version of Grilse made this database: run `grilse db adopt` once\n"


def test_a_former_database_of_the_same_schema_is_adopted_once(former):
    adopted = run_command(former, "db", "adopt", "--json")
    updated = run_command(former, "db", "init", "--json")

    assert json.loads(adopted.stdout) == {"adopted": True, "differences": []}, adopted.stderr
    assert updated.returncode == 0, updated.stderr
    assert "access.0004_leavers_and_owner_functions" in json.loads(updated.stdout)["applied"], updated.stderr
    models = read_rows(former, "SELECT model FROM django_content_type WHERE app_label = 'access' ORDER BY 1")
    assert ("membership",) in models
    assert ("geography",) not in models
    again = run_command(former, "db", "adopt")
    assert again.stderr == "error: this database needs no adoption: `grilse db init` updates it\n"


@pytest.mark.parametrize(
    ("planted", "difference"),
    [
        ("DROP INDEX stock_batch_listed", "stock_batch_listed"),
        (
            f"DROP TRIGGER {name_trigger('farm.ApiKey', 'added_insert')} ON farm_apikey",
            name_trigger("farm.ApiKey", "added_insert"),
        ),
    ],
)
def test_a_difference_is_listed_and_nothing_is_changed(former, planted, difference):
    with psycopg.connect(former["DATABASE_URL"]) as connection:
        connection.execute(planted)
    migrations = "SELECT app, name, applied FROM django_migrations ORDER BY id"
    before = read_rows(former, migrations)

    refused = run_command(former, "db", "adopt", "--json")

    assert refused.returncode == 1
    answer = json.loads(refused.stdout)
    assert not answer["adopted"]
    assert any(difference in line for line in answer["differences"])
    assert read_rows(former, migrations) == before
