"""Django configuration of the app."""

from django.apps import AppConfig


class FeedingConfig(AppConfig):
    """The app, for Django."""

    name = "grilse.feeding"
    label = "feeding"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register feeds as editable master data, and what depends on days of placements and of time zones."""
        from grilse.farm.actions.places import PLACE_BOUNDS, PLACE_MODELS, ZONE_HANDLERS
        from grilse.farm.models import Container, FeedStore
        from grilse.feeding.actions.meals import MEALS, refuse_misplaced_meals
        from grilse.feeding.actions.store_changes import follow_time_zone
        from grilse.feeding.messages import MAX_PRICE
        from grilse.feeding.models import Feed
        from grilse.stock import hooks

        PLACE_MODELS["feed"] = Feed
        PLACE_BOUNDS["price_per_kg"] = (0, MAX_PRICE)
        hooks.end_checks.append(MEALS.find_event_after)
        hooks.start_checks.append(MEALS.find_event_before)
        ZONE_HANDLERS[Container].append(refuse_misplaced_meals)
        ZONE_HANDLERS[FeedStore].append(follow_time_zone)
