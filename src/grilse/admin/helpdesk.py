"""What a company has settled about its tickets; these themselves are worked on in the pages."""

from grilse.admin.rows import Standing
from grilse.admin.site import office
from grilse.admin.verbs import May
from grilse.helpdesk.models import BusinessHours, Category, EscalationRule, Holiday, ServiceLevel

READ, RULES = ("helpdesk.read",), ("helpdesk.rules",)
ALL = May(see=READ, add=RULES, change=RULES, remove=RULES)


class CategoryAdmin(Standing):
    """What tickets are about."""

    may = ALL
    plural = "categories"
    list_display = ("name", "team", "active")
    list_filter = ("active",)
    list_select_related = autocomplete_fields = ("team",)
    search_fields = ("name",)


class BusinessHoursAdmin(Standing):
    """When work on tickets begins and ends."""

    may = ALL
    plural = "business hours"
    list_display = ("weekday", "opens", "closes")


class HolidayAdmin(Standing):
    """Days without work on tickets."""

    may = ALL
    list_display = ("date", "name")


class ServiceLevelAdmin(Standing):
    """Within what time tickets are answered and resolved."""

    may = ALL
    list_display = ("priority", "category", "answer_minutes", "resolve_minutes")
    list_select_related = autocomplete_fields = ("category",)


class EscalationRuleAdmin(Standing):
    """Who is called when a ticket waits."""

    may = ALL
    list_display = ("category", "level", "after_minutes", "person", "team", "active")
    list_filter = ("active",)
    list_select_related = autocomplete_fields = ("category", "person", "team")


for model, rows in {
    Category: CategoryAdmin,
    BusinessHours: BusinessHoursAdmin,
    Holiday: HolidayAdmin,
    ServiceLevel: ServiceLevelAdmin,
    EscalationRule: EscalationRuleAdmin,
}.items():
    office.register(model, rows)
