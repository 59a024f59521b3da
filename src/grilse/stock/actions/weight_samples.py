"""Weight samples: recorded, corrected, withdrawn, and excluded where they do not represent the fish."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

import numpy as np

from grilse.access.tenancy import set_change_reason
from grilse.errors import GrilseError
from grilse.row_validation import fill_row
from grilse.science.measurement import condition_factor
from grilse.stock import changes, messages
from grilse.stock.actions.events import EventActions, build_functions
from grilse.stock.actions.plausibility import check_examined_fish, check_sample_shapes, check_sample_weights
from grilse.stock.models import Placement, WeighedFish, WeightSample
from grilse.stock.rules import LAST_DAY_COUNTS, refuse_invalid_weight

METHODS = ("HAND", "CAMERA", "GRADER", "HARVEST")
SELECTIONS = ("random", "largest", "smallest")


@dataclass(frozen=True, kw_only=True, slots=True)
class MeasuredFish:
    """One fish."""

    weight_g: float
    length_cm: float | None = None
    """Fork length."""


@dataclass(frozen=True, kw_only=True, slots=True)
class NewSample:
    """Weighed fish of a placement, given fish by fish or as their number and means."""

    placement: int
    date: date
    fish_weighed: int | None = None
    mean_weight_g: float | None = None
    sd_g: float | None = None
    mean_length_cm: float | None = None
    method: str = "HAND"
    selection: str = "random"
    fish: Sequence[MeasuredFish] = ()
    """Number, means and standard deviation are computed from them, and left out."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SampleStatistics:
    """The columns of a sample that are computed from its fish or from its means."""

    fish_weighed: int
    mean_weight_g: float
    sd_g: float | None
    mean_length_cm: float | None
    k_factor: float | None


class WeightSampleActions(EventActions[NewSample, WeightSample]):
    """Weight samples; estimates follow them."""

    model, label = WeightSample, "weight sample"
    key = ("placement_id", "date", "method", "selection")
    last_day_counts = LAST_DAY_COUNTS["weights"]
    affects_estimate = True

    def check_entries(self, entries: Sequence[NewSample], placements: Mapping[int, Placement]) -> Sequence[Any]:
        """Refuse samples that are not possible; ask about weights and numbers of fish that nobody expects."""
        derived = super().check_entries(entries, placements)
        check_sample_weights(
            (placements[entry.placement], entry.date, statistics.mean_weight_g)
            for entry, statistics in zip(entries, derived, strict=True)
            if entry.selection == "random"
        )
        check_sample_shapes(
            (placements[entry.placement], entry.date, row.mean_weight_g, row.sd_g, row.k_factor)
            for entry, row in zip(entries, derived, strict=True)
        )
        check_examined_fish(
            (placements[entry.placement], entry.date, row.fish_weighed, "fish_weighed")
            for entry, row in zip(entries, derived, strict=True)
            if entry.method != "CAMERA"  # a fish may pass a camera twice
        )
        return derived

    def check_entry(self, entry: NewSample, placement: Placement) -> SampleStatistics:
        """Refuse a sample that is not possible; return its statistics."""
        statistics = _compute_sample_statistics(entry)
        for name, allowed in (("method", METHODS), ("selection", SELECTIONS)):
            if getattr(entry, name) not in allowed:
                raise GrilseError(messages.describe_unknown_choice(getattr(entry, name), allowed), field=name)
        return statistics

    def get_values(self, entry: NewSample, derived: SampleStatistics) -> dict[str, Any]:
        """Return the statistics."""
        return asdict(derived)

    def describe_row(self, row: WeightSample, placement: Placement) -> str:
        """Name a sample."""
        return f"a {row.method} sample of {row.selection} fish of {row.date}"

    def create_children(self, rows: Sequence[WeightSample], entries: Sequence[NewSample]) -> None:
        """Insert the fish of samples, in the order they were weighed."""
        WeighedFish.objects.bulk_create(
            fill_row(WeighedFish(company_id=row.company_id, sample=row, position=position), fish)
            for row, entry in zip(rows, entries, strict=True)
            for position, fish in enumerate(entry.fish, start=1)
        )

    def delete_children(self, row: WeightSample) -> None:
        """Delete the fish of a sample."""
        WeighedFish.objects.filter(sample=row).delete()

    def exclude(self, sample: int, reason: str) -> None:
        """Let a sample no longer influence any estimate; the reason is shown with it."""
        if not reason.strip():
            raise GrilseError("say why the sample is not representative", field="reason")
        self._save_exclusion(sample, reason.strip())

    def include(self, sample: int) -> None:
        """Let an excluded sample influence estimates again."""
        self._save_exclusion(sample, "")

    def _save_exclusion(self, sample: int, reason: str) -> None:
        with changes.edit_placements([self._find_placement(sample)]):
            row = self.find_row(sample)
            if row.not_representative == reason:
                return
            set_change_reason(reason)
            fill_row(row, not_representative=reason).save(update_fields=["not_representative"])
            changes.announce_change([row.placement_id], row.date)


