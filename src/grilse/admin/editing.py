"""Rows that the office changes: what stands by itself, what happens by the action of its room."""

from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import MISSING, fields
from typing import Any

from django import forms
from django.db.models import ForeignKey, Model, Q, QuerySet
from django.http import HttpRequest

from grilse.admin.base import BaseAdmin
from grilse.admin.forms import ActionForm, ReferenceField
from grilse.farm.actions import places
from grilse.stock.models import Placement

MAX_PLACEMENTS = 500  # placements whose names hold what is looked for; with more, look for more of the name


class ActionAdmin(BaseAdmin):
    """Rows added and changed by an action, which a form does."""

    form = ActionForm

    def get_form(self, request: HttpRequest, obj: Model | None = None, change: bool = False, **options: Any) -> Any:
        """Return the form that acts."""
        form = super().get_form(request, obj, change, **options)
        form.action = self.change_row if change else self.add_row
        return form

    def formfield_for_foreignkey(self, db_field: ForeignKey, request: HttpRequest, **options: Any) -> Any:
        """Return a field that leaves it to the action whether what is named is there."""
        return super().formfield_for_foreignkey(db_field, request, form_class=ReferenceField, **options)

    def add_row(self, form: ActionForm) -> Model:
        """Add what the form says; return the row."""
        raise NotImplementedError

    def change_row(self, form: ActionForm) -> Model:
        """Change a row into what the form says; return it."""
        raise NotImplementedError

    def save_model(self, request: HttpRequest, obj: Model, form: ActionForm, change: bool) -> None:
        """Do nothing: the form has acted."""


class MasterDataAdmin(ActionAdmin):
    """What stands: places, stores, feeds, limits."""

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> Sequence[str]:
        """Return what a row holds; to change it also the reason."""
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
        """Take a row away to which nothing refers."""
        places.remove_place(self.opts.verbose_name, row.pk, reason=why)


class EventAdmin(ActionAdmin):
    """What happened: entered, corrected and withdrawn by a room's actions, under its rules."""

    record_rows: Callable[..., list[int]]
    correct_row: Callable[..., int | None]
    withdraw_row: Callable[..., None]
    """The module with `record`, `correct` and `withdraw`."""
    entry_class: Any
    """What they take."""
    placement_fields: tuple[str, ...] = ("placement",)
    """The columns that name a placement; the list is searched by them."""
    excluded_fields: tuple[str, ...] = ()
    """What of an entry the office fills in by itself."""

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> Sequence[str]:
        """Return what an entry holds; for a correction also why, for a mere look every column."""
        if obj is not None and not self.has_change_permission(request, obj):
            return self.view_fields or self.get_column_names()
        return [*self.get_entry_fields(), "why"] if obj is not None else self.get_entry_fields()

    def get_entry_fields(self) -> list[str]:
        """Return what an entry is asked for: what its row keeps, and what its form adds."""
        available_names = {field.name for field in self.opts.fields} | set(self.form.base_fields) - {"why"}
        return [
            name
            for field in fields(self.entry_class)
            if (name := field.name) in available_names and name not in self.excluded_fields
        ]

    def get_form(self, request: HttpRequest, obj: Model | None = None, change: bool = False, **options: Any) -> Any:
        """Return a form that asks for what an entry must have, and leaves what is wrong to the action."""
        form = super().get_form(request, obj, change, **options)
        needed = {field.name for field in fields(self.entry_class) if _is_required(field)}
        # A form that is made of another shares its fields.
        form.base_fields = deepcopy(form.base_fields)
        for name, field in form.base_fields.items():
            field.required = name in needed or (change and name == "why")
            if isinstance(field, forms.IntegerField):
                field.validators = []
        return form

    def add_row(self, form: ActionForm) -> Model:
        """Enter what the form says."""
        [row_id] = type(self).record_rows([self.build_entry(form)])
        return self.model._default_manager.get(pk=row_id)

    def change_row(self, form: ActionForm) -> Model:
        """Correct a row."""
        old_id = form.instance.pk
        new_id = type(self).correct_row(old_id, self.build_entry(form), reason=form.cleaned_data["why"])
        return self.model._default_manager.get(pk=new_id or old_id)

    def remove_row(self, row: Model, why: str) -> None:
        """Withdraw a row."""
        type(self).withdraw_row(row.pk, reason=why)

    def build_entry(self, form: ActionForm) -> Any:
        """Return the entry of a form; what was left empty is left out."""
        return self.entry_class(
            **{name: value for name, value in self.get_values(form).items() if value not in (None, "")}
        )

    def get_values(self, form: ActionForm) -> dict[str, Any]:
        """Return the values of a form by what the entry calls them."""
        return {field.name: form.cleaned_data.get(field.name) for field in fields(self.entry_class)}

    def get_search_results(self, request: HttpRequest, queryset: QuerySet, search_term: str) -> tuple[QuerySet, bool]:
        """Look for rows of placements by the names of these: an index finds the rest."""
        if not search_term:
            return queryset, False
        named = Placement.objects.filter(name__icontains=search_term).values_list("pk", flat=True)
        near = list(named[:MAX_PLACEMENTS])
        sides = [Q(**{f"{column}__in": near}) for column in self.placement_fields]
        return queryset.filter(sides[0] if len(sides) == 1 else sides[0] | sides[1]), False


def _is_required(field: Any) -> bool:
    return field.default is MISSING and field.default_factory is MISSING
