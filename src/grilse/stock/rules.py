"""What may have happened to the fish of a placement: when, and what they may weigh."""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import TypeVar

from grilse.errors import GrilseError
from grilse.row_validation import describe_missing, find_row
from grilse.stock import messages
from grilse.stock.models import Batch, Placement

Key = TypeVar("Key")


def get_utc_today() -> date:
    """Return the day that is not over yet, UTC."""
    return datetime.now(UTC).date()


def refuse_future_date(day: date) -> None:
    """Refuse what is dated later than tomorrow: it cannot have happened anywhere."""
    if day > get_utc_today() + timedelta(days=1):
        raise GrilseError(messages.describe_future_date(day), field="date")


def find_placements(ids: Iterable[int]) -> dict[int, Placement]:
    """Return placements with their batches by id, refusing one that is not the company's; one statement."""
    placement_ids = set(ids)
    placements = Placement.objects.select_related("batch").in_bulk(placement_ids)
    for id in sorted(placement_ids - placements.keys()):
        raise GrilseError(describe_missing("placement", id), field="placement")
    return placements


def refuse_outside_placement(placement: Placement, day: date, *, last_counts: bool) -> None:
    """Refuse a day on which the fish did not stand there; the day they left counts for some events."""
    if day < placement.start:
        raise GrilseError(messages.describe_day_before_start(day, placement.name, placement.start), field="date")
    stop = placement.stop
    if stop is not None and (day > stop or (day == stop and not last_counts)):
        raise GrilseError(messages.describe_day_after_stop(day, placement.name, stop), field="date")


def find_batch(id: int) -> Batch:
    """Return a batch; refuse an id that the company does not have; one statement."""
    return find_row(Batch, id, "batch", field="batch")


def refuse_duplicate_keys(keys: Sequence[Key], describe: Callable[[Key], str]) -> None:
    """Refuse what is named twice in one request."""
    for index, key in enumerate(keys):
        if key in keys[:index]:
            raise GrilseError(describe(key))


def refuse_closed_batch(batch: Batch) -> None:
    """Refuse to let more happen to a batch of which no fish stand."""
    if batch.status == Batch.Status.CLOSED:
        raise GrilseError(messages.describe_closed_batch(batch.number))


def refuse_invalid_weight(grams: float | None) -> None:
    """Refuse a mean weight that no fish has; none is no weight measured."""
    if grams is not None and not 0 < grams <= messages.MAX_WEIGHT_G:
        raise GrilseError(messages.describe_invalid_weight(grams), field="mean_weight_g")
