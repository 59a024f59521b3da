"""Health samples: fish looked over and scored; entered, corrected, withdrawn."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np

from grilse.access.reasons import require_reason
from grilse.access.tenancy import get_current_actor
from grilse.errors import GrilseError
from grilse.health import messages
from grilse.health.models import HealthSample, HealthScore
from grilse.health.rules import find_score_excess
from grilse.row_validation import check_fields, refuse_duplicates
from grilse.stock import changes
from grilse.stock.models import Placement
from grilse.stock.rules import LAST_DAY_COUNTS, find_placements, refuse_future_date, refuse_outside_placement

LEVELS = 4  # of a score: 0 (sound) to 3 (severe)


@dataclass(frozen=True, kw_only=True, slots=True)
class NewHealthSample:
    """Fish looked over, as a door brings it; the placement by its id."""

    placement: int
    date: date
    fish: int
    scores: Mapping[str, Sequence[int]] = field(default_factory=dict)
    """By parameter, how many fish had each score from 0 to 3."""


def record_health_samples(samples: Sequence[NewHealthSample]) -> list[int]:
    """Enter samples; return their ids. No estimate depends on them."""
    with changes.edit_placements(sample.placement for sample in samples):
        placements = find_placements(sample.placement for sample in samples)
        _check_samples(samples, placements)
        company = get_current_actor().company
        rows = [_fill_row(sample, HealthSample(company_id=company)) for sample in samples]
        _refuse_duplicates(rows, placements)
        HealthSample.objects.bulk_create(rows)
        _write_scores(zip(rows, samples, strict=True))
        return [row.pk for row in rows]


def correct_health_sample(sample: int, new: NewHealthSample, *, reason: str) -> None:
    """Write a sample as it should have been, its scores as a whole."""
    require_reason(reason)
    with changes.edit_placements([_get_health_sample(sample).placement_id, new.placement]):
        placements = find_placements([new.placement])
        _check_samples([new], placements)
        row = _fill_row(new, _get_health_sample(sample))
        _refuse_duplicates([row], placements)
        row.save(force_update=True)
        row.scores.all().delete()
        _write_scores([(row, new)])


def withdraw_health_sample(sample: int, *, reason: str) -> None:
    """Take a sample away that was never taken."""
    require_reason(reason)
    with changes.edit_placements([_get_health_sample(sample).placement_id]):
        row = _get_health_sample(sample)
        row.scores.all().delete()
        row.delete()


def _get_health_sample(sample: int) -> HealthSample:
    row = HealthSample.objects.filter(pk=sample).first()
    if row is None:
        raise GrilseError(messages.describe_missing_row("health sample", sample))
    return row


def _check_samples(samples: Sequence[NewHealthSample], placements: Mapping[int, Placement]) -> None:
    for sample in samples:
        placement = placements[sample.placement]
        refuse_future_date(sample.date)
        refuse_outside_placement(placement, sample.date, last_counts=LAST_DAY_COUNTS["health_samples"])
        if not 1 <= sample.fish <= messages.MAX_FISH:
            why = messages.describe_invalid_fish_count("a health sample", sample.fish, placement.name)
            raise GrilseError(why, field="fish")
        for parameter, scores in sample.scores.items():
            _refuse_scores(parameter, scores, sample.fish, placement.name)


def _refuse_scores(parameter: str, scores: Sequence[int], fish: int, placement: str) -> None:
    if not parameter.strip():
        raise GrilseError(messages.describe_unnamed_scores(placement), field="scores")
    if len(scores) != LEVELS:
        raise GrilseError(messages.describe_missing_scores(parameter, len(scores)), field="scores")
    for level, count in enumerate(scores):
        if count < 0:
            why = messages.describe_negative_count(f"fish with {parameter} {level}", count, placement)
            raise GrilseError(why, field="scores")
    if find_score_excess([np.array([count]) for count in scores], np.array([fish]))[0]:
        raise GrilseError(messages.describe_score_excess(parameter, sum(scores), fish, placement), field="scores")


def _fill_row(sample: NewHealthSample, row: HealthSample) -> HealthSample:
    row.placement_id, row.date, row.fish = sample.placement, sample.date, sample.fish
    check_fields(row)
    return row


def _write_scores(sampled: Iterable[tuple[HealthSample, NewHealthSample]]) -> None:
    """Write the scores of samples; one statement."""
    rows = [
        HealthScore(
            company_id=row.company_id,
            sample=row,
            parameter=parameter,
            **{f"score_{level}": count for level, count in enumerate(scores)},
        )
        for row, sample in sampled
        for parameter, scores in sorted(sample.scores.items())
    ]
    for score in rows:
        check_fields(score)
    HealthScore.objects.bulk_create(rows)


def _refuse_duplicates(rows: Sequence[HealthSample], placements: Mapping[int, Placement]) -> None:
    """Refuse a second sample of one placement and day; one statement."""
    refuse_duplicates(
        rows,
        ("placement_id", "date"),
        lambda row: messages.describe_health_sample(placements[row.placement_id].name, row.date),
    )
