"""The forms of batches that begin, and of moves planned and carried out."""

from dataclasses import fields

from django import forms
from unfold.widgets import (
    UnfoldAdminDecimalFieldWidget,
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSingleDateWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanSwitchWidget,
)

from grilse.admin.forms import ActionForm
from grilse.admin.row_forms import RowsForm, StageField, build_lookup_field, build_numbered_fields
from grilse.stock.actions.batches import NewBatch, NewStocking
from grilse.stock.actions.transfer_orders import NewLine, NewOrder
from grilse.stock.actions.transfers import Move, TransferOutcome
from grilse.stock.models import Placement, TransferLine


def _build_count_field() -> forms.Field:
    return forms.IntegerField(label="Fish", required=False, widget=UnfoldAdminIntegerFieldWidget)


def _build_weight_field() -> forms.Field:
    return forms.FloatField(label="Mean weight g", required=False, widget=UnfoldAdminDecimalFieldWidget)


def _build_container_field() -> forms.Field:
    return build_lookup_field(Placement._meta.get_field("container"), "Container")


def _build_source_field() -> forms.Field:
    return build_lookup_field(TransferLine._meta.get_field("source"), "From placement")


def _build_stage_field() -> forms.Field:
    return StageField(label="Stage", required=False)


class BatchStartForm(RowsForm):
    """What a batch starts with."""

    required_names = ("container", "stage", "count")

    def build_batch(self) -> NewBatch:
        """Return the batch as the action takes it."""
        given = self.cleaned_data
        return NewBatch(
            number=given["number"],
            species=given["species"],
            start=given["start_date"],
            stocked=[NewStocking(**row) for row in self.get_rows()],
        )


StartForm: type[BatchStartForm] = type(
    "StartForm",
    (BatchStartForm,),
    build_numbered_fields(
        {
            "container": _build_container_field,
            "stage": _build_stage_field,
            "count": _build_count_field,
            "mean_weight_g": _build_weight_field,
        }
    ),
)


class OrderPlanForm(RowsForm):
    """What an order is to move."""

    required_names = ("source", "container", "count")

    def build_order(self) -> NewOrder:
        """Return the order as the action takes it."""
        given = self.cleaned_data
        return NewOrder(
            batch=given["batch"], date=given["planned_date"], lines=[NewLine(**row) for row in self.get_rows()]
        )


PlanForm: type[OrderPlanForm] = type(
    "PlanForm",
    (OrderPlanForm,),
    build_numbered_fields(
        {
            "source": _build_source_field,
            "container": _build_container_field,
            "stage": _build_stage_field,
            "count": _build_count_field,
        }
    ),
)


def _build_switch(label: str) -> forms.BooleanField:
    return forms.BooleanField(label=label, required=False, widget=UnfoldBooleanSwitchWidget)


class MoveForm(ActionForm):
    """What moved by a line of an order."""

    completed_move: TransferOutcome
    """What the move did, once it is carried out."""

    date = forms.DateField(label="Day", widget=UnfoldAdminSingleDateWidget)
    count = forms.IntegerField(label="Fish", widget=UnfoldAdminIntegerFieldWidget)
    mean_weight_g = _build_weight_field()
    weight_method = forms.CharField(
        label="How it was measured", required=False, max_length=12, widget=UnfoldAdminTextInputWidget
    )
    fish_weighed = forms.IntegerField(label="Fish weighed", required=False, widget=UnfoldAdminIntegerFieldWidget)
    last = _build_switch("No fish are left in the source")
    more = _build_switch("More fish move by this line another day")
    mix = _build_switch("Into the fish of another batch, where some stand")

    def build_move(self, line: int) -> Move:
        """Return the move as the action takes it."""
        asked = (field.name for field in fields(Move) if field.name != "line")
        given = {name: self.cleaned_data[name] for name in asked}
        return Move(line=line, **given)
