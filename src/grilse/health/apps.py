"""Django application of the room."""

from django.apps import AppConfig


class HealthConfig(AppConfig):
    """Names the room for Django."""

    name = "grilse.health"
    label = "health"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Answer what rooms below ask."""
        from grilse.farm.places import PLACE_MODELS
        from grilse.health.endings import find_record_after
        from grilse.health.models import LiceLimit
        from grilse.health.queries import read_cause_codes
        from grilse.health.withdrawals import describe_withdrawal_hold
        from grilse.stock.causes import register_cause_reader
        from grilse.stock.endings import register_end_check
        from grilse.stock.holds import register_harvest_check

        PLACE_MODELS["lice limit"] = LiceLimit
        register_cause_reader(read_cause_codes)
        register_harvest_check(describe_withdrawal_hold)
        register_end_check(find_record_after)
