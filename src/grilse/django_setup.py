"""Sets Django up on a database, or without one."""

import gc
import os


def connect_django() -> None:
    """Start or find the database and set Django up on it; a second call does nothing."""
    from django.apps import apps

    if apps.ready:
        return
    from grilse.postgres import database, usage

    is_external = database.is_external()
    owner, app = database.resolve_urls()
    os.environ["DATABASE_URL"] = owner
    os.environ["GRILSE_APP_URL"] = app
    if not is_external:
        usage.register_process()
    _set_up_django()


def connect_without_database() -> None:
    """Set Django up for the definitions of its models; no database is started or queried."""
    from django.apps import apps

    if not apps.ready:
        _set_up_django()


def _set_up_django() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "grilse.project.settings")
    import django

    # What is imported stays until the end: the garbage collector need not look at it, now or later.
    gc.disable()
    try:
        django.setup()
    finally:
        gc.enable()
    gc.freeze()
