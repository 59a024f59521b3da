"""Django application of the room."""

from django.apps import AppConfig


class StockConfig(AppConfig):
    """Names the room for Django."""

    name = "grilse.stock"
    label = "stock"
    default_auto_field = "django.db.models.BigAutoField"
