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
from grilse.admin.repeated import RowsForm, StageOrder, looked_up, numbered
from grilse.stock.actions.batches import NewBatch, Stocked
from grilse.stock.actions.orders import NewLine, NewOrder
from grilse.stock.actions.transfers import Move, Moved
from grilse.stock.models import Placement, TransferLine


def _fish() -> forms.Field:
    return forms.IntegerField(label="Fish", required=False, widget=UnfoldAdminIntegerFieldWidget)


def _weight() -> forms.Field:
    return forms.FloatField(label="Mean weight g", required=False, widget=UnfoldAdminDecimalFieldWidget)


def _container() -> forms.Field:
    return looked_up(Placement._meta.get_field("container"), "Container")


def _source() -> forms.Field:
    return looked_up(TransferLine._meta.get_field("source"), "From placement")


def _stage() -> forms.Field:
    return StageOrder(label="Stage", required=False)


class Stocking(RowsForm):
    """What a batch starts with."""

    needed = ("container", "stage", "count")

    def entered(self) -> NewBatch:
        """Return the batch as the action takes it."""
        given = self.cleaned_data
        return NewBatch(
            number=given["number"],
            species=given["species"],
            start=given["start_date"],
            stocked=[Stocked(**row) for row in self.rows()],
        )


StartForm: type[Stocking] = type(
    "StartForm",
    (Stocking,),
    numbered({"container": _container, "stage": _stage, "count": _fish, "mean_weight_g": _weight}),
)


class Planning(RowsForm):
    """What an order is to move."""

    needed = ("source", "container", "count")

    def entered(self) -> NewOrder:
        """Return the order as the action takes it."""
        given = self.cleaned_data
        return NewOrder(
            batch=given["batch"],
            date=given["planned_date"],
            lines=[NewLine(**row) for row in self.rows()],
        )


PlanForm: type[Planning] = type(
    "PlanForm",
    (Planning,),
    numbered({"source": _source, "container": _container, "stage": _stage, "count": _fish}),
)


def _switch(label: str) -> forms.BooleanField:
    return forms.BooleanField(label=label, required=False, widget=UnfoldBooleanSwitchWidget)


class MoveForm(ActionForm):
    """What moved by a line of an order."""

    done: Moved
    """What the move did, once it is carried out."""

    date = forms.DateField(label="Day", widget=UnfoldAdminSingleDateWidget)
    count = forms.IntegerField(label="Fish", widget=UnfoldAdminIntegerFieldWidget)
    mean_weight_g = _weight()
    weight_method = forms.CharField(
        label="How it was measured", required=False, max_length=12, widget=UnfoldAdminTextInputWidget
    )
    fish_weighed = forms.IntegerField(
        label="Fish weighed", required=False, widget=UnfoldAdminIntegerFieldWidget
    )
    last = _switch("No fish are left in the source")
    more = _switch("More fish move by this line another day")
    mix = _switch("Into the fish of another batch, where some stand")

    def entered(self, line: int) -> Move:
        """Return the move as the action takes it."""
        asked = (field.name for field in fields(Move) if field.name != "line")
        given = {name: self.cleaned_data[name] for name in asked}
        return Move(line=line, **given)
