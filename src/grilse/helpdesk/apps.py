"""Django application of the room."""

from django.apps import AppConfig


class HelpdeskConfig(AppConfig):
    """Names the room for Django."""

    name = "grilse.helpdesk"
    label = "helpdesk"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Let what tickets go by be added and changed as places are."""
        from grilse.farm.places import AROUND, KINDS
        from grilse.helpdesk.models import BusinessHours, Category, EscalationRule, Holiday, ServiceLevel
        from grilse.helpdesk.rules import ruling
        from grilse.people.models import WorkRules

        for kind in (Category, ServiceLevel, BusinessHours, Holiday, EscalationRule):
            KINDS[str(kind._meta.verbose_name)] = kind
        for ruled in (BusinessHours, Holiday, EscalationRule, WorkRules):
            AROUND[str(ruled._meta.verbose_name)] = ruling
