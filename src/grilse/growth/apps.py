"""Django configuration of the growth app."""

from django.apps import AppConfig


class GrowthConfig(AppConfig):
    """Configuration of the growth app."""

    name = "grilse.growth"
    label = "growth"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register with stock: changes of records start estimates, and estimates provide weights."""
        from grilse.growth.estimating.triggers import reestimate_batches
        from grilse.growth.queries import find_expected_weights, find_last_weights
        from grilse.stock import hooks

        hooks.change_handlers.append(reestimate_batches)
        hooks.weight_providers.append(find_last_weights)
        hooks.expected_weight_readers.append(find_expected_weights)
