"""Django application of the room."""

from django.apps import AppConfig


class HealthConfig(AppConfig):
    """Names the room for Django."""

    name = "grilse.health"
    label = "health"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Answer what rooms below ask."""
        from grilse.farm.places import KINDS
        from grilse.health.endings import seen_after
        from grilse.health.models import LiceLimit
        from grilse.health.queries import cause_codes
        from grilse.health.withdrawals import refusal
        from grilse.stock.causes import known_causes
        from grilse.stock.endings import on_end
        from grilse.stock.holds import on_harvest

        KINDS["lice limit"] = LiceLimit
        known_causes(cause_codes)
        on_harvest(refusal)
        on_end(seen_after)
