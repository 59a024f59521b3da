"""Django configuration of the app."""

from django.apps import AppConfig


class HealthConfig(AppConfig):
    """The app, for Django."""

    name = "grilse.health"
    label = "health"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register lice limits as editable master data, and the checks that stock calls on harvests and closings."""
        from grilse.farm.actions.places import PLACE_MODELS
        from grilse.health.actions.lice import LICE_COUNTS
        from grilse.health.actions.samples import HEALTH_SAMPLES
        from grilse.health.actions.treatments import TREATMENTS
        from grilse.health.models import LiceLimit
        from grilse.health.queries import describe_withdrawal_hold, read_cause_codes
        from grilse.stock import hooks

        PLACE_MODELS["lice limit"] = LiceLimit
        hooks.cause_readers.append(read_cause_codes)
        hooks.harvest_checks.append(describe_withdrawal_hold)
        for actions in (LICE_COUNTS, TREATMENTS, HEALTH_SAMPLES):
            hooks.end_checks.append(actions.find_event_after)
            hooks.start_checks.append(actions.find_event_before)
