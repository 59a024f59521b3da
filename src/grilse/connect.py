"""Tell Django which databases to use, and bring their schema up to date."""

import os

import psycopg

OWNER = "owner"
MIGRATING = 0x6772696C7366  # the lock under which one command at a time changes the schema


def connect() -> None:
    """Start or find the database and set Django up on it; a second call does nothing."""
    from django.apps import apps

    if apps.ready:
        return
    from grilse.postgres import database

    owner, app = database.urls()
    os.environ["DATABASE_URL"] = owner
    os.environ["GRILSE_APP_URL"] = app
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "grilse.settings")
    import django

    django.setup()


def open_database() -> None:
    """Connect, and make or update the schema if it is not the one that this version wants."""
    connect()
    from django.db import connections
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connections[OWNER])
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        make_schema()


def make_schema() -> None:
    """Migrate as the owner, grant the application role its rows, remember indexes and constraints."""
    connect()
    from django.core.management import call_command

    from grilse.bulk import structure
    from grilse.postgres import roles

    url = os.environ["DATABASE_URL"]
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", [MIGRATING])
        call_command("migrate", database=OWNER, verbosity=0)
        roles.prepare(url, os.environ["GRILSE_APP_URL"])
        structure.remember(connection)
