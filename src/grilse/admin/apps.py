"""Django application of the back office."""

from django.apps import AppConfig


class BackOfficeConfig(AppConfig):
    """Names the back office for Django."""

    name = "grilse.admin"
    label = "backoffice"
