"""Tell Django which databases to use."""

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
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "grilse.settings")
    import django

    django.setup()
