"""Settings of the help desk; the web pages have the tickets."""

from django.contrib import admin

from grilse.admin.editing import MasterDataAdmin
from grilse.admin.site import ModelPermissions, admin_site
from grilse.helpdesk.business_hours import WEEKDAYS, format_period
from grilse.helpdesk.models import BusinessHours, Category, EscalationRule, Holiday, ServiceLevel, Ticket

RULES = ("helpdesk.rules",)


class HelpdeskAdmin(MasterDataAdmin):
    """Settings of the help desk."""

    permissions = ModelPermissions(view=("helpdesk.read",), add=RULES, change=RULES, delete=RULES)


@admin.register(Category, site=admin_site)
class CategoryAdmin(HelpdeskAdmin):
    """Categories of tickets."""

    plural_name = "categories"
    list_display = ("name", "team", "active")
    list_filter = ("active",)
    search_fields = ("name",)


@admin.register(BusinessHours, site=admin_site)
class BusinessHoursAdmin(HelpdeskAdmin):
    """Business hours by weekday."""

    plural_name = "business hours"
    words = {"weekday": list(enumerate(WEEKDAYS))}
    list_display = ("day", "period")

    @admin.display(description="Day")
    def day(self, row: BusinessHours) -> str:
        """Return the day of the week on which work begins."""
        return WEEKDAYS[row.weekday]

    @admin.display(description="Period")
    def period(self, row: BusinessHours) -> str:
        """Return when work begins and ends."""
        return format_period(row.opens, row.closes)


@admin.register(Holiday, site=admin_site)
class HolidayAdmin(HelpdeskAdmin):
    """Days without business hours."""

    list_display = ("date", "name")


@admin.register(ServiceLevel, site=admin_site)
class ServiceLevelAdmin(HelpdeskAdmin):
    """Times within which tickets are answered and resolved."""

    words = {"priority": Ticket.Priority.choices}
    list_display = ("priority", "category", "answer_minutes", "resolve_minutes")


@admin.register(EscalationRule, site=admin_site)
class EscalationRuleAdmin(HelpdeskAdmin):
    """Whom the help desk notifies when a ticket waits."""

    words = {"priority": Ticket.Priority.choices}
    list_display = ("category", "level", "after_minutes", "person", "team", "active")
    list_filter = ("active",)
