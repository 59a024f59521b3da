"""Roles and schema of the database: made, brought up to date, and repaired."""

import os

import psycopg

from grilse.connect import connect

OWNER = "owner"
CHANGING = 0x6772696C7366  # the lock under which one command at a time changes the schema


def open_database() -> None:
    """Connect, and update the schema if it is not the one that this version wants; refuse one with a gap."""
    connect()
    if pending():
        update()
    from grilse.farm.guarded import refuse_unguarded

    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        refuse_unguarded(connection)


def pending() -> list[str]:
    """Return the names of the migrations that are not applied."""
    from django.db import connections
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connections[OWNER])
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]


def update() -> list[str]:
    """Migrate as the owner, let the application role at the rows, remember indexes and constraints.

    Returns the names of the migrations applied.
    """
    connect()
    from django.core.management import call_command

    from grilse import rendering
    from grilse.bulk import structure
    from grilse.postgres import roles

    url = os.environ["DATABASE_URL"]
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", [CHANGING])
        roles.check_owner(connection)
        applied = pending()
        if applied:
            structure.drop_half_built(connection)
        with rendering.what_changes():
            call_command("migrate", database=OWNER, interactive=False, verbosity=0)
        roles.prepare(url, os.environ["GRILSE_APP_URL"])
        if applied:
            structure.remember(connection)
    return applied


def repair() -> int:
    """Make again what indexes and constraints are missing, as after an interrupted load; return how many."""
    from grilse.bulk import structure

    url = os.environ["DATABASE_URL"]
    with psycopg.connect(url, autocommit=True) as connection:
        # A load that is under way dropped them on purpose, and makes them itself.
        free = connection.execute("SELECT pg_try_advisory_lock(%s)", [structure.LOADING]).fetchone()
        gone = structure.missing(connection) if free and free[0] else []
        return structure.repair(url, gone)
