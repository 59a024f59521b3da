"""Django application of the room."""

from django.apps import AppConfig


class GrowthConfig(AppConfig):
    """Names the room for Django."""

    name = "grilse.growth"
    label = "growth"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Answer what rooms below announce and ask."""
        from grilse.growth.estimating.triggers import reestimate_batches
        from grilse.growth.queries import find_last_weights
        from grilse.stock.changes import register_change_handler
        from grilse.stock.weights import register_weight_provider

        register_change_handler(reestimate_batches)
        register_weight_provider(find_last_weights)
