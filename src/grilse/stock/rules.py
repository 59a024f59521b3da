"""The rules of fish in placements, each over columns of rows: actions check a few rows, imports all of a file."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any, TypeVar

from grilse.errors import GrilseError
from grilse.farm.models import GEOGRAPHY_PATHS
from grilse.row_validation import describe_missing, find_row
from grilse.science.arrays import find_latest_ends
from grilse.science.days import to_epoch_day
from grilse.science.time_zones import get_latest_today, get_today
from grilse.stock import messages
from grilse.stock.ledger import NO_END
from grilse.stock.models import Batch, Movement, Placement

Key = TypeVar("Key")
Values = Any  # an array with a value for each row, or the value of one row; days are numbers since 1970-01-01

# Whether an event may be on the last day of its placement, the day on which the last fish left.
LAST_DAY_COUNTS = {
    "weights": True,
    "harvest_grades": True,
    "treatments": True,
    "health_samples": True,
    "meals": False,
    "lice": False,
    "arrivals": False,
    "departures": True,
    "counts": False,
}


def find_impossible_days(day: Values, today: Values = None) -> tuple[Values, Values]:
    """Return which days are before 1970, and which are later than tomorrow.

    `today` is that of the time zone of each day; without it, the latest on Earth.
    """
    return day < 0, day > (to_epoch_day(get_latest_today()) if today is None else today) + 1


def get_end_day(stop: date | None) -> int:
    """Return the number of the day on which a placement ends, NO_END while it is active."""
    return NO_END if stop is None else to_epoch_day(stop)


def refuse_future_date(day: date, zone: str, *, field: str = "date") -> None:
    """Refuse what is dated later than tomorrow in its time zone."""
    if find_impossible_days(to_epoch_day(day), to_epoch_day(get_today(zone)))[1]:
        raise GrilseError(messages.describe_future_date(day, zone), field=field)


def find_placements(ids: Iterable[int]) -> dict[int, Placement]:
    """Return placements with batch and geography by id; refuse an id that the company does not have; one statement."""
    placement_ids = set(ids)
    paths = (f"container__{path}" for path in GEOGRAPHY_PATHS)
    placements = Placement.objects.select_related("batch", *paths).in_bulk(placement_ids)
    for id in sorted(placement_ids - placements.keys()):
        raise GrilseError(describe_missing("placement", id), field="placement")
    return placements


def find_outside_placement(day: Values, start: Values, end: Values, *, last_counts: bool) -> tuple[Values, Values]:
    """Return which days are before their placement starts, and which are after it ends.

    A placement that ends on the day it starts has no day.
    """
    return day < start, ((day > end) if last_counts else (day >= end)) | (end == start)


def refuse_outside_placement(
    placement: Placement, day: date, *, last_counts: bool, shown: str = "", field: str = "date"
) -> None:
    """Refuse a day on which the fish were not in the placement; `shown` is what was entered, if not the day."""
    start, stop = placement.start, placement.stop
    end = get_end_day(stop)
    is_early, is_late = find_outside_placement(to_epoch_day(day), to_epoch_day(start), end, last_counts=last_counts)
    if is_early:
        raise GrilseError(messages.describe_day_before_start(shown or day, placement.name, start), field=field)
    if is_late and stop is not None:
        raise GrilseError(messages.describe_day_after_stop(shown or day, placement.name, stop), field=field)


def find_overlaps(container: Values, start: Values, end: Values) -> tuple[Values, Values]:
    """Return placements that start while another is in their container, and that other one, by position."""
    later, earlier = find_latest_ends(container, start, end)
    overlaps = end[earlier] > start[later]
    return later[overlaps], earlier[overlaps]


def find_starts_after_close(batch: Values, start: Values, end: Values) -> Values:
    """Return the placements that start after all earlier ones of their batch have ended, by position."""
    later, earlier = find_latest_ends(batch, start, end)
    return later[end[earlier] < start[later]]


def find_wrong_orders(kind: Values, source_batch: Values, order_batch: Values) -> tuple[Values, Values]:
    """Return which ordered movements are no transfers, and which leave another batch than their order's."""
    return kind != Movement.Kind.TRANSFER.value, (source_batch >= 0) & (order_batch != source_batch)


def is_over_limit(value: Values, limit: Values) -> Values:
    """Return where a density or a biomass is over its limit; NaN is a limit or a value that nobody knows."""
    return value > limit


def find_batch(id: int) -> Batch:
    """Return a batch; refuse an id that the company does not have; one statement."""
    return find_row(Batch, id, "batch", field="batch")


def refuse_duplicate_keys(keys: Sequence[Key], describe: Callable[[Key], str]) -> None:
    """Refuse a key that is twice in one request."""
    for index, key in enumerate(keys):
        if key in keys[:index]:
            raise GrilseError(describe(key))


def refuse_closed_batch(placement: Placement, day: date, *, last_counts: bool) -> None:
    """Refuse movements of a closed batch after its placement has ended; earlier ones may still be entered."""
    day_number, end = to_epoch_day(day), get_end_day(placement.stop)
    _, is_late = find_outside_placement(day_number, to_epoch_day(placement.start), end, last_counts=last_counts)
    if is_late and placement.batch.status == Batch.Status.CLOSED:
        raise GrilseError(messages.describe_closed_batch(placement.batch.number))


def refuse_invalid_weight(grams: float | None) -> None:
    """Refuse an impossible mean weight; None is a weight that was not measured."""
    if grams is not None and not 0 < grams <= messages.MAX_WEIGHT_G:
        raise GrilseError(messages.describe_invalid_weight(grams), field="mean_weight_g")
