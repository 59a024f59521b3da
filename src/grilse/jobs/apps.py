"""Django application of jobs."""

from django.apps import AppConfig


class JobsConfig(AppConfig):
    """Names the application; procrastinate discovers its module `tasks`."""

    name = "grilse.jobs"
    label = "jobs"
    default_auto_field = "django.db.models.BigAutoField"
