"""Weight samples: entered, corrected, withdrawn, and set aside where they do not stand for the fish."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from grilse.errors import GrilseError
from grilse.farm.reasons import required_reason
from grilse.farm.rows import checked, refuse_twice
from grilse.farm.tenancy import acting, because
from grilse.stock import changes, refusals
from grilse.stock.actions.weighing import Sizes, Weighed, fish_rows, sizes
from grilse.stock.models import WeighedFish, WeightSample
from grilse.stock.windows import placed, refuse_future, refuse_outside

__all__ = ["NewSample", "Weighed", "correct", "record", "set_aside", "take_back", "withdraw"]

METHODS = ("HAND", "CAMERA", "GRADER", "HARVEST")
SELECTIONS = ("random", "largest", "smallest")


@dataclass(frozen=True, kw_only=True, slots=True)
class NewSample:
    """Fish weighed, as a door brings it, one by one or as their number and mean; the placement by its id."""

    placement: int
    date: date
    fish_weighed: int | None = None
    mean_weight_g: float | None = None
    sd_g: float | None = None
    mean_length_cm: float | None = None
    method: str = "HAND"
    selection: str = "random"
    fish: Sequence[Weighed] = ()
    """Then number, means and spread are theirs, and not given."""


def record(samples: Sequence[NewSample]) -> list[int]:
    """Enter samples; return their ids."""
    with changes.editing(sample.placement for sample in samples):
        found = _checked(samples)
        company = acting().company
        rows = [
            _row(sample, size, WeightSample(company_id=company))
            for sample, size in zip(samples, found, strict=True)
        ]
        _refuse_twice(rows)
        WeightSample.objects.bulk_create(rows)
        WeighedFish.objects.bulk_create(
            fish for sample, row in zip(samples, rows, strict=True) for fish in fish_rows(row, sample.fish)
        )
        _announce(rows)
        return [row.pk for row in rows]


def correct(sample: int, new: NewSample, *, reason: str) -> None:
    """Write a sample as it should have been, its fish too."""
    old = _existing(sample)
    with changes.editing([old.placement_id, new.placement]):
        required_reason(reason)
        (size,) = _checked([new])
        # Read again: an editor that was waited for may have changed it.
        old = _existing(sample)
        _announce([old])
        row = _row(new, size, old)
        _refuse_twice([row])
        row.save(force_update=True)
        WeighedFish.objects.filter(sample=row).delete()
        WeighedFish.objects.bulk_create(fish_rows(row, new.fish))
        _announce([row])


def withdraw(sample: int, *, reason: str) -> None:
    """Take a sample away that was never weighed so."""
    old = _existing(sample)
    with changes.editing([old.placement_id]):
        required_reason(reason)
        row = _existing(sample)
        _announce([row])
        WeighedFish.objects.filter(sample=row).delete()
        row.delete()


def set_aside(sample: int, reason: str) -> None:
    """Keep a sample and let it move no estimate, for a reason that is shown with it."""
    if not reason.strip():
        raise GrilseError(refusals.not_set_aside(), field="reason")
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
        because(reason)
        row.not_representative = reason
        checked(row)
        row.save(update_fields=["not_representative"])
        _announce([row])


def _existing(sample: int) -> WeightSample:
    found = WeightSample.objects.filter(pk=sample).first()
    if found is None:
        raise GrilseError(f"there is no weight sample {sample}")
    return found


def _checked(samples: Sequence[NewSample]) -> list[Sizes]:
    """Return what samples say of their fish; refuse those of a day on which the fish did not stand there."""
    placements = placed(sample.placement for sample in samples)
    found = []
    for sample in samples:
        refuse_future(sample.date)
        refuse_outside(placements[sample.placement], sample.date, last_counts=True)
        found.append(sizes(sample))
        for given, known in ((sample.method, METHODS), (sample.selection, SELECTIONS)):
            if given not in known:
                raise GrilseError(refusals.none_of(given, known))
    return found


def _row(sample: NewSample, size: Sizes, row: WeightSample) -> WeightSample:
    row.placement_id, row.date = sample.placement, sample.date
    row.fish_weighed, row.mean_weight_g, row.sd_g = size.fish, size.mean_weight_g, size.sd_g
    row.mean_length_cm, row.k_factor = size.mean_length_cm, size.k_factor
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
