"""Django configuration of the attention app."""

from django.apps import AppConfig

MOST = 1e9
"""The highest threshold in any unit."""


class AttentionConfig(AppConfig):
    """Configuration of the attention app."""

    name = "grilse.attention"
    label = "attention"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register alert rules as editable master data, and what follows changes of records."""
        from grilse.attention.models import LONGEST_HORIZON, AlertRule
        from grilse.attention.scheduling import refresh_after_change, request_company_refresh
        from grilse.farm.actions.places import CHANGE_HANDLERS, PLACE_BOUNDS, PLACE_MODELS
        from grilse.stock import hooks

        hooks.change_handlers.append(refresh_after_change)
        kind = str(AlertRule._meta.verbose_name)
        PLACE_MODELS[kind] = AlertRule
        PLACE_BOUNDS.update(threshold=(0, MOST), severe=(0, MOST), horizon_days=(0, LONGEST_HORIZON))
        for changed in (kind, "area", "container"):
            CHANGE_HANDLERS[changed] = request_company_refresh
