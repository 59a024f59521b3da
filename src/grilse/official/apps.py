"""The Django application of published series."""

from django.apps import AppConfig


class OfficialConfig(AppConfig):
    """Configures the application."""

    name = "grilse.official"
    label = "official"
    default_auto_field = "django.db.models.BigAutoField"
