"""Roles and schema of the database: creates, updates and repairs them."""

import os

import psycopg

from grilse.django_setup import connect_django
from grilse.errors import GrilseError

OWNER = "owner"
SCHEMA_CHANGE_LOCK = 0x6772696C7366  # the lock under which one command at a time changes the schema
UNSQUASHED_MIGRATION = ("farm", "0001_initial")
"""A migration that every database made before the migrations were squashed has applied."""


def open_database() -> None:
    """Connect, and update the schema if migrations are pending; refuse a schema that the application role can abuse."""
    connect_django()
    if list_pending_migrations():
        update_schema()
    from grilse.access.database_privileges import refuse_wide_privileges
    from grilse.access.row_security_check import refuse_unguarded_tables

    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        refuse_unguarded_tables(connection)
        refuse_wide_privileges(connection, read_app_role())


def read_app_role() -> str:
    """Return the name of the application role."""
    from grilse.postgres import address

    return str(address.parse_address(os.environ["GRILSE_APP_URL"], "GRILSE_APP_URL").get("user") or "")


def list_pending_migrations() -> list[str]:
    """Return the names of the pending migrations; refuse a database that is not adopted yet."""
    from django.db import connections
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connections[OWNER])
    if UNSQUASHED_MIGRATION in executor.loader.applied_migrations:
        raise GrilseError("an earlier version of Grilse made this database: run `grilse db adopt` once")
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]


def update_schema() -> list[str]:
    """Migrate as the owner, grant the rows to the application role, save the list of indexes and constraints.

    Returns the names of the migrations applied.
    """
    connect_django()
    from django.core.management import call_command

    from grilse.access.database_privileges import secure_functions
    from grilse.bulk import schema_objects
    from grilse.postgres import roles
    from grilse.project import migration_rendering

    url = os.environ["DATABASE_URL"]
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", [SCHEMA_CHANGE_LOCK])
        roles.check_owner(connection)
        applied = list_pending_migrations()
        if applied:
            schema_objects.drop_invalid_indexes(connection)
        with migration_rendering.render_changed_models():
            call_command("migrate", database=OWNER, interactive=False, verbosity=0)
        roles.prepare_app_role(url, os.environ["GRILSE_APP_URL"])
        secure_functions(connection, read_app_role())
        if applied:
            schema_objects.save_schema_objects(connection)
    return applied


def repair_schema() -> int:
    """Create missing indexes and constraints, as after an interrupted load; return how many."""
    from grilse.bulk import schema_objects

    url = os.environ["DATABASE_URL"]
    with psycopg.connect(url, autocommit=True) as connection:
        # A running load has dropped them on purpose, and creates them itself.
        lock_row = connection.execute("SELECT pg_try_advisory_lock(%s)", [schema_objects.BULK_LOAD_LOCK]).fetchone()
        missing = schema_objects.find_missing_objects(connection) if lock_row and lock_row[0] else []
        return schema_objects.create_schema_objects(url, missing)
