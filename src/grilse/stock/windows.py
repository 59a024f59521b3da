"""What may have happened to the fish of a placement: when, and what they may weigh."""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import TypeVar

from grilse.errors import GrilseError
from grilse.stock import refusals
from grilse.stock.models import Batch, Placement

Key = TypeVar("Key")


def today() -> date:
    """Return the day that is not over yet, UTC."""
    return datetime.now(UTC).date()


def refuse_future(day: date) -> None:
    """Refuse what is dated later than tomorrow: it cannot have happened anywhere."""
    if day > today() + timedelta(days=1):
        raise GrilseError(refusals.future(day), field="date")


def placed(ids: Iterable[int]) -> dict[int, Placement]:
    """Return placements with their batches by id, refusing one that is not the company's; one statement."""
    wanted = set(ids)
    found = Placement.objects.select_related("batch").in_bulk(wanted)
    for id in sorted(wanted - found.keys()):
        raise GrilseError(refusals.missing("placement", id), field="placement")
    return found


def refuse_outside(placement: Placement, day: date, *, last_counts: bool) -> None:
    """Refuse a day on which the fish did not stand there; the day they left counts for some events."""
    if day < placement.start:
        raise GrilseError(refusals.before_start(day, placement.name, placement.start), field="date")
    stop = placement.stop
    if stop is not None and (day > stop or (day == stop and not last_counts)):
        raise GrilseError(refusals.after_stop(day, placement.name, stop), field="date")


def batch_of(id: int) -> Batch:
    """Return a batch; refuse one that is not the company's; one statement."""
    found = Batch.objects.filter(pk=id).first()
    if found is None:
        raise GrilseError(refusals.missing("batch", id), field="batch")
    return found


def refuse_repeated(keys: Sequence[Key], said: Callable[[Key], str]) -> None:
    """Refuse what is named twice in one request."""
    for place, key in enumerate(keys):
        if key in keys[:place]:
            raise GrilseError(said(key))


def refuse_closed(batch: Batch) -> None:
    """Refuse to let more happen to a batch of which no fish stand."""
    if batch.status == Batch.Status.CLOSED:
        raise GrilseError(refusals.closed(batch.number))


def refuse_weight(grams: float | None) -> None:
    """Refuse a mean weight that no fish has; none is no weight measured."""
    if grams is not None and not 0 < grams <= refusals.HEAVIEST_G:
        raise GrilseError(refusals.weight(grams), field="mean_weight_g")
