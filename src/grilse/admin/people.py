"""Persons, teams, fences, rates and rules of work; what people wrote is in no office."""

from collections.abc import Sequence

from django.db.models import Model, QuerySet
from django.http import HttpRequest

from grilse.admin.forms import ActionForm
from grilse.admin.rows import Acting, Standing
from grilse.admin.site import office
from grilse.admin.verbs import May
from grilse.farm.reasons import required_reason
from grilse.people.actions import persons, rules
from grilse.people.lists_directory import named
from grilse.people.models import Fence, Person, Team, TransportRate, WorkRules

READ, CHANGE = ("people.read",), ("people.change",)
ALL = May(see=READ, add=CHANGE, change=CHANGE, remove=CHANGE)


class PersonAdmin(Standing):
    """Who works here; taken away they have left."""

    may = ALL
    list_display = ("name", "title", "team", "geography", "active")
    list_filter = ("active",)
    list_select_related = ("team", "geography")
    autocomplete_fields = ("geography", "area", "station", "team", "manager")
    search_fields = ("name",)

    def columns(self) -> list[str]:
        """Return what a person is asked for; whether they have left, the list shows."""
        return [name for name in super().columns() if name != "active"]

    def added(self, form: ActionForm) -> Model:
        """Add the person of a form."""
        return Person.objects.get(pk=persons.add(persons.NewPerson(**self.given(form))))

    def changed(self, form: ActionForm) -> Model:
        """Change the person of a form."""
        pk, why = form.instance.pk, form.cleaned_data["why"]
        persons.change(pk, persons.NewPerson(**self.given(form)), reason=why)
        return Person.objects.get(pk=pk)

    def take_away(self, row: Model, why: str) -> None:
        """Let a person have left."""
        persons.retire(row.pk, reason=why)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet, search_term: str
    ) -> tuple[QuerySet, bool]:
        """Look for persons by the beginnings of their names, as everywhere."""
        return queryset.filter(named(search_term)), False


class TeamAdmin(Standing):
    """People who work together."""

    may = ALL
    list_display = ("name", "geography")
    list_select_related = autocomplete_fields = ("geography",)
    search_fields = ("name",)


class FenceAdmin(Standing):
    """Circles around sites."""

    may = ALL
    list_display = ("area", "station", "latitude", "longitude", "radius_m")
    list_select_related = autocomplete_fields = ("area", "station")


class TransportRateAdmin(Standing):
    """What a kilometre is paid."""

    may = ALL
    list_display = ("mode", "valid_from", "per_km_minor")
    list_filter = ("mode",)


class WorkRulesAdmin(Acting):
    """What a company has settled about work; one row."""

    may = May(see=READ, add=CHANGE, change=CHANGE)
    plural = "work rules"
    list_display = ("time_zone", "currency", "track_days", "journal_days", "deleted_days")

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> Sequence[str]:
        """Return the rules; to change them also the reason."""
        changes = obj is not None and self.has_change_permission(request, obj)
        return [*self.columns(), "why"] if changes else self.columns()

    def added(self, form: ActionForm) -> Model:
        """Have the rules of a form hold."""
        rules.settle(rules.Rules(**{name: form.cleaned_data[name] for name in self.columns()}))
        return WorkRules.objects.get()

    def changed(self, form: ActionForm) -> Model:
        """Have others hold, for a reason."""
        required_reason(form.cleaned_data["why"])
        return self.added(form)


for model, rows in {
    Person: PersonAdmin,
    Team: TeamAdmin,
    Fence: FenceAdmin,
    TransportRate: TransportRateAdmin,
    WorkRules: WorkRulesAdmin,
}.items():
    office.register(model, rows)
