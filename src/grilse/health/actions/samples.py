"""Health samples: fish examined and scored; recorded, corrected, withdrawn."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np

from grilse.errors import GrilseError
from grilse.health import messages
from grilse.health.models import HealthSample, HealthScore
from grilse.health.rules import find_score_excess
from grilse.row_validation import fill_row
from grilse.stock.actions.events import EventActions, build_functions
from grilse.stock.actions.plausibility import check_examined_fish
from grilse.stock.models import Placement
from grilse.stock.rules import LAST_DAY_COUNTS

LEVELS = 4  # of a score: 0 (sound) to 3 (severe)


@dataclass(frozen=True, kw_only=True, slots=True)
class NewHealthSample:
    """Examined fish of a placement."""

    placement: int
    date: date
    fish: int
    scores: Mapping[str, Sequence[int]] = field(default_factory=dict)
    """By parameter, how many fish had each score from 0 to 3."""


class HealthSampleActions(EventActions[NewHealthSample, HealthSample]):
    """Health samples and their scores."""

    model, label = HealthSample, "health sample"
    last_day_counts = LAST_DAY_COUNTS["health_samples"]

    def check_entries(self, entries: Sequence[NewHealthSample], placements: Mapping[int, Placement]) -> Sequence[Any]:
        """Ask about more fish than their placements held."""
        derived = super().check_entries(entries, placements)
        check_examined_fish((placements[row.placement], row.date, row.fish, "fish") for row in entries)
        return derived

    def check_entry(self, entry: NewHealthSample, placement: Placement) -> None:
        """Refuse too few or too many fish, and scores that do not fit them."""
        if not 1 <= entry.fish <= messages.MAX_FISH:
            why = messages.describe_invalid_fish_count("a health sample", entry.fish, placement.name)
            raise GrilseError(why, field="fish")
        for parameter, scores in entry.scores.items():
            _refuse_invalid_scores(parameter, scores, entry.fish, placement.name)

    def create_children(self, rows: Sequence[HealthSample], entries: Sequence[NewHealthSample]) -> None:
        """Insert the scores of samples; one statement."""
        HealthScore.objects.bulk_create(
            fill_row(
                HealthScore(company_id=row.company_id, sample=row, parameter=parameter),
                **{f"score_{level}": count for level, count in enumerate(scores)},
            )
            for row, entry in zip(rows, entries, strict=True)
            for parameter, scores in sorted(entry.scores.items())
        )

    def delete_children(self, row: HealthSample) -> None:
        """Delete the scores of a sample."""
        row.scores.all().delete()


def _refuse_invalid_scores(parameter: str, scores: Sequence[int], fish: int, placement: str) -> None:
    why = ""
    if not parameter.strip():
        why = f"scores of {placement} for no parameter: name what was scored, as gill"
    elif len(scores) != LEVELS:
        why = f"{len(scores)} scores for {parameter}: give the fish with each of 0, 1, 2 and 3"
    elif min(scores) < 0:
        level, count = next((level, count) for level, count in enumerate(scores) if count < 0)
        why = messages.describe_negative_count(f"fish with {parameter} {level}", count, placement)
    elif find_score_excess([np.array([count]) for count in scores], np.array([fish]))[0]:
        why = messages.describe_score_excess(parameter, sum(scores), fish, placement)
    if why:
        raise GrilseError(why, field="scores")


HEALTH_SAMPLES = HealthSampleActions()
record_health_samples, correct_health_sample, withdraw_health_sample = build_functions(HEALTH_SAMPLES)
