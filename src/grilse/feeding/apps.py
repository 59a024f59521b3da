"""Django application of the room."""

from django.apps import AppConfig


class FeedingConfig(AppConfig):
    """Names the room for Django."""

    name = "grilse.feeding"
    label = "feeding"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Let feeds be added and changed as what stands is, and answer what rooms below ask."""
        from grilse.farm.actions.places import PLACE_MODELS
        from grilse.feeding.later_records import find_meal_after
        from grilse.feeding.models import Feed
        from grilse.stock.placement_end import register_end_check

        PLACE_MODELS["feed"] = Feed
        register_end_check(find_meal_after)
