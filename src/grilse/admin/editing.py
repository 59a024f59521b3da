"""Models that the back office edits: master data, and events by the actions of their apps."""

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import MISSING, fields
from functools import reduce
from operator import or_
from typing import Any

from django import forms
from django.db.models import ForeignKey, Model, Q, QuerySet
from django.http import HttpRequest

from grilse.admin.base import BaseAdmin
from grilse.admin.forms import ActionForm, ReferenceField
from grilse.farm.actions import places
from grilse.stock.models import Placement

MAX_PLACEMENTS = 500  # placements that a search considers; users narrow it by a longer part of the name


class ActionAdmin(BaseAdmin):
    """Rows that a form adds and changes by an action."""

    form = ActionForm

    def get_form(self, request: HttpRequest, obj: Model | None = None, change: bool = False, **options: Any) -> Any:
        """Return the form with its action."""
        form = super().get_form(request, obj, change, **options)
        form.action = self.change_row if change else self.add_row
        return form

    def formfield_for_foreignkey(self, db_field: ForeignKey, request: HttpRequest, **options: Any) -> Any:
        """Return a field whose reference the action checks."""
        return super().formfield_for_foreignkey(db_field, request, form_class=ReferenceField, **options)

    def add_row(self, form: ActionForm) -> Model:
        """Add the row of a form; return it."""
        raise NotImplementedError

    def change_row(self, form: ActionForm) -> Model:
        """Change the row of a form; return it."""
        raise NotImplementedError

    def save_model(self, request: HttpRequest, obj: Model, form: ActionForm, change: bool) -> None:
        """Do nothing: the action of the form has saved the row."""


class MasterDataAdmin(ActionAdmin):
    """Master data: places, stores, feeds, limits, rules."""

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> Sequence[str]:
        """Return the columns, for a change also the reason."""
        changes = obj is not None and self.has_change_permission(request, obj)
        return [*self.get_column_names(), "why"] if changes else self.get_column_names()

    def add_row(self, form: ActionForm) -> Model:
        """Add the row of a form."""
        return self.model._default_manager.get(pk=places.add_place(self.opts.verbose_name, self.get_values(form)))

    def change_row(self, form: ActionForm) -> Model:
        """Change the row of a form."""
        pk, why = form.instance.pk, form.cleaned_data["why"]
        places.change_place(self.opts.verbose_name, pk, self.get_values(form), reason=why)
        return self.model._default_manager.get(pk=pk)

    def get_values(self, form: ActionForm) -> dict[str, Any]:
        """Return the values of a form."""
        return {name: form.cleaned_data[name] for name in self.get_column_names()}

    def remove_row(self, row: Model, why: str) -> None:
        """Remove a row to which nothing refers."""
        places.remove_place(self.opts.verbose_name, row.pk, reason=why)


class EventAdmin(ActionAdmin):
    """Events, which the actions of an app record, correct and withdraw under its rules."""

    event_actions: Any
    """An object with the methods `record`, `correct` and `withdraw`."""
    entry_class: Any
    """The data class that they take."""
    search_fields: tuple[str, ...] = ("placement",)
    """References to placements; the list is searched by the names of those."""
    excluded_fields: tuple[str, ...] = ()
    """Fields of an entry that the form does not show."""

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> Sequence[str]:
        """Return the fields of an entry, for a correction also the reason, without change permission all columns."""
        if obj is not None and not self.has_change_permission(request, obj):
            return self.view_fields or self.get_column_names()
        return [*self.get_entry_fields(), "why"] if obj is not None else self.get_entry_fields()

    def get_fieldsets(self, request: HttpRequest, obj: Model | None = None) -> Any:
        """Return the fields, and the one that confirms unlikely values where rows are entered."""
        [(title, options)] = super().get_fieldsets(request, obj)
        can_save = self.has_add_permission(request) if obj is None else self.has_change_permission(request, obj)
        return [(title, {**options, "fields": [*options["fields"], *(["confirm"] if can_save else [])]})]

    def get_entry_fields(self) -> list[str]:
        """Return the fields of an entry that are columns, or fields that the form adds."""
        available_names = {field.name for field in self.opts.fields} | set(self.form.base_fields) - {"why", "confirm"}
        return [
            name
            for field in fields(self.entry_class)
            if (name := field.name) in available_names and name not in self.excluded_fields
        ]

    def get_form(self, request: HttpRequest, obj: Model | None = None, change: bool = False, **options: Any) -> Any:
        """Return a form that requires what an entry requires; the action checks the values."""
        form = super().get_form(request, obj, change, **options)
        needed = {field.name for field in fields(self.entry_class) if _is_required(field)}
        # Forms derived from the same form share its fields.
        form.base_fields = deepcopy(form.base_fields)
        for name, field in form.base_fields.items():
            field.required = name in needed or (change and name == "why")
            if isinstance(field, forms.IntegerField):
                field.validators = []
        return form

    def add_row(self, form: ActionForm) -> Model:
        """Record the event of a form."""
        [row_id] = self.event_actions.record([self.build_entry(form)])
        return self.model._default_manager.get(pk=row_id)

    def change_row(self, form: ActionForm) -> Model:
        """Correct a row."""
        self.event_actions.correct(form.instance.pk, self.build_entry(form), reason=form.cleaned_data["why"])
        return self.model._default_manager.get(pk=form.instance.pk)

    def remove_row(self, row: Model, why: str) -> None:
        """Withdraw a row."""
        self.event_actions.withdraw(row.pk, reason=why)

    def build_entry(self, form: ActionForm) -> Any:
        """Return the entry of a form, without empty fields."""
        return self.entry_class(
            **{name: value for name, value in self.get_values(form).items() if value not in (None, "")}
        )

    def get_values(self, form: ActionForm) -> dict[str, Any]:
        """Return the values of a form by the names of the entry."""
        return {field.name: form.cleaned_data.get(field.name) for field in fields(self.entry_class)}

    def get_search_results(self, request: HttpRequest, queryset: QuerySet, search_term: str) -> tuple[QuerySet, bool]:
        """Search rows by the names of their placements, which an index serves."""
        if not search_term:
            return queryset, False
        named = Placement.objects.filter(name__icontains=search_term).values_list("pk", flat=True)
        placements = list(named[:MAX_PLACEMENTS])
        conditions = (Q(**{f"{column}__in": placements}) for column in self.search_fields)
        return queryset.filter(reduce(or_, conditions)), False


def _is_required(field: Any) -> bool:
    return field.default is MISSING and field.default_factory is MISSING
