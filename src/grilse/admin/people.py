"""Persons, teams, fences, rates and rules of work; what people wrote is in no office."""

from collections.abc import Sequence

from django.db.models import Model, QuerySet
from django.http import HttpRequest

from grilse.access.reasons import require_reason
from grilse.admin.editing import ActionAdmin, MasterDataAdmin
from grilse.admin.forms import ActionForm
from grilse.admin.permissions import ModelPermissions
from grilse.admin.site import admin_site
from grilse.people.actions import persons, rules
from grilse.people.lists import build_name_condition
from grilse.people.models import Fence, Person, Team, TransportRate, WorkRules

READ, CHANGE = ("people.read",), ("people.change",)
ALL = ModelPermissions(view=READ, add=CHANGE, change=CHANGE, delete=CHANGE)


class PersonAdmin(MasterDataAdmin):
    """Who works here; taken away they have left."""

    permissions = ALL
    list_display = ("name", "title", "team", "geography", "active")
    list_filter = ("active",)
    list_select_related = ("team", "geography")
    autocomplete_fields = ("geography", "area", "station", "team", "manager")
    search_fields = ("name",)

    def get_column_names(self) -> list[str]:
        """Return what a person is asked for; whether they have left, the list shows."""
        return [name for name in super().get_column_names() if name != "active"]

    def add_row(self, form: ActionForm) -> Model:
        """Add the person of a form."""
        return Person.objects.get(pk=persons.add_person(persons.NewPerson(**self.get_values(form))))

    def change_row(self, form: ActionForm) -> Model:
        """Change the person of a form."""
        pk, why = form.instance.pk, form.cleaned_data["why"]
        persons.change_person(pk, persons.NewPerson(**self.get_values(form)), reason=why)
        return Person.objects.get(pk=pk)

    def remove_row(self, row: Model, why: str) -> None:
        """Let a person have left."""
        persons.retire_person(row.pk, reason=why)

    def get_search_results(self, request: HttpRequest, queryset: QuerySet, search_term: str) -> tuple[QuerySet, bool]:
        """Look for persons by the beginnings of their names, as everywhere."""
        return queryset.filter(build_name_condition(search_term)), False


class TeamAdmin(MasterDataAdmin):
    """People who work together."""

    permissions = ALL
    list_display = ("name", "geography")
    list_select_related = autocomplete_fields = ("geography",)
    search_fields = ("name",)


class FenceAdmin(MasterDataAdmin):
    """Circles around sites."""

    permissions = ALL
    list_display = ("area", "station", "latitude", "longitude", "radius_m")
    list_select_related = autocomplete_fields = ("area", "station")


class TransportRateAdmin(MasterDataAdmin):
    """What a kilometre is paid."""

    permissions = ALL
    list_display = ("mode", "valid_from", "per_km_minor")
    list_filter = ("mode",)


class WorkRulesAdmin(ActionAdmin):
    """What a company has settled about work; one row."""

    permissions = ModelPermissions(view=READ, add=CHANGE, change=CHANGE)
    plural_name = "work rules"
    list_display = ("time_zone", "currency", "track_days", "journal_days", "deleted_days")

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> Sequence[str]:
        """Return the rules; to change them also the reason."""
        changes = obj is not None and self.has_change_permission(request, obj)
        return [*self.get_column_names(), "why"] if changes else self.get_column_names()

    def add_row(self, form: ActionForm) -> Model:
        """Have the rules of a form hold."""
        rules.save_work_rules(
            rules.WorkRuleValues(**{name: form.cleaned_data[name] for name in self.get_column_names()})
        )
        return WorkRules.objects.get()

    def change_row(self, form: ActionForm) -> Model:
        """Have others hold, for a reason."""
        require_reason(form.cleaned_data["why"])
        return self.add_row(form)


for model, rows in {
    Person: PersonAdmin,
    Team: TeamAdmin,
    Fence: FenceAdmin,
    TransportRate: TransportRateAdmin,
    WorkRules: WorkRulesAdmin,
}.items():
    admin_site.register(model, rows)
