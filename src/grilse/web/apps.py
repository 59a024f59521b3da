"""Django application of the pages."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Names the pages for Django."""

    name = "grilse.web"
    label = "web"
