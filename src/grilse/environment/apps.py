"""Django application of the room."""

from django.apps import AppConfig


class EnvironmentConfig(AppConfig):
    """Names the room for Django."""

    name = "grilse.environment"
    label = "environment"
    default_auto_field = "django.db.models.BigAutoField"
