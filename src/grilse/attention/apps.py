"""Django configuration of the attention app."""

from django.apps import AppConfig


class AttentionConfig(AppConfig):
    """Configuration of the attention app."""

    name = "grilse.attention"
    label = "attention"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register alert rules as editable master data, and what follows changes of records."""
        from grilse.attention.models import AlertRule
        from grilse.attention.scheduling import refresh_after_change, request_company_refresh
        from grilse.farm.actions.places import CHANGE_HANDLERS, PLACE_MODELS
        from grilse.stock import hooks

        hooks.change_handlers.append(refresh_after_change)
        kind = str(AlertRule._meta.verbose_name)
        PLACE_MODELS[kind] = AlertRule
        for changed in (kind, "area", "container"):
            CHANGE_HANDLERS[changed] = request_company_refresh
