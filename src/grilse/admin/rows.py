"""Rows that the office changes: what stands by itself, what happens by the action of its room."""

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import MISSING, fields
from typing import Any

from django import forms
from django.db.models import ForeignKey, Model, Q, QuerySet
from django.http import HttpRequest

from grilse.admin.forms import ActionForm, Reference
from grilse.admin.office import Rows
from grilse.farm import places
from grilse.stock.models import Placement

FOUND = 500  # placements whose names hold what is looked for; with more, look for more of the name


class Acting(Rows):
    """Rows added and changed by an action, which a form does."""

    form = ActionForm

    def get_form(
        self, request: HttpRequest, obj: Model | None = None, change: bool = False, **options: Any
    ) -> Any:
        """Return the form that acts."""
        form = super().get_form(request, obj, change, **options)
        form.act = self.changed if change else self.added
        return form

    def formfield_for_foreignkey(self, db_field: ForeignKey, request: HttpRequest, **options: Any) -> Any:
        """Return a field that leaves it to the action whether what is named is there."""
        return super().formfield_for_foreignkey(db_field, request, form_class=Reference, **options)

    def added(self, form: ActionForm) -> Model:
        """Add what the form says; return the row."""
        raise NotImplementedError

    def changed(self, form: ActionForm) -> Model:
        """Change a row into what the form says; return it."""
        raise NotImplementedError

    def save_model(self, request: HttpRequest, obj: Model, form: ActionForm, change: bool) -> None:
        """Do nothing: the form has acted."""


class Standing(Acting):
    """What stands: places, stores, feeds, limits."""

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> Sequence[str]:
        """Return what a row holds; to change it also the reason."""
        changes = obj is not None and self.has_change_permission(request, obj)
        return [*self.columns(), "why"] if changes else self.columns()

    def added(self, form: ActionForm) -> Model:
        """Add the row of a form."""
        return self.model._default_manager.get(pk=places.add(self.opts.verbose_name, self.given(form)))

    def changed(self, form: ActionForm) -> Model:
        """Change the row of a form."""
        pk, why = form.instance.pk, form.cleaned_data["why"]
        places.change(self.opts.verbose_name, pk, self.given(form), reason=why)
        return self.model._default_manager.get(pk=pk)

    def given(self, form: ActionForm) -> dict[str, Any]:
        """Return the values of a form."""
        return {name: form.cleaned_data[name] for name in self.columns()}

    def take_away(self, row: Model, why: str) -> None:
        """Take a row away to which nothing refers."""
        places.remove(self.opts.verbose_name, row.pk, reason=why)


class Events(Acting):
    """What happened: entered, corrected and withdrawn by a room's actions, under its rules."""

    room: Any
    """The module with `record`, `correct` and `withdraw`."""
    entry: Any
    """What they take."""
    placed: tuple[str, ...] = ("placement",)
    """The columns that name a placement; the list is searched by them."""
    left_out: tuple[str, ...] = ()
    """What of an entry the office fills in by itself."""

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> Sequence[str]:
        """Return what an entry holds; for a correction also why, for a mere look every column."""
        if obj is not None and not self.has_change_permission(request, obj):
            return self.shown or self.columns()
        return [*self.asked(), "why"] if obj is not None else self.asked()

    def asked(self) -> list[str]:
        """Return what an entry is asked for: what its row keeps, and what its form adds."""
        kept = {field.name for field in self.opts.fields} | set(self.form.base_fields) - {"why"}
        return [
            name for field in fields(self.entry) if (name := field.name) in kept and name not in self.left_out
        ]

    def get_form(
        self, request: HttpRequest, obj: Model | None = None, change: bool = False, **options: Any
    ) -> Any:
        """Return a form that asks for what an entry must have, and leaves what is wrong to the action."""
        form = super().get_form(request, obj, change, **options)
        needed = {field.name for field in fields(self.entry) if _has_to_be_given(field)}
        # A form that is made of another shares its fields.
        form.base_fields = deepcopy(form.base_fields)
        for name, field in form.base_fields.items():
            field.required = name in needed or (change and name == "why")
            if isinstance(field, forms.IntegerField):
                field.validators = []
        return form

    def added(self, form: ActionForm) -> Model:
        """Enter what the form says."""
        [made] = self.room.record([self.entered(form)])
        return self.model._default_manager.get(pk=made)

    def changed(self, form: ActionForm) -> Model:
        """Correct a row."""
        kept = form.instance.pk
        made = self.room.correct(kept, self.entered(form), reason=form.cleaned_data["why"])
        return self.model._default_manager.get(pk=made or kept)

    def take_away(self, row: Model, why: str) -> None:
        """Withdraw a row."""
        self.room.withdraw(row.pk, reason=why)

    def entered(self, form: ActionForm) -> Any:
        """Return the entry of a form; what was left empty is left out."""
        return self.entry(
            **{name: value for name, value in self.given(form).items() if value not in (None, "")}
        )

    def given(self, form: ActionForm) -> dict[str, Any]:
        """Return the values of a form by what the entry calls them."""
        return {field.name: form.cleaned_data.get(field.name) for field in fields(self.entry)}

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet, search_term: str
    ) -> tuple[QuerySet, bool]:
        """Look for rows of placements by the names of these: an index finds the rest."""
        if not search_term:
            return queryset, False
        named = Placement.objects.filter(name__icontains=search_term).values_list("pk", flat=True)
        near = list(named[:FOUND])
        sides = [Q(**{f"{column}__in": near}) for column in self.placed]
        return queryset.filter(sides[0] if len(sides) == 1 else sides[0] | sides[1]), False


def _has_to_be_given(field: Any) -> bool:
    return field.default is MISSING and field.default_factory is MISSING
