"""The limits of entered values for the document: those of the column of the package or of the model.

The rules of the apps refuse values beyond them, in the same words at every interface.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, get_args

from django.db.models import Model

from grilse.exchange.columns import PackageColumn, complete_column
from grilse.exchange.tables import TABLES
from grilse.helpdesk.actions.tickets import NewTicket
from grilse.helpdesk.models import Ticket
from grilse.people.actions.persons import NewPerson
from grilse.people.actions.rules import WorkRuleValues
from grilse.people.journal_entries import NewEntry, SentEntry
from grilse.people.models import JournalEntry, Journey, Person, TrackPoint, WorkRules
from grilse.people.tracks.uploads import SentJourney, SentPoint
from grilse.stock.actions.batches import NewBatch, NewStocking
from grilse.stock.actions.events import RowActions
from grilse.stock.actions.harvests import Grade, NewHarvest
from grilse.stock.actions.losses import Loss
from grilse.stock.actions.movements import NewMovement
from grilse.stock.actions.transfer_orders import NewLine
from grilse.stock.actions.transfers import Move
from grilse.stock.actions.weight_samples import MeasuredFish
from grilse.stock.models import Batch, HarvestGrade, Movement, TransferLine, WeighedFish

Values = Mapping[str, Any]

ENTRY_MODELS: dict[type, type[Model]] = {
    Grade: HarvestGrade,
    Loss: Movement,
    MeasuredFish: WeighedFish,
    Move: Movement,
    NewBatch: Batch,
    NewEntry: JournalEntry,
    NewHarvest: Movement,
    NewLine: TransferLine,
    NewMovement: Movement,
    NewPerson: Person,
    NewStocking: Movement,
    NewTicket: Ticket,
    SentEntry: JournalEntry,
    SentJourney: Journey,
    SentPoint: TrackPoint,
    WorkRuleValues: WorkRules,
}
COLUMN_TYPES: dict[str, Values] = {
    "integer": {"type": "integer"},
    "date": {"type": "string", "format": "date"},
    "time": {"type": "string", "format": "date-time"},
    **{kind: {"type": "number"} for kind in ("number", "real", "mass")},
}


def describe_column(column: PackageColumn) -> Values:
    """Return the values of a column as a JSON schema."""
    if column.references:
        return {"type": "string", "description": f"names a row of {column.references}"}
    return {**COLUMN_TYPES.get(column.kind, {"type": "string"}), **describe_limits(column)}


def describe_limits(column: PackageColumn) -> Values:
    """Return the limits of a column in the words of JSON schema."""
    limits = {
        "minimum": column.minimum,
        "exclusiveMinimum": column.exclusive_minimum,
        "maximum": column.maximum,
        "maxLength": column.max_length or None,
        "enum": list(column.choices) or None,
    }
    return {name: limit for name, limit in limits.items() if limit is not None}


@cache
def find_entry_limits(entry_class: type) -> Mapping[str, Values]:
    """Return the limits of the fields of an entry, by name."""
    model = ENTRY_MODELS.get(entry_class) or dict(_iter_event_models(RowActions)).get(entry_class)
    return {} if model is None else find_model_limits(model)


@cache
def find_model_limits(model: type[Model]) -> Mapping[str, Values]:
    """Return the limits of the columns of a model, by name."""
    packaged = {
        column.field: column
        for table in TABLES.values()
        if table.model is model
        for column in table.columns
        if column.field and column.kind not in ("mass", "reference")
    }
    return {
        field.name: describe_limits(packaged.get(field.attname) or complete_column(PackageColumn(field.name), model))
        for field in model._meta.concrete_fields
        if not field.is_relation
    }


def _iter_event_models(actions: type) -> Iterator[tuple[type, type[Model]]]:
    """Yield the entry and the model of each kind of rows."""
    kinds: list[type] = actions.__subclasses__()
    for kind in kinds:
        for base in getattr(kind, "__orig_bases__", ()):
            match get_args(base):
                case (type() as entry_class, type() as model, *_):
                    yield entry_class, model
        yield from _iter_event_models(kind)
