"""Django application of the room."""

from django.apps import AppConfig


class HealthConfig(AppConfig):
    """Names the room for Django."""

    name = "grilse.health"
    label = "health"
    default_auto_field = "django.db.models.BigAutoField"
