"""Weight samples: entered, corrected, withdrawn, and set aside where they do not stand for the fish."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from grilse.errors import GrilseError
from grilse.farm.rows import checked, refuse_twice
from grilse.farm.tenancy import acting
from grilse.stock import changes
from grilse.stock.models import WeightSample
from grilse.stock.windows import placed, refuse_future, refuse_outside, refuse_weight

METHODS = ("HAND", "CAMERA", "GRADER", "HARVEST")
SELECTIONS = ("random", "largest", "smallest")


@dataclass(frozen=True, kw_only=True, slots=True)
class NewSample:
    """Fish weighed, as a door brings it; the placement by its id."""

    placement: int
    date: date
    fish_weighed: int
    mean_weight_g: float
    sd_g: float | None = None
    method: str = "HAND"
    selection: str = "random"


def record(samples: Sequence[NewSample]) -> list[int]:
    """Enter samples; return their ids."""
    with changes.editing(sample.placement for sample in samples):
        _check(samples)
        company = acting().company
        rows = [_row(sample, WeightSample(company_id=company)) for sample in samples]
        _refuse_twice(rows)
        WeightSample.objects.bulk_create(rows)
        _announce(rows)
        return [row.pk for row in rows]


def correct(sample: int, new: NewSample) -> None:
    """Write a sample as it should have been."""
    old = _existing(sample)
    with changes.editing([old.placement_id, new.placement]):
        _check([new])
        # Read again: an editor that was waited for may have changed it.
        old = _existing(sample)
        _announce([old])
        row = _row(new, old)
        _refuse_twice([row])
        row.save(force_update=True)
        _announce([row])


def withdraw(sample: int) -> None:
    """Take a sample away that was never weighed so."""
    old = _existing(sample)
    with changes.editing([old.placement_id]):
        row = _existing(sample)
        _announce([row])
        row.delete()


def set_aside(sample: int, reason: str) -> None:
    """Keep a sample and let it move no estimate, for a reason that is shown with it."""
    if not reason.strip():
        raise GrilseError("say why the sample is not representative")
    _say(sample, reason.strip())


def take_back(sample: int) -> None:
    """Let a sample that was set aside count again."""
    _say(sample, "")


def _say(sample: int, reason: str) -> None:
    old = _existing(sample)
    with changes.editing([old.placement_id]):
        row = _existing(sample)
        if row.not_representative == reason:
            return
        row.not_representative = reason
        checked(row)
        row.save(update_fields=["not_representative"])
        _announce([row])


def _existing(sample: int) -> WeightSample:
    found = WeightSample.objects.filter(pk=sample).first()
    if found is None:
        raise GrilseError(f"there is no weight sample {sample}")
    return found


def _check(samples: Sequence[NewSample]) -> None:
    """Refuse samples of no fish, of no weight, or of a day on which the fish did not stand there."""
    placements = placed(sample.placement for sample in samples)
    for sample in samples:
        refuse_future(sample.date)
        refuse_outside(placements[sample.placement], sample.date, last_counts=True)
        refuse_weight(sample.mean_weight_g)
        if sample.fish_weighed < 1:
            raise GrilseError(f"{sample.fish_weighed} fish weighed: a sample is of at least one")
        if sample.sd_g is not None and sample.sd_g < 0:
            raise GrilseError(f"a standard deviation of {sample.sd_g:g} g: it cannot be below 0")
        for given, known in ((sample.method, METHODS), (sample.selection, SELECTIONS)):
            if given not in known:
                raise GrilseError(f"{given or 'nothing'} is none of {', '.join(known)}")


def _row(sample: NewSample, row: WeightSample) -> WeightSample:
    row.placement_id, row.date = sample.placement, sample.date
    row.fish_weighed, row.mean_weight_g, row.sd_g = sample.fish_weighed, sample.mean_weight_g, sample.sd_g
    row.method, row.selection = sample.method, sample.selection
    checked(row)
    return row


def _refuse_twice(rows: Sequence[WeightSample]) -> None:
    """Refuse a second sample of one placement, day, method and selection; one statement."""
    refuse_twice(
        rows,
        ("placement_id", "date", "method", "selection"),
        lambda row: f"a {row.method} sample of {row.selection} fish of {row.date}",
    )


def _announce(rows: Iterable[WeightSample]) -> None:
    for row in rows:
        changes.announce([row.placement_id], row.date)
