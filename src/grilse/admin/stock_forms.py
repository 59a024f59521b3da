"""Forms of batch starts, transfer orders and moves; the first two ask for several rows of one kind."""

from collections.abc import Callable, Iterator
from dataclasses import fields
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from unfold.widgets import (
    UnfoldAdminDecimalFieldWidget,
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminSingleDateWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanSwitchWidget,
)

from grilse.admin.forms import ActionForm, WordField, build_lookup_field, label_words
from grilse.stock.actions.batches import NewBatch, NewStocking
from grilse.stock.actions.grades import Grade
from grilse.stock.actions.transfer_orders import NewLine, NewOrder
from grilse.stock.actions.transfers import Move, TransferOutcome
from grilse.stock.actions.weight_samples import METHODS
from grilse.stock.models import HarvestGrade, Placement, Stage, TransferLine
from grilse.web.forms import DayField

WEIGHING_WORDS = label_words(*METHODS)
FIRST_ROWS, ROWS = 8, 40
"""Rows that a form shows, and those that it has: the others are behind a heading."""
MISSING = "This field is required."


class StageField(forms.TypedChoiceField):
    """A stage, by its order in the life of the species."""

    def __init__(self, **options: Any) -> None:
        super().__init__(coerce=int, empty_value=None, widget=UnfoldAdminSelectWidget, **options)


class RowsForm(ActionForm):
    """Asks for numbered rows; the first is required, and some fields of each row that is not empty."""

    row_fields: ClassVar[tuple[str, ...]]
    required_names: ClassVar[tuple[str, ...]]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", "Select value"), *((stage.order, str(stage)) for stage in Stage.objects.all())]
        for field in self.fields.values():
            if isinstance(field, StageField):
                field.choices = choices

    def clean(self) -> dict[str, Any]:
        """Refuse rows without a required field, then run the action."""
        for number, values in self._iter_numbered_rows():
            for name in self.required_names:
                if values[name] is None and f"{name}_{number}" not in self.errors:
                    self.add_error(f"{name}_{number}", MISSING)
        return super().clean()

    def get_rows(self) -> list[dict[str, Any]]:
        """Return the rows that are not empty."""
        return [values for _, values in self._iter_numbered_rows()]

    @classmethod
    def list_row_fieldsets(cls, title: str) -> list[tuple[str, dict[str, Any]]]:
        """Return the fields of each row, which a page shows side by side; the later rows are folded."""
        rows = [tuple(f"{name}_{number}" for name in cls.row_fields) for number in range(1, ROWS + 1)]
        more = {"fields": rows[FIRST_ROWS:], "classes": ("collapse",)}
        return [(title, {"fields": rows[:FIRST_ROWS]}), ("More lines", more)]

    def _iter_numbered_rows(self) -> Iterator[tuple[int, dict[str, Any]]]:
        for number in range(1, ROWS + 1):
            values = {name: self.cleaned_data.get(f"{name}_{number}") for name in self.row_fields}
            if number == 1 or any(value is not None for value in values.values()):
                yield number, values


def build_rows_form(*names: str, required: tuple[str, ...]) -> type[RowsForm]:
    """Return a form with numbered fields of `ROW_FIELDS`."""
    form_fields = {f"{name}_{number}": ROW_FIELDS[name]() for number in range(1, ROWS + 1) for name in names}
    return type("RowsForm", (RowsForm,), {"row_fields": names, "required_names": required, **form_fields})


def _build_weight_field() -> forms.Field:
    return forms.FloatField(label="Mean weight, g", required=False, widget=UnfoldAdminDecimalFieldWidget)


