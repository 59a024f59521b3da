"""Weight samples: entered, corrected, withdrawn, and set aside where they do not stand for the fish."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from grilse.access.reasons import require_reason
from grilse.access.tenancy import get_current_actor, set_change_reason
from grilse.errors import GrilseError
from grilse.row_validation import check_fields, refuse_duplicates
from grilse.stock import changes, messages
from grilse.stock.actions.sample_statistics import (
    MeasuredFish,
    SampleStatistics,
    build_fish_rows,
    compute_sample_statistics,
)
from grilse.stock.models import WeighedFish, WeightSample
from grilse.stock.rules import LAST_DAY_COUNTS, find_placements, refuse_future_date, refuse_outside_placement

__all__ = [
    "MeasuredFish",
    "NewSample",
    "correct_sample",
    "exclude_sample",
    "include_sample",
    "record_samples",
    "withdraw_sample",
]

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
    fish: Sequence[MeasuredFish] = ()
    """Then number, means and spread are theirs, and not given."""


def record_samples(samples: Sequence[NewSample]) -> list[int]:
    """Enter samples; return their ids."""
    with changes.edit_placements(sample.placement for sample in samples):
        statistics = _check_samples(samples)
        company = get_current_actor().company
        rows = [
            _fill_sample(sample, size, WeightSample(company_id=company))
            for sample, size in zip(samples, statistics, strict=True)
        ]
        _refuse_duplicates(rows)
        WeightSample.objects.bulk_create(rows)
        WeighedFish.objects.bulk_create(
            fish for sample, row in zip(samples, rows, strict=True) for fish in build_fish_rows(row, sample.fish)
        )
        _announce_samples(rows)
        return [row.pk for row in rows]


def correct_sample(sample: int, new: NewSample, *, reason: str) -> None:
    """Write a sample as it should have been, its fish too."""
    old = _find_sample(sample)
    with changes.edit_placements([old.placement_id, new.placement]):
        require_reason(reason)
        (size,) = _check_samples([new])
        # Read again: an editor that was waited for may have changed it.
        old = _find_sample(sample)
        _announce_samples([old])
        row = _fill_sample(new, size, old)
        _refuse_duplicates([row])
        row.save(force_update=True)
        WeighedFish.objects.filter(sample=row).delete()
        WeighedFish.objects.bulk_create(build_fish_rows(row, new.fish))
        _announce_samples([row])


def withdraw_sample(sample: int, *, reason: str) -> None:
    """Take a sample away that was never weighed so."""
    old = _find_sample(sample)
    with changes.edit_placements([old.placement_id]):
        require_reason(reason)
        row = _find_sample(sample)
        _announce_samples([row])
        WeighedFish.objects.filter(sample=row).delete()
        row.delete()


def exclude_sample(sample: int, reason: str) -> None:
    """Keep a sample and let it move no estimate, for a reason that is shown with it."""
    if not reason.strip():
        raise GrilseError(messages.describe_missing_exclusion(), field="reason")
    _save_exclusion(sample, reason.strip())


def include_sample(sample: int) -> None:
    """Let a sample that was set aside count again."""
    _save_exclusion(sample, "")


def _save_exclusion(sample: int, reason: str) -> None:
    old = _find_sample(sample)
    with changes.edit_placements([old.placement_id]):
        row = _find_sample(sample)
        if row.not_representative == reason:
            return
        set_change_reason(reason)
        row.not_representative = reason
        check_fields(row)
        row.save(update_fields=["not_representative"])
        _announce_samples([row])


def _find_sample(sample: int) -> WeightSample:
    row = WeightSample.objects.filter(pk=sample).first()
    if row is None:
        raise GrilseError(f"there is no weight sample {sample}")
    return row


def _check_samples(samples: Sequence[NewSample]) -> list[SampleStatistics]:
    """Return what samples say of their fish; refuse those of a day on which the fish did not stand there."""
    placements = find_placements(sample.placement for sample in samples)
    statistics = []
    for sample in samples:
        refuse_future_date(sample.date)
        refuse_outside_placement(placements[sample.placement], sample.date, last_counts=LAST_DAY_COUNTS["weights"])
        statistics.append(compute_sample_statistics(sample))
        for value, allowed in ((sample.method, METHODS), (sample.selection, SELECTIONS)):
            if value not in allowed:
                raise GrilseError(messages.describe_unknown_choice(value, allowed))
    return statistics


def _fill_sample(sample: NewSample, size: SampleStatistics, row: WeightSample) -> WeightSample:
    row.placement_id, row.date = sample.placement, sample.date
    row.fish_weighed, row.mean_weight_g, row.sd_g = size.fish, size.mean_weight_g, size.sd_g
    row.mean_length_cm, row.k_factor = size.mean_length_cm, size.k_factor
    row.method, row.selection = sample.method, sample.selection
    check_fields(row)
    return row


def _refuse_duplicates(rows: Sequence[WeightSample]) -> None:
    """Refuse a second sample of one placement, day, method and selection; one statement."""
    refuse_duplicates(
        rows,
        ("placement_id", "date", "method", "selection"),
        lambda row: f"a {row.method} sample of {row.selection} fish of {row.date}",
    )


def _announce_samples(rows: Iterable[WeightSample]) -> None:
    for row in rows:
        changes.announce_change([row.placement_id], row.date)
