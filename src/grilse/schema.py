"""Bring roles, tables and grants of the database up to date."""

import os


def update() -> list[str]:
    """Migrate as the owner, then let the application role at the rows; return the migrations applied."""
    from grilse.connect import connect

    connect()
    from django.core.management import call_command
    from django.db import connections
    from django.db.migrations.executor import MigrationExecutor

    from grilse.postgres import roles

    executor = MigrationExecutor(connections["owner"])
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    # The role comes first: policies and grants inside migrations may name it.
    roles.prepare(os.environ["DATABASE_URL"], os.environ["GRILSE_APP_URL"])
    if missing:
        call_command("migrate", database="owner", interactive=False, verbosity=0)
    roles.prepare(os.environ["DATABASE_URL"], os.environ["GRILSE_APP_URL"])
    return [f"{migration.app_label}.{migration.name}" for migration, _ in missing]
