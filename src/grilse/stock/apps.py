"""Django configuration of the app."""

from django.apps import AppConfig


class StockConfig(AppConfig):
    """The app, for Django."""

    name = "grilse.stock"
    label = "stock"
    default_auto_field = "django.db.models.BigAutoField"
