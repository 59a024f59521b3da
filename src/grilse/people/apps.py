"""Django application of the room."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """Names the room for Django."""

    name = "grilse.people"
    label = "people"
    default_auto_field = "django.db.models.BigAutoField"
