"""Django configuration of the planning app."""

from django.apps import AppConfig


class PlanningConfig(AppConfig):
    """Configuration of the planning app."""

    name = "grilse.planning"
    label = "planning"
    default_auto_field = "django.db.models.BigAutoField"