ROW_FIELDS: dict[str, Callable[[], forms.Field]] = {
    "container": lambda: build_lookup_field(Placement, "container", "Container"),
    "source": lambda: build_lookup_field(TransferLine, "source", "From placement"),
    "stage": lambda: StageField(label="Stage", required=False),
    "count": lambda: forms.IntegerField(label="Fish", required=False, widget=UnfoldAdminIntegerFieldWidget),
    "mean_weight_g": _build_weight_field,
}
StartRows: Any = build_rows_form(
    "container", "stage", "count", "mean_weight_g", required=("container", "stage", "count")
)
PlanRows: Any = build_rows_form("source", "container", "stage", "count", required=("source", "container", "count"))


class StartForm(StartRows):
    """The start of a batch."""

    def build_batch(self) -> NewBatch:
        """Return the batch that the action starts."""
        values = self.cleaned_data
        stocked = [NewStocking(**row) for row in self.get_rows()]
        return NewBatch(number=values["number"], species=values["species"], start=values["start_date"], stocked=stocked)


class PlanForm(PlanRows):
    """The plan of a transfer order."""

    def build_order(self) -> NewOrder:
        """Return the order that the action plans."""
        values, lines = self.cleaned_data, [NewLine(**row) for row in self.get_rows()]
        return NewOrder(batch=values["batch"], date=values["planned_date"], lines=lines)


class MovementForm(ActionForm):
    """A row of the ledger; a harvest with its grades as text, a grade a line, and its lot."""

    grades = forms.CharField(
        required=False,
        widget=UnfoldAdminTextareaWidget,
        help_text="Of a harvest. A grade a line: its name, its fish, and their gutted kg: superior 4000 15600",
    )
    lot = forms.CharField(required=False, max_length=40, widget=UnfoldAdminTextInputWidget, help_text="Of a harvest.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk and "grades" in self.fields:
            row = self.instance
            own = Q(movement=row) | Q(movement=None, placement=row.source_id, date=row.date)
            graded = list(HarvestGrade.objects.filter(own).order_by("pk"))
            lines = (f"{grade.grade} {grade.count} {grade.gutted_kg}" for grade in graded)
            self.initial.update({"grades": "\n".join(lines), "lot": graded[0].lot if graded else ""})

    def clean_lot(self) -> str:
        """Return the lot; it stays where a request does not have the field."""
        return str(self.cleaned_data["lot"] if "lot" in self.data else self.initial.get("lot", ""))

    def clean_grades(self) -> list[Grade]:
        """Return the grades, whose names may have several words; they stay where a request does not have the field."""
        text = str(self.cleaned_data["grades"] if "grades" in self.data else self.initial.get("grades", ""))
        lines = [line.rsplit(maxsplit=2) for line in text.splitlines() if line.strip()]
        try:
            return [Grade(grade=name.strip(), count=int(fish), gutted_kg=float(kg)) for name, fish, kg in lines]
        except ValueError:
            raise ValidationError("write a grade a line: its name, its fish, and their gutted kg, as 15600.5") from None


def _build_switch(label: str) -> forms.BooleanField:
    return forms.BooleanField(label=label, required=False, widget=UnfoldBooleanSwitchWidget)


class MoveForm(ActionForm):
    """A move by a line of an order."""

    completed_move: TransferOutcome
    """The result of the move, after the action."""

    date = DayField(label="Day", widget=UnfoldAdminSingleDateWidget)
    count = forms.IntegerField(label="Fish", widget=UnfoldAdminIntegerFieldWidget)
    mean_weight_g = _build_weight_field()
    weight_method = WordField(WEIGHING_WORDS, label="How it was measured")
    fish_weighed = forms.IntegerField(label="Fish weighed", required=False, widget=UnfoldAdminIntegerFieldWidget)
    last = _build_switch("No fish are left in the source")
    more = _build_switch("More fish move by this line another day")
    mix = _build_switch("Into the fish of another batch, if there are any")

    def build_move(self, line: int) -> Move:
        """Return the move that the action carries out."""
        names = (field.name for field in fields(Move) if field.name != "line")
        return Move(line=line, **{name: self.cleaned_data[name] for name in names})
