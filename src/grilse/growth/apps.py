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
        from grilse.growth.weights import find_last_weights
        from grilse.stock import hooks

        hooks.change_handlers.append(reestimate_batches)
        hooks.weight_providers.append(find_last_weights)
