"""Health samples: fish looked over and scored; entered, corrected, withdrawn."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from grilse.errors import GrilseError
from grilse.farm.reasons import required_reason
from grilse.farm.rows import checked, refuse_twice
from grilse.farm.tenancy import acting
from grilse.health import refusals
from grilse.health.models import HealthSample, HealthScore
from grilse.stock import changes
from grilse.stock.models import Placement
from grilse.stock.windows import placed, refuse_future, refuse_outside

LEVELS = 4  # of a score: 0 (sound) to 3 (severe)


@dataclass(frozen=True, kw_only=True, slots=True)
class NewHealthSample:
    """Fish looked over, as a door brings it; the placement by its id."""

    placement: int
    date: date
    fish: int
    scores: Mapping[str, Sequence[int]] = field(default_factory=dict)
    """By parameter, how many fish had each score from 0 to 3."""


def record(samples: Sequence[NewHealthSample]) -> list[int]:
    """Enter samples; return their ids. No estimate depends on them."""
    with changes.editing(sample.placement for sample in samples):
        placements = placed(sample.placement for sample in samples)
        _check(samples, placements)
        company = acting().company
        rows = [_row(sample, HealthSample(company_id=company)) for sample in samples]
        _refuse_twice(rows, placements)
        HealthSample.objects.bulk_create(rows)
        _score(zip(rows, samples, strict=True))
        return [row.pk for row in rows]


def correct(sample: int, new: NewHealthSample, *, reason: str) -> None:
    """Write a sample as it should have been, its scores as a whole."""
    required_reason(reason)
    with changes.editing([_existing(sample).placement_id, new.placement]):
        placements = placed([new.placement])
        _check([new], placements)
        row = _row(new, _existing(sample))
        _refuse_twice([row], placements)
        row.save(force_update=True)
        row.scores.all().delete()
        _score([(row, new)])


def withdraw(sample: int, *, reason: str) -> None:
    """Take a sample away that was never taken."""
    required_reason(reason)
    with changes.editing([_existing(sample).placement_id]):
        row = _existing(sample)
        row.scores.all().delete()
        row.delete()


def _existing(sample: int) -> HealthSample:
    found = HealthSample.objects.filter(pk=sample).first()
    if found is None:
        raise GrilseError(refusals.missing("health sample", sample))
    return found


def _check(samples: Sequence[NewHealthSample], placements: Mapping[int, Placement]) -> None:
    for sample in samples:
        placement = placements[sample.placement]
        refuse_future(sample.date)
        refuse_outside(placement, sample.date, last_counts=True)
        if not 1 <= sample.fish <= refusals.MOST_FISH:
            why = refusals.no_fish("a health sample", sample.fish, placement.name)
            raise GrilseError(why, field="fish")
        for parameter, scores in sample.scores.items():
            _refuse_scores(parameter, scores, sample.fish, placement.name)


def _refuse_scores(parameter: str, scores: Sequence[int], fish: int, placement: str) -> None:
    if not parameter.strip():
        raise GrilseError(refusals.unnamed(placement), field="scores")
    if len(scores) != LEVELS:
        raise GrilseError(refusals.four_scores(parameter, len(scores)), field="scores")
    for level, count in enumerate(scores):
        if count < 0:
            why = refusals.below_nothing(f"fish with {parameter} {level}", count, placement)
            raise GrilseError(why, field="scores")
    if sum(scores) > fish:
        raise GrilseError(refusals.scored_more(parameter, sum(scores), fish, placement), field="scores")


def _row(sample: NewHealthSample, row: HealthSample) -> HealthSample:
    row.placement_id, row.date, row.fish = sample.placement, sample.date, sample.fish
    checked(row)
    return row


def _score(sampled: Iterable[tuple[HealthSample, NewHealthSample]]) -> None:
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
        checked(score)
    HealthScore.objects.bulk_create(rows)


def _refuse_twice(rows: Sequence[HealthSample], placements: Mapping[int, Placement]) -> None:
    """Refuse a second sample of one placement and day; one statement."""
    refuse_twice(
        rows,
        ("placement_id", "date"),
        lambda row: refusals.sample_named(placements[row.placement_id].name, row.date),
    )
