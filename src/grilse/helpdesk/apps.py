"""Django application of the help desk."""

from django.apps import AppConfig


class HelpdeskConfig(AppConfig):
    """Configures the help desk for Django."""

    name = "grilse.helpdesk"
    label = "helpdesk"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the settings of the help desk as editable master data."""
        from grilse.farm.actions.places import CHANGE_CONTEXTS, PLACE_MODELS
        from grilse.helpdesk.models import BusinessHours, Category, EscalationRule, Holiday, ServiceLevel
        from grilse.helpdesk.rules import change_rules
        from grilse.people.models import WorkRules

        for kind in (Category, ServiceLevel, BusinessHours, Holiday, EscalationRule):
            PLACE_MODELS[str(kind._meta.verbose_name)] = kind
        for ruled in (BusinessHours, Holiday, EscalationRule, WorkRules):
            CHANGE_CONTEXTS[str(ruled._meta.verbose_name)] = change_rules
