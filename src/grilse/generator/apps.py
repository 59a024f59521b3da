"""The Django application of the generator."""

from django.apps import AppConfig


class GeneratorConfig(AppConfig):
    """Names the application for Django."""

    name = "grilse.generator"
    label = "generator"
    default_auto_field = "django.db.models.BigAutoField"
