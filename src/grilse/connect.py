"""Tell Django which databases to use, or that there is none."""

import os


def connect() -> None:
    """Start or find the database and set Django up on it; a second call does nothing."""
    from django.apps import apps

    if apps.ready:
        return
    from grilse.postgres import database

    owner, app = database.urls()
    os.environ["DATABASE_URL"] = owner
    os.environ["GRILSE_APP_URL"] = app
    _set_up()


def without_database() -> None:
    """Set Django up for what its models say of their tables; no database is started or asked."""
    from django.apps import apps

    if not apps.ready:
        _set_up()


def _set_up() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "grilse.settings")
    import django

    django.setup()
