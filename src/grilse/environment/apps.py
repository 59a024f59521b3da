"""The Django application of readings."""

from django.apps import AppConfig


class EnvironmentConfig(AppConfig):
    """Configures the application."""

    name = "grilse.environment"
    label = "environment"
    default_auto_field = "django.db.models.BigAutoField"
