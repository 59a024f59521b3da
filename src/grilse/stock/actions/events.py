"""Events of placements (samples, counts, treatments, meals): the steps in which all are entered and changed."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from functools import reduce, wraps
from operator import or_
from typing import Any, Generic, Protocol, TypeVar

from django.db.models import Model, Q

from grilse.access.own_entries import refuse_entries_of_others
from grilse.access.reasons import require_reason
from grilse.access.tenancy import get_current_actor
from grilse.row_validation import fill_row, find_row, refuse_duplicates
from grilse.stock import changes
from grilse.stock.models import Placement
from grilse.stock.rules import find_placements, refuse_future_date, refuse_outside_placement


class PlacementEntry(Protocol):
    """An entry that names its placement by the id."""

    @property
    def placement(self) -> int: ...


Entry = TypeVar("Entry")
Event = TypeVar("Event", bound=PlacementEntry)
Row = TypeVar("Row", bound=Model)


class RowActions(Generic[Entry, Row]):
    """How entries become rows of one table."""

    model: type[Row]
    label: str
    """The name of a row."""
    plural = ""
    """The name of several rows, if it is not the label with an s."""
    key: tuple[str, ...] = ("placement_id", "date")
    """Columns of which two rows may not have the same values."""

    def find_row(self, id: int) -> Row:
        """Return the row of an id; refuse an id that the company does not have; one statement."""
        return find_row(self.model, id, self.label)

    def build_rows(self, entries: Sequence[Entry], derived: Sequence[Any]) -> list[Row]:
        """Return new rows of the company that acts, filled and checked; one statement."""
        company = get_current_actor().company
        return [
            fill_row(self.model(company_id=company), entry, **self.get_values(entry, values))
            for entry, values in zip(entries, derived, strict=True)
        ]

    def get_values(self, entry: Entry, derived: Any) -> dict[str, Any]:
        """Return the values of columns that an entry does not hold under their names."""
        return {}


class EventActions(RowActions[Event, Row]):
    """How events of placements are recorded, corrected and withdrawn; each change is one transaction.

    Every change locks the batches of its placements first. A row is read again under the lock, since another
    editor may have changed it meanwhile.
    """

    day_column = "date"
    last_day_counts = False
    """Whether an event may happen on the day on which the placement ends."""
    affects_estimate = False
    """Whether the estimates of the placement depend on the event."""

    def record(self, entries: Sequence[Event]) -> list[int]:
        """Enter events; return the ids of their rows."""
        with changes.edit_placements(entry.placement for entry in entries):
            placements = find_placements(entry.placement for entry in entries)
            derived = self.check_entries(entries, placements)
            rows = self.build_rows(entries, derived)
            self._refuse_duplicates(rows, placements)
            self.create_rows(rows, entries, derived)
            for row in rows:
                self._announce_row(row, placements)
            self.follow_change(rows, placements, [])
            return [row.pk for row in rows]

    def correct(self, id: int, entry: Event, *, reason: str) -> None:
        """Replace what a row says by an entry."""
        require_reason(reason)
        before = self._find_placement(id)
        refuse_entries_of_others(self.model, [id])
        with changes.edit_placements([before, entry.placement]):
            placements = find_placements([before, entry.placement])
            [derived] = self.check_entries([entry], placements)
            with self.open_row(id, entry, derived) as row:
                former = [self._get_moment(row, placements)]
                self._announce_row(row, placements)
                fill_row(row, entry, **self.get_values(entry, derived))
                self._refuse_duplicates([row], placements)
                row.save(force_update=True)
                self.delete_children(row)
                self.create_children([row], [entry])
                self._announce_row(row, placements)
            self.follow_change([row], placements, former)

    def withdraw(self, id: int, *, reason: str) -> None:
        """Delete the row of an event that did not happen."""
        require_reason(reason)
        before = self._find_placement(id)
        refuse_entries_of_others(self.model, [id])
        with changes.edit_placements([before]), self.open_row(id, None, None) as row:
            placements = find_placements([before])
            self._announce_row(row, placements)
            former = [self._get_moment(row, placements)]
            self.delete_children(row)
            row.delete()
            self.follow_change([], placements, former)

    def check_entries(self, entries: Sequence[Event], placements: Mapping[int, Placement]) -> Sequence[Any]:
        """Refuse impossible events; return for each entry the derived values that `get_values` needs."""
        derived = []
        for entry in entries:
            placement = placements[entry.placement]
            day = self.get_day(entry, placement)
            refuse_future_date(day, placement.container.time_zone, field=self.day_column)
            shown = self.describe_day(entry, placement)
            refuse_outside_placement(
                placement, day, last_counts=self.last_day_counts, shown=shown, field=self.day_column
            )
            derived.append(self.check_entry(entry, placement))
        return derived

    def check_entry(self, entry: Event, placement: Placement) -> Any:
        """Refuse invalid figures of an entry; return the derived values that `get_values` needs."""

    def get_day(self, event: Any, placement: Placement) -> date:
        """Return the day of an entry or of a row, in the time zone of its placement."""
        day: date = getattr(event, self.day_column)
        return day

    def describe_day(self, event: Any, placement: Placement) -> str:
        """Return how a refusal shows the day of an entry."""
        return str(self.get_day(event, placement))

    def find_event_after(self, ends: Mapping[int, date]) -> tuple[int, str] | None:
        """Return the placement of the first event that is not possible if placements end on days, and the event.

        One statement, as `find_event_before`.
        """
        return self._find_first("gt" if self.last_day_counts else "gte", ends)

    def find_event_before(self, starts: Mapping[int, date]) -> tuple[int, str] | None:
        """Return the placement of the first event that is not possible if placements start on days, and the event."""
        return self._find_first("lt", starts)

    def _find_first(self, lookup: str, days: Mapping[int, date]) -> tuple[int, str] | None:
        placements: dict[Any, list[int]] = {}
        for placement, value in self.to_columns(days).items():
            placements.setdefault(value, []).append(placement)
        column = f"{self.day_column}__{lookup}"
        conditions = (Q(placement__in=ids, **{column: value}) for value, ids in placements.items())
        rows: Any = self.model._default_manager.filter(reduce(or_, conditions)).order_by(self.day_column, "pk")
        first = rows.first()
        return None if first is None else (first.placement_id, self.describe_event(first))

    def to_columns(self, days: Mapping[int, date]) -> Mapping[int, Any]:
        """Return the days of placements as the day column has them."""
        return days

    def describe_event(self, row: Any) -> str:
        """Return how the refusal of an early end names a row."""
        return f"a {self.label} of {self.get_day(row, row.placement)}"

    def describe_row(self, row: Any, placement: Placement) -> str:
        """Return how the refusal of a duplicate names a row."""
        return f"a {self.label} of {placement.name} on {row.date}"

    def create_rows(self, rows: Sequence[Row], entries: Sequence[Event], derived: Sequence[Any]) -> None:
        """Insert new rows and what belongs to them."""
        self.model._default_manager.bulk_create(rows)
        self.create_children(rows, entries)

    @contextmanager
    def open_row(self, id: int, entry: Event | None, derived: Any) -> Iterator[Row]:
        """Yield a row for its correction by an entry or, if `entry` is None, for its deletion."""
        yield self.find_row(id)

    def follow_change(
        self, rows: Sequence[Row], placements: Mapping[int, Placement], former: Iterable[tuple[int, date]]
    ) -> None:
        """Change what depends on rows; `former` are placement and day of the events before their change."""

    def create_children(self, rows: Sequence[Row], entries: Sequence[Event]) -> None:
        """Insert the rows that belong to rows."""

    def delete_children(self, row: Row) -> None:
        """Delete the rows that belong to a row."""

    def _find_placement(self, id: int) -> int:
        row: Any = self.find_row(id)
        placement: int = row.placement_id
        return placement

    def _get_moment(self, row: Any, placements: Mapping[int, Placement]) -> tuple[int, date]:
        return row.placement_id, self.get_day(row, placements[row.placement_id])

    def _refuse_duplicates(self, rows: Sequence[Any], placements: Mapping[int, Placement]) -> None:
        refuse_duplicates(rows, self.key, lambda row: self.describe_row(row, placements[row.placement_id]))

    def _announce_row(self, row: Any, placements: Mapping[int, Placement]) -> None:
        if self.affects_estimate:
            changes.announce_change([row.placement_id], self.get_day(row, placements[row.placement_id]))


def build_functions(actions: Any) -> tuple[Callable[..., list[int]], Callable[..., None], Callable[..., None]]:
    """Return `record`, `correct` and `withdraw` as functions whose names and docstrings the API shows."""
    label, plural = actions.label, actions.plural or f"{actions.label}s"
    return (
        _rename_method(actions.record, f"record {plural}", f"Record {plural}, all or none; return their ids."),
        _rename_method(actions.correct, f"correct {label}", f"Correct a {label} for a reason."),
        _rename_method(actions.withdraw, f"withdraw {label}", f"Withdraw a {label} for a reason."),
    )


def _rename_method(method: Callable[..., Any], name: str, text: str) -> Callable[..., Any]:
    @wraps(method)
    def function(*args: Any, **kwargs: Any) -> Any:
        return method(*args, **kwargs)

    function.__name__, function.__doc__ = name.replace(" ", "_"), text
    return function
