"""Django configuration of the app."""

from django.apps import AppConfig


class FeedingConfig(AppConfig):
    """The app, for Django."""

    name = "grilse.feeding"
    label = "feeding"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register feeds as editable master data, and the check for meals after the end of a placement."""
        from grilse.farm.actions.places import PLACE_MODELS
        from grilse.feeding.actions.meals import MEALS
        from grilse.feeding.models import Feed
        from grilse.stock import hooks

        PLACE_MODELS["feed"] = Feed
        hooks.end_checks.append(MEALS.find_event_after)
        hooks.start_checks.append(MEALS.find_event_before)
