"""Django application of the room."""

from django.apps import AppConfig


class JobsConfig(AppConfig):
    """Names the room for Django; its tasks are found by procrastinate, in `tasks`."""

    name = "grilse.jobs"
    label = "jobs"
    default_auto_field = "django.db.models.BigAutoField"
