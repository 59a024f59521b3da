"""Django application of the room."""

from django.apps import AppConfig


class FeedingConfig(AppConfig):
    """Names the room for Django."""

    name = "grilse.feeding"
    label = "feeding"
    default_auto_field = "django.db.models.BigAutoField"
