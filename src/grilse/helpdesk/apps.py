"""Django application of the room."""

from django.apps import AppConfig


class HelpdeskConfig(AppConfig):
    """Names the room for Django."""

    name = "grilse.helpdesk"
    label = "helpdesk"
    default_auto_field = "django.db.models.BigAutoField"
