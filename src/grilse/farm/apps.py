"""Django application of places."""

from django.apps import AppConfig


class FarmConfig(AppConfig):
    """Names the application."""

    name = "grilse.farm"
    label = "farm"
    default_auto_field = "django.db.models.BigAutoField"
