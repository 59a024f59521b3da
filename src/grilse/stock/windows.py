"""What may have happened to the fish of a placement: when, and what they may weigh."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

from grilse.errors import GrilseError
from grilse.stock.models import Placement

HEAVIEST_G = 1e6


def today() -> date:
    """Return the day that is not over yet, UTC."""
    return datetime.now(UTC).date()


def refuse_future(day: date) -> None:
    """Refuse what is dated later than tomorrow: it cannot have happened anywhere."""
    if day > today() + timedelta(days=1):
        raise GrilseError(f"{day} is later than tomorrow (UTC): enter it when it has happened")


def placed(ids: Iterable[int]) -> dict[int, Placement]:
    """Return the placements of some ids, refusing one that is not the company's; one statement."""
    wanted = set(ids)
    found = Placement.objects.in_bulk(wanted)
    for id in sorted(wanted - found.keys()):
        raise GrilseError(f"there is no placement {id}")
    return found


def refuse_outside(placement: Placement, day: date, *, last_counts: bool) -> None:
    """Refuse a day on which the fish did not stand there; the day they left counts for some events."""
    if day < placement.start:
        raise GrilseError(f"{day} is before its placement: {placement.name} starts on {placement.start}")
    stop = placement.stop
    if stop is not None and (day > stop or (day == stop and not last_counts)):
        raise GrilseError(f"{day} is after its placement: {placement.name} ends on {stop}")


def refuse_weight(grams: float | None) -> None:
    """Refuse a mean weight that no fish has; none is no weight measured."""
    if grams is not None and not 0 < grams <= HEAVIEST_G:
        raise GrilseError(f"a mean weight of {grams:g} g: it has to be above 0 and at most {HEAVIEST_G:,.0f}")
