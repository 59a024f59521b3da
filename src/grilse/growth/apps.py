"""Django application of the room."""

from django.apps import AppConfig


class GrowthConfig(AppConfig):
    """Names the room for Django."""

    name = "grilse.growth"
    label = "growth"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Answer what rooms below announce."""
        from grilse.growth.changes import reestimate
        from grilse.stock.changes import on_change

        on_change(reestimate)
