"""Django application of the room."""

from django.apps import AppConfig


class GeneratorConfig(AppConfig):
    """Names the room for Django."""

    name = "grilse.generator"
    label = "generator"
    default_auto_field = "django.db.models.BigAutoField"
