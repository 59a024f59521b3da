"""Django application of the room."""

from django.apps import AppConfig


class PlanningConfig(AppConfig):
    """Names the room for Django."""

    name = "grilse.planning"
    label = "planning"
    default_auto_field = "django.db.models.BigAutoField"
