"""Django application of the room."""

from django.apps import AppConfig


class FarmConfig(AppConfig):
    """Names the room for Django."""

    name = "grilse.farm"
    label = "farm"
    default_auto_field = "django.db.models.BigAutoField"
