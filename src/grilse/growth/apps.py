"""Django application of the room."""

from django.apps import AppConfig


class GrowthConfig(AppConfig):
    """Names the room for Django."""

    name = "grilse.growth"
    label = "growth"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Answer what rooms below announce and ask."""
        from grilse.growth.changes import reestimate
        from grilse.growth.weights import last_weights
        from grilse.stock.changes import on_change
        from grilse.stock.weights import on_weight

        on_change(reestimate)
        on_weight(last_weights)
