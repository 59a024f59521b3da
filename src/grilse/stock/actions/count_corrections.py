"""Count corrections that follow from counts: of the fish counted in a placement, and of 0 fish where it ends.

The ledger of a placement agrees with each of its counts at the end of the day of the count. Whenever its rows or
counts change, the corrections are computed again, and those that differ are replaced.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import zip_longest
from operator import attrgetter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grilse.access.tenancy import get_current_actor
from grilse.errors import GrilseError
from grilse.science.days import from_epoch_day, to_epoch_day
from grilse.stock import changes, messages
from grilse.stock.actions.balance import COUNTING, Ledgers, build_ledgers
from grilse.stock.ledger import COUNTING_CAUSE, compute_count_differences, compute_populations
from grilse.stock.models import FishCount, Movement, Placement


@dataclass(frozen=True, order=True, slots=True)
class CountMoment:
    """The end of a day at which the fish of a placement are known."""

    placement: int
    day: date
    is_end: bool
    """Whether the placement ends on the day, with 0 fish."""

    def list_rows(self) -> list[tuple[int, str, date]]:
        """Return placement, side and day that a correction of the count can have.

        Fish come into a placement only before its last day.
        """
        added = self.day - timedelta(days=1) if self.is_end else self.day
        return [(self.placement, "source", self.day), (self.placement, "target", added)]


@dataclass(frozen=True, slots=True)
class _Correction:
    """A correction that follows from a count."""

    placement: int
    side: str
    day: date
    count: int
    reason: str = ""
    movement: int | None = None
    """The id of its row; None for a new one."""

    @property
    def key(self) -> tuple[int, str, date, int]:
        """What two corrections have in common that are the same."""
        return self.placement, self.side, self.day, self.count


def follow_counts(
    placement_ledgers: Ledgers, former: Iterable[CountMoment] = (), *, reason: str = ""
) -> tuple[Ledgers, dict[int, int]]:
    """Replace the corrections that no longer follow from the counts of placements.

    `former` are moments of counts that were corrected or withdrawn. Return the ledgers with the new corrections, and
    the fish that each ended placement had too many at its end. Three statements.
    """
    counts = _read_counts(placement_ledgers.placements)
    moments = {row for moment in (*counts, *former) for row in moment.list_rows()}
    existing = _find_corrections(placement_ledgers, moments)
    columns = {name: np.delete(values, list(existing)) for name, values in placement_ledgers.rows.items()}
    needed, surplus = _compute_corrections(placement_ledgers, columns, counts)
    replaced = _pair_corrections(existing.values(), needed)
    if not replaced:
        return placement_ledgers, surplus
    _save_corrections(replaced, reason)
    return _add_corrections(placement_ledgers, columns, needed), surplus


def refuse_derived_rows(rows: Sequence[Movement], placements: Mapping[int, Placement]) -> None:
    """Refuse to correct rows that follow from counts; one statement, none if no row can be such."""
    for moment in find_derived_rows(rows, placements.values()).values():
        name = placements[moment.placement].name
        raise GrilseError(messages.describe_derived_correction(name, moment.day, is_end=moment.is_end))


def find_derived_rows(
    rows: Iterable[Movement], placements: Iterable[Placement], former: Iterable[CountMoment] = ()
) -> dict[int, CountMoment]:
    """Return the moments of the counts that rows follow from, by the id of the row.

    `former` are counts that were withdrawn. One statement, none if no row can be such.
    """
    counted = [row for row in rows if row.kind == Movement.Kind.COUNT_CORRECTION and row.cause == COUNTING_CAUSE]
    if not counted:
        return {}
    moments = {key: moment for moment in (*former, *_read_counts(list(placements))) for key in moment.list_rows()}
    derived = {}
    for row in counted:
        key = (row.source_id or row.target_id or 0, "source" if row.source_id else "target", row.date)
        if row.count and key in moments:
            derived[row.pk] = moments[key]
    return derived


def _read_counts(placements: Collection[Placement]) -> dict[CountMoment, int]:
    """Return the counted fish of placements, sorted by placement and moment; one statement."""
    ids = [placement.pk for placement in placements]
    stored = FishCount.objects.filter(placement__in=ids).values_list("placement", "date", "count")
    counts = {CountMoment(placement, day, False): count for placement, day, count in stored}
    ends = {
        CountMoment(placement.pk, placement.stop, True): 0
        for placement in placements
        if placement.stop is not None and placement.stop > placement.start
    }
    return dict(sorted((counts | ends).items()))


def _find_corrections(placement_ledgers: Ledgers, moments: Iterable[tuple[int, str, date]]) -> dict[int, _Correction]:
    """Return the corrections of the ledgers that belong to moments, by their position in the rows."""
    moments = set(moments)
    rows, corrections = placement_ledgers.rows, {}
    for row in np.flatnonzero(rows["role"] == COUNTING).tolist():
        side = "source" if rows["source"][row] >= 0 else "target"
        id, day = placement_ledgers.placements[rows[side][row]].pk, from_epoch_day(rows["day"][row])
        if (id, side, day) in moments:
            corrections[row] = _Correction(id, side, day, int(rows["count"][row]), movement=int(rows["id"][row]))
    return corrections


def _compute_corrections(
    placement_ledgers: Ledgers, columns: Mapping[str, NDArray[Any]], counts: Mapping[CountMoment, int]
) -> tuple[list[_Correction], dict[int, int]]:
    """Return the corrections that follow from counts, and the fish too many at the ends of placements."""
    index = placement_ledgers.index
    ordered = sorted(counts, key=lambda moment: (index[moment.placement], moment.day))
    base = compute_populations(*(columns[name] for name in ("source", "target", "day", "count")), placements=len(index))
    differences = compute_count_differences(
        base,
        np.array([index[moment.placement] for moment in ordered], np.int64),
        np.array([to_epoch_day(moment.day) for moment in ordered], np.int64),
        np.array([counts[moment] for moment in ordered], np.int64),
    ).tolist()
    corrections = []
    for moment, difference in zip(ordered, differences, strict=True):
        taken_out, added = moment.list_rows()
        if difference:
            id, side, day = taken_out if difference > 0 else added
            why = messages.describe_followed_count(moment.day, is_end=moment.is_end)
            corrections.append(_Correction(id, side, day, abs(difference), why))
    surplus = {
        moment.placement: difference for moment, difference in zip(ordered, differences, strict=True) if moment.is_end
    }
    return corrections, surplus


def _pair_corrections(
    existing: Collection[_Correction], needed: Collection[_Correction]
) -> list[tuple[_Correction | None, _Correction | None]]:
    """Return the corrections that differ, each with the one that takes its place; equal ones are left out."""
    unchanged = Counter(correction.key for correction in existing) & Counter(correction.key for correction in needed)
    pairs: dict[int, tuple[list[_Correction], list[_Correction]]] = {}
    for side, corrections in enumerate((existing, needed)):
        remaining = unchanged.copy()
        for correction in sorted(corrections, key=attrgetter("key")):
            if remaining[correction.key]:
                remaining[correction.key] -= 1
            else:
                pairs.setdefault(correction.placement, ([], []))[side].append(correction)
    return [pair for both in pairs.values() for pair in zip_longest(*both)]


def _save_corrections(pairs: Iterable[tuple[_Correction | None, _Correction | None]], reason: str) -> None:
    """Enter the rows of corrections; one that nothing takes the place of is withdrawn. Two statements."""
    who = get_current_actor()
    rows = []
    for old, new in pairs:
        correction = new or old
        assert correction is not None
        values: dict[str, Any] = {f"{correction.side}_id": correction.placement, "count": new.count if new else 0}
        if old is not None:
            values |= {"replaces_id": old.movement, "reason": reason or correction.reason or messages.COUNT_WITHDRAWN}
            changes.announce_change([old.placement], old.day)
        rows.append(
            Movement(
                company_id=who.company,
                author_id=who.user,
                date=correction.day,
                kind=Movement.Kind.COUNT_CORRECTION,
                cause=COUNTING_CAUSE,
                **values,
            )
        )
        changes.announce_change([correction.placement], correction.day)
    Movement.objects.bulk_create(rows)


def _add_corrections(
    placement_ledgers: Ledgers, columns: Mapping[str, NDArray[Any]], corrections: Sequence[_Correction]
) -> Ledgers:
    """Return ledgers with the corrections; the ids of their rows are not known."""
    index = placement_ledgers.index
    added: dict[str, list[int]] = {
        "id": [0 for _ in corrections],
        "day": [to_epoch_day(correction.day) for correction in corrections],
        "count": [correction.count for correction in corrections],
        "role": [COUNTING for _ in corrections],
        **{
            side: [index[correction.placement] if correction.side == side else -1 for correction in corrections]
            for side in ("source", "target")
        },
    }
    rows = {name: np.concatenate([values, np.array(added[name], values.dtype)]) for name, values in columns.items()}
    return build_ledgers(placement_ledgers.placements, rows)
