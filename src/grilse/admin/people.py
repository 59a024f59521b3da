"""Persons, teams, fences, transport rates and work rules; journals are not in the back office."""

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from grilse.access.reasons import require_reason
from grilse.admin.editing import MasterDataAdmin
from grilse.admin.forms import ActionForm
from grilse.admin.site import ModelPermissions, admin_site
from grilse.people.actions import persons, rules
from grilse.people.lists import build_name_condition
from grilse.people.models import Fence, Person, Team, TransportRate, WorkRules
from grilse.science.time_zones import list_time_zones

CHANGE = ("people.change",)


class PeopleAdmin(MasterDataAdmin):
    """Master data of people."""

    permissions = ModelPermissions(view=("people.read",), add=CHANGE, change=CHANGE, delete=CHANGE)


@admin.register(Person, site=admin_site)
class PersonAdmin(PeopleAdmin):
    """Persons; a removed person has left the company."""

    list_display = ("name", "title", "team", "geography", "active")
    list_filter = ("active",)
    search_fields = ("name",)

    def get_column_names(self) -> list[str]:
        """Return the columns without `active`, which removal changes."""
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
        """Mark a person as having left."""
        persons.retire_person(row.pk, reason=why)

    def get_search_results(self, request: HttpRequest, queryset: QuerySet, search_term: str) -> tuple[QuerySet, bool]:
        """Search persons by the beginnings of their names, as all interfaces do."""
        return queryset.filter(build_name_condition(search_term)), False


@admin.register(Team, site=admin_site)
class TeamAdmin(PeopleAdmin):
    """Teams."""

    list_display = ("name", "geography")
    search_fields = ("name",)


@admin.register(Fence, site=admin_site)
class FenceAdmin(PeopleAdmin):
    """Geofences around sites."""

    list_display = ("area", "station", "latitude", "longitude", "radius_m")


@admin.register(TransportRate, site=admin_site)
class TransportRateAdmin(PeopleAdmin):
    """Transport rates by mode."""

    prices = {"per_km_minor": "Rate, {} per km"}
    list_display = ("mode", "valid_from", "per_km_minor")
    list_filter = ("mode",)


@admin.register(WorkRules, site=admin_site)
class WorkRulesAdmin(MasterDataAdmin):
    """Work rules of the company; one row."""

    permissions = ModelPermissions(view=("people.read",), add=CHANGE, change=CHANGE)
    plural_name = "work rules"
    words = {"time_zone": lambda: ((zone, zone) for zone in sorted(list_time_zones()))}
    list_display = ("time_zone", "currency", "track_days", "journal_days", "deleted_days")

    def add_row(self, form: ActionForm) -> Model:
        """Save the rules of a form."""
        rules.save_work_rules(rules.WorkRuleValues(**self.get_values(form)))
        return WorkRules.objects.get()

    def change_row(self, form: ActionForm) -> Model:
        """Save the rules of a form for a reason."""
        require_reason(form.cleaned_data["why"])
        return self.add_row(form)
