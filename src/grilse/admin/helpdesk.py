"""What a company has settled about its tickets; these themselves are worked on in the pages."""

from grilse.admin.editing import MasterDataAdmin
from grilse.admin.permissions import ModelPermissions
from grilse.admin.site import admin_site
from grilse.helpdesk.models import BusinessHours, Category, EscalationRule, Holiday, ServiceLevel

READ, RULES = ("helpdesk.read",), ("helpdesk.rules",)
ALL = ModelPermissions(view=READ, add=RULES, change=RULES, delete=RULES)


class CategoryAdmin(MasterDataAdmin):
    """What tickets are about."""

    permissions = ALL
    plural_name = "categories"
    list_display = ("name", "team", "active")
    list_filter = ("active",)
    list_select_related = autocomplete_fields = ("team",)
    search_fields = ("name",)


class BusinessHoursAdmin(MasterDataAdmin):
    """When work on tickets begins and ends."""

    permissions = ALL
    plural_name = "business hours"
    list_display = ("weekday", "opens", "closes")


class HolidayAdmin(MasterDataAdmin):
    """Days without work on tickets."""

    permissions = ALL
    list_display = ("date", "name")


class ServiceLevelAdmin(MasterDataAdmin):
    """Within what time tickets are answered and resolved."""

    permissions = ALL
    list_display = ("priority", "category", "answer_minutes", "resolve_minutes")
    list_select_related = autocomplete_fields = ("category",)


class EscalationRuleAdmin(MasterDataAdmin):
    """Who is called when a ticket waits."""

    permissions = ALL
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
    admin_site.register(model, rows)
