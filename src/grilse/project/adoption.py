"""Take over a database of the migrations before they were squashed, whose schema is the same."""

import os
import re
from typing import Any, LiteralString

import psycopg
from psycopg import Connection, sql
from psycopg.conninfo import make_conninfo

from grilse.django_setup import connect_django
from grilse.errors import GrilseError
from grilse.project.migration_patches import render_changed_models
from grilse.project.schema import OWNER, SCHEMA_CHANGE_LOCK, UNSQUASHED_MIGRATION

REFERENCE_DATABASE = "reference"
FORMER_APP, CURRENT_APP = "farm", "access"
"""Companies, memberships, keys, stored responses and bulk loads moved from one app to the other."""
# Grants are made anew at each start, for the role that the installation names.
GRANTS = re.compile(r"; Type: (DEFAULT )?ACL;")


def adopt_database() -> list[str]:
    """Record the squashed migrations as applied, and return the differences between the schemas.

    If there are differences, nothing is changed.
    """
    connect_django()
    url = os.environ["DATABASE_URL"]
    with psycopg.connect(url) as connection:
        connection.execute("SELECT pg_advisory_xact_lock(%s)", [SCHEMA_CHANGE_LOCK])
        if not connection.execute(SELECT_MIGRATION, UNSQUASHED_MIGRATION).fetchone():
            raise GrilseError("this database needs no adoption: `grilse db init` updates it")
        differences = compare_with_migrations(url)
        if not differences:
            record_squashed_migrations(connection)
    return differences


def compare_with_migrations(url: str) -> list[str]:
    """Return how the schema of a database, once adopted, differs from the one that the migrations make."""
    from django.core.management import call_command

    from grilse.bulk.schema_objects import save_schema_objects
    from grilse.proof import conf
    from grilse.proof.database_copy import DatabaseCopy, copy_database, redirect_connection
    from grilse.proof.migration_round_trip import diff_schemas, read_schema

    with conf.start_server() as server:
        copy = copy_database(url, server, rows=False)
        try:
            with psycopg.connect(copy.url) as connection:
                record_squashed_migrations(connection)
        except (psycopg.errors.UndefinedObject, psycopg.errors.UndefinedTable) as error:
            return [str(error).splitlines()[0]]
        with psycopg.connect(server.url, autocommit=True) as administrator:
            owner = sql.Identifier(copy.owner)
            administrator.execute(sql.SQL(f"CREATE DATABASE {REFERENCE_DATABASE} OWNER {{}}").format(owner))
        # Later migrations are applied to both, as they will be to the adopted database.
        with redirect_connection(OWNER, copy), render_changed_models():
            call_command("migrate", database=OWNER, interactive=False, verbosity=0)
        with psycopg.connect(copy.url) as connection:
            connection.execute(sql.SQL("SET ROLE {}").format(owner))
            save_schema_objects(connection)
        reference_url = make_conninfo(server.url, dbname=REFERENCE_DATABASE)
        reference = DatabaseCopy(url=reference_url, owner=copy.owner, programs=copy.programs)
        with redirect_connection(OWNER, reference), render_changed_models():
            call_command("migrate", database=OWNER, interactive=False, verbosity=0)
        with psycopg.connect(reference_url) as connection:
            connection.execute(sql.SQL("SET ROLE {}").format(owner))
            save_schema_objects(connection)
        was, now = (
            [part for part in read_schema(database) if not GRANTS.search(part)] for database in (copy, reference)
        )
        return list(diff_schemas(was, now))


def record_squashed_migrations(connection: Connection[Any]) -> None:
    """Replace the recorded migrations, and what names the app that some models moved from."""
    import pgtrigger
    from django.apps import apps
    from django.db.migrations.loader import MigrationLoader

    from grilse.access.migration_tables import build_trigger_name

    labels = [config.label for config in apps.get_app_configs() if config.name.startswith("grilse.")]
    migrations = [
        key for key in sorted(MigrationLoader(None).disk_migrations) if key[0] in labels and is_squashed(*key)
    ]
    connection.execute("DELETE FROM django_migrations WHERE app = ANY(%s)", [labels])
    with connection.cursor() as cursor:
        cursor.executemany("INSERT INTO django_migrations (app, name, applied) VALUES (%s, %s, now())", migrations)
    moved = [model._meta.model_name for model in apps.get_app_config(CURRENT_APP).get_models()]
    connection.execute(MOVE_CONTENT_TYPES, {"now": CURRENT_APP, "was": FORMER_APP, "models": moved})
    for model, trigger in pgtrigger.registered():
        if model._meta.app_label != CURRENT_APP:
            continue
        names = {
            "table": sql.Identifier(model._meta.db_table),
            "was": sql.Identifier(build_trigger_name(f"{FORMER_APP}.{model._meta.object_name}", str(trigger.name))),
            "now": sql.Identifier(trigger.get_pgid(model)),
            "hash": sql.Literal(trigger.compile(model).hash),
        }
        for statement in RENAME_TRIGGER:
            connection.execute(sql.SQL(statement).format(**names))


def is_squashed(app: str, name: str) -> bool:
    """Tell whether a migration is one of those that replaced the former ones."""
    return int(name.split("_")[0]) <= (3 if app == CURRENT_APP else 2)


SELECT_MIGRATION = "SELECT 1 FROM django_migrations WHERE app = %s AND name = %s"
MOVE_CONTENT_TYPES = """
UPDATE django_content_type SET app_label = %(now)s WHERE app_label = %(was)s AND model = ANY(%(models)s)
"""
# django-pgtrigger makes a trigger's name and hash of the app's label.
RENAME_TRIGGER: tuple[LiteralString, ...] = (
    "ALTER TRIGGER {was} ON {table} RENAME TO {now}",
    "ALTER FUNCTION {was}() RENAME TO {now}",
    "COMMENT ON TRIGGER {now} ON {table} IS {hash}",
)
