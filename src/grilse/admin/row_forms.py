"""Forms that ask for several rows of one kind, as for the containers that a batch is stocked into."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, ClassVar

from django import forms
from django.contrib.admin.widgets import AutocompleteSelect
from django.db.models import ForeignKey
from unfold.widgets import UnfoldAdminSelectWidget

from grilse.admin.forms import ActionForm, ReferenceField
from grilse.admin.site import admin_site
from grilse.stock.models import Stage

ROWS = 8
MISSING = "This field is required."


class RowsForm(ActionForm):
    """Asks for numbered rows; the first has to be there, and of each that is there what it needs."""

    row_fields: ClassVar[tuple[str, ...]]
    required_names: ClassVar[tuple[str, ...]]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", "Select value"), *((stage.order, str(stage)) for stage in Stage.objects.all())]
        for field in self.fields.values():
            if isinstance(field, StageField):
                field.choices = choices

    def clean(self) -> dict[str, Any]:
        """Look for what rows lack, then act."""
        for number, given in self._iter_numbered_rows():
            for name in self.required_names:
                if given[name] is None and f"{name}_{number}" not in self.errors:
                    self.add_error(f"{name}_{number}", MISSING)
        return super().clean()

    def get_rows(self) -> list[dict[str, Any]]:
        """Return the rows that are there."""
        return [given for _, given in self._iter_numbered_rows()]

    def _iter_numbered_rows(self) -> Iterator[tuple[int, dict[str, Any]]]:
        for number in range(1, ROWS + 1):
            given = {name: self.cleaned_data.get(f"{name}_{number}") for name in self.row_fields}
            if number == 1 or any(value is not None for value in given.values()):
                yield number, given


class StageField(forms.TypedChoiceField):
    """A stage, by its order in the life of the species."""

    def __init__(self, **options: Any) -> None:
        super().__init__(coerce=int, empty_value=None, widget=UnfoldAdminSelectWidget, **options)


def build_lookup_field(link: Any, label: str) -> ReferenceField:
    """Return a field for what a column refers to, found by a part of its name."""
    assert isinstance(link, ForeignKey)
    widget = AutocompleteSelect(link, admin_site)
    rows = link.remote_field.model._default_manager.all()
    return ReferenceField(rows, label=label, required=False, widget=widget)


def build_numbered_fields(row: Mapping[str, Callable[[], forms.Field]]) -> dict[str, Any]:
    """Return what a form class declares for its rows."""
    fields = {f"{name}_{number}": field() for number in range(1, ROWS + 1) for name, field in row.items()}
    return {"row_fields": tuple(row), **fields}


def list_row_fields(form: type[RowsForm]) -> list[tuple[str, ...]]:
    """Return the fields of each row, which stand beside each other."""
    return [tuple(f"{name}_{number}" for name in form.row_fields) for number in range(1, ROWS + 1)]
