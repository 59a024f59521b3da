"""Django configuration of the app."""

from django.apps import AppConfig


class BackOfficeConfig(AppConfig):
    """The app, for Django."""

    name = "grilse.admin"
    label = "backoffice"
