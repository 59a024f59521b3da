"""Django application of the room."""

from django.apps import AppConfig


class OfficialConfig(AppConfig):
    """Names the room for Django."""

    name = "grilse.official"
    label = "official"
    default_auto_field = "django.db.models.BigAutoField"
