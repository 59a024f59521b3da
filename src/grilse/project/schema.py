"""Roles and schema of the database: creates, updates and repairs them."""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg import errors

from grilse.django_setup import connect_django
from grilse.errors import GrilseError

OWNER = "owner"
SCHEMA_CHANGE_LOCK = 0x6772696C7366  # the lock under which one command at a time changes the schema
LOCK_RETRY_SECONDS = 0.1
UNSQUASHED_MIGRATION = ("farm", "0001_initial")
"""A migration that every database made before the migrations were squashed has applied."""
DUPLICATES = (errors.DuplicateTable, errors.DuplicateObject, errors.DuplicateColumn, errors.DuplicateFunction)


def open_database() -> None:
    """Connect, and update the schema if necessary; refuse a schema that the application role can abuse."""
    connect_django()
    from grilse.access.database_privileges import refuse_wide_privileges
    from grilse.access.row_security_check import refuse_unguarded_tables
    from grilse.bulk import schema_objects

    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        if list_pending_migrations() or not schema_objects.has_saved_objects(connection):
            update_schema()
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

    A command that is killed leaves a schema that the next one updates: each migration is recorded in its transaction,
    or is repeatable where it has none, and the list is missing from the first of them to the last step.
    Returns the names of the migrations applied.
    """
    connect_django()
    from django.db import connections

    from grilse.bulk import schema_objects
    from grilse.postgres import roles

    django_connection = connections[OWNER]
    django_connection.ensure_connection()
    connection: psycopg.Connection[Any] = django_connection.connection
    try:
        # On the connection that migrates: the lock lasts until the statement of a killed command has ended.
        _wait_for_lock(connection, SCHEMA_CHANGE_LOCK, "another command that updates the schema")
        roles.check_owner(connection)
        pending = list_pending_migrations()
        if pending:
            if schema_objects.has_saved_objects(connection):
                repair_schema()  # what the migrated schema has is saved as what it requires
            sys.stderr.write(
                f"updating the schema: {len(pending)} migrations; if interrupted, the next command does it\n"
            )
            _forget_saved_objects(connection)
        _migrate(connection)
    finally:
        django_connection.close()
    return pending


def _wait_for_lock(connection: psycopg.Connection[Any], lock: int, holder: str) -> None:
    """Take a lock of the session, and say whom it waits for.

    A session that waits in the server has a snapshot, whose end a session that builds an index concurrently awaits.
    """
    waits = False
    while connection.execute("SELECT pg_try_advisory_lock(%s)", [lock]).fetchone() != (True,):
        if not waits:
            sys.stderr.write(f"waiting for {holder} to end\n")
        waits = True
        time.sleep(LOCK_RETRY_SECONDS)


def _forget_saved_objects(connection: psycopg.Connection[Any]) -> None:
    """Create what a killed load dropped, since only existing objects are saved, and drop the list of them."""
    from grilse.bulk import schema_objects

    _wait_for_lock(connection, schema_objects.BULK_LOAD_LOCK, "a load that has dropped indexes")
    if schema_objects.has_saved_objects(connection):
        schema_objects.create_schema_objects(
            os.environ["DATABASE_URL"], schema_objects.find_missing_objects(connection)
        )
        schema_objects.drop_saved_objects(connection)
    schema_objects.drop_invalid_indexes(connection)


def _migrate(connection: psycopg.Connection[Any]) -> None:
    """Apply the pending migrations, and what has to follow them."""
    from django.core.management import call_command
    from django.db import transaction

    from grilse.access.database_privileges import secure_functions
    from grilse.bulk import schema_objects
    from grilse.postgres import roles
    from grilse.project import migration_patches

    with (
        migration_patches.render_changed_models(),
        migration_patches.record_in_transaction(),
        _explain_partial_schema(),
    ):
        call_command("migrate", database=OWNER, interactive=False, verbosity=0)
    with transaction.atomic(using=OWNER):
        roles.grant_app_role(connection, os.environ["GRILSE_APP_URL"])
        secure_functions(connection, read_app_role())
        if not schema_objects.has_saved_objects(connection):
            schema_objects.save_schema_objects(connection)


@contextmanager
def _explain_partial_schema() -> Iterator[None]:
    """Say what to do with a database in which an earlier version was killed between a migration and its record."""
    from django.db.utils import ProgrammingError

    try:
        yield
    except ProgrammingError as error:
        if not isinstance(error.__cause__, DUPLICATES):
            raise
        raise GrilseError(
            f"the schema of this database is incomplete ({error.__cause__.diag.message_primary}): an earlier version of"
            " Grilse was interrupted while it migrated; restore a backup, or, if the database is new,"
            " `grilse db reset` (on your own server: drop and create the database)"
        ) from error


def repair_schema() -> int:
    """Create missing indexes and constraints, as after an interrupted load; return how many."""
    from grilse.bulk import schema_objects

    url = os.environ["DATABASE_URL"]
    with psycopg.connect(url, autocommit=True) as connection:
        # A running load has dropped them on purpose, and creates them itself.
        lock_row = connection.execute("SELECT pg_try_advisory_lock(%s)", [schema_objects.BULK_LOAD_LOCK]).fetchone()
        missing = schema_objects.find_missing_objects(connection) if lock_row and lock_row[0] else []
        return schema_objects.create_schema_objects(url, missing)