def _compute_sample_statistics(sample: NewSample) -> SampleStatistics:
    """Return the statistics of a sample; refuse one that gives its figures twice, or not at all."""
    if sample.fish:
        return _compute_fish_statistics(sample)
    count, mean = sample.fish_weighed, sample.mean_weight_g
    if count is None or mean is None:
        why = "a sample needs its fish, or how many were weighed and their mean weight"
        raise GrilseError(why, field="fish" if count is None else "mean_weight_g")
    if count < 1:
        raise GrilseError(f"{count} fish weighed: a sample is of at least one", field="fish_weighed")
    refuse_invalid_weight(mean)
    if sample.sd_g is not None and (sample.sd_g < 0 or messages.MAX_WEIGHT_G < sample.sd_g < math.inf):
        why = (
            f"a standard deviation of {sample.sd_g:.12g} g: it cannot be below 0 or above {messages.MAX_WEIGHT_G:,.0f}"
        )
        raise GrilseError(why, field="sd_g")
    length = sample.mean_length_cm
    _refuse_invalid_lengths([length], field="mean_length_cm")
    return SampleStatistics(
        fish_weighed=count,
        mean_weight_g=mean,
        sd_g=sample.sd_g,
        mean_length_cm=length,
        k_factor=None if length is None else float(condition_factor(mean, length)),
    )


def _compute_fish_statistics(sample: NewSample) -> SampleStatistics:
    """Return number, means and standard deviation of single fish; K of those whose length was measured."""
    means = (sample.fish_weighed, sample.mean_weight_g, sample.sd_g, sample.mean_length_cm)
    if any(value is not None for value in means):
        why = "a sample is given fish by fish, or as number, mean and spread: leave one of them out"
        raise GrilseError(why, field="fish")
    for fish in sample.fish:
        refuse_invalid_weight(fish.weight_g)
    _refuse_invalid_lengths(fish.length_cm for fish in sample.fish)
    weights = np.array([fish.weight_g for fish in sample.fish])
    measured = [fish for fish in sample.fish if fish.length_cm is not None]
    lengths = np.array([fish.length_cm for fish in measured], np.float64)
    factors = condition_factor(np.array([fish.weight_g for fish in measured]), lengths)
    return SampleStatistics(
        fish_weighed=len(weights),
        mean_weight_g=float(weights.mean()),
        sd_g=float(weights.std(ddof=1)) if len(weights) > 1 else None,
        mean_length_cm=float(lengths.mean()) if measured else None,
        k_factor=float(factors.mean()) if measured else None,
    )


def _refuse_invalid_lengths(lengths: Iterable[float | None], *, field: str = "length_cm") -> None:
    for length in lengths:
        if length is not None and not 0 < length <= messages.MAX_LENGTH_CM:
            why = f"a length of {length:.12g} cm: it has to be above 0 and at most {messages.MAX_LENGTH_CM:g}"
            raise GrilseError(why, field=field)


WEIGHT_SAMPLES = WeightSampleActions()
record_samples, correct_sample, withdraw_sample = build_functions(WEIGHT_SAMPLES)
exclude_sample = WEIGHT_SAMPLES.exclude
include_sample = WEIGHT_SAMPLES.include
