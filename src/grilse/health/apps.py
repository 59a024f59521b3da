"""Django application of the room."""

from django.apps import AppConfig


class HealthConfig(AppConfig):
    """Names the room for Django."""

    name = "grilse.health"
    label = "health"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Answer what rooms below ask."""
        from grilse.farm.actions.places import PLACE_MODELS
        from grilse.health.later_records import find_record_after
        from grilse.health.models import LiceLimit
        from grilse.health.queries import read_cause_codes
        from grilse.health.withdrawal_periods import describe_withdrawal_hold
        from grilse.stock.harvest_checks import register_harvest_check
        from grilse.stock.mortality_causes import register_cause_reader
        from grilse.stock.placement_end import register_end_check

        PLACE_MODELS["lice limit"] = LiceLimit
        register_cause_reader(read_cause_codes)
        register_harvest_check(describe_withdrawal_hold)
        register_end_check(find_record_after)
