"""Stored projections and their comparison with the outcome."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np

from grilse.science.arrays import Floats, Mask

LEVELS = ("p10", "p50", "p90")
REPORTED_DAYS = (30, 90, 180)
"""Days ahead whose values are reported, beside the last day."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ProjectionSummary:
    """A stored run without its daily values."""

    id: int
    batch_id: int
    number: str
    made_at: datetime
    as_of: date
    """The last day whose events were known."""
    days: int
    members: int
    seed: int
    growth_model_id: int | None
    """None where the literature's base was used."""
    target_g: float
    target: tuple[date | None, date | None, date | None]
    """P10, P50 and P90 of the day on which the target is reached; None beyond the projected days."""
    target_chance: float
    """Probability that it is reached within them."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ProjectionRun(ProjectionSummary):
    """A stored run; index i of the daily values is the end of the day `as_of` + i."""

    weight_g: Floats
    """P10, P50 and P90, shape (3, days + 1)."""
    count: Floats
    biomass_kg: Floats
    dense_chance: Floats
    """Probability that a container exceeds its density limit, 0 to 1, shape (days + 1,)."""
    full_chance: Floats
    """Probability that a sea area exceeds its biomass limit, with all batches in it."""
    placements: list[dict[str, Any]]
    """Of each: placement, container, days, weight_g, count, biomass_kg by level, dense_chance."""

    def find_target_days(self, target_g: float) -> tuple[int | None, int | None, int | None]:
        """Return P10, P50 and P90 of the days until any mean weight is reached; None beyond the run.

        Weights never fall, so a target is reached by a day exactly where the weight of that day exceeds it.
        """
        p10, p50, p90 = (_find_first_day(row >= target_g) for row in self.weight_g[::-1])
        return p10, p50, p90


@dataclass(frozen=True, kw_only=True, slots=True)
class FigureComparison:
    """One figure of a run compared with the outcome, by days after `as_of` from the first, shape (n,)."""

    value: Floats
    """In hindsight; NaN where a day has no state."""
    error: Floats
    """P50 over the outcome, less 1."""
    in_interval: Mask
    """Whether the outcome lies between P10 and P90."""


@dataclass(frozen=True, kw_only=True, slots=True)
class RunComparison:
    """A run compared with the outcome, up to the day before the first fish were harvested or sold."""

    run: ProjectionRun
    ended: date | None
    """Day of that harvest or sale; None without one."""
    weight_g: FigureComparison
    count: FigureComparison
    biomass_kg: FigureComparison


@dataclass(frozen=True, kw_only=True, slots=True)
class ExpectedTarget:
    """When a batch is expected to reach its target weight, by its newest run."""

    batch: int
    as_of: date
    """The last day that the run knew."""
    target_g: float
    reached_on: date | None
    """The median; None beyond the projected days."""
    biomass_kg: float | None
    """The median biomass of that day."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ReadyBiomass:
    """What is expected to be ready for harvest within some days of a day."""

    days: int
    biomass_kg: float | None
    """None where no batch is projected."""
    batches: int


def build_summary(row: dict[str, Any]) -> ProjectionSummary:
    """Return the summary from the columns of a stored run."""
    return ProjectionSummary(**_parse_summary(row))


def build_run(row: dict[str, Any]) -> ProjectionRun:
    """Return a run from its columns."""
    return ProjectionRun(
        **_parse_summary(row),
        weight_g=_parse_quantiles(row, "weight_{}_g"),
        count=_parse_quantiles(row, "count_{}"),
        biomass_kg=_parse_quantiles(row, "biomass_{}_kg"),
        dense_chance=np.array(row["dense_chance"]),
        full_chance=np.array(row["full_chance"]),
        placements=row["placements"],
    )


def compare_run(run: ProjectionRun, rows: Sequence[Sequence[Any]], ended: date | None) -> RunComparison:
    """Compare a run with rows of (days after `as_of`, weight in g, fish, kg)."""
    came = np.full((3, max((row[0] for row in rows), default=0)), np.nan)
    for day, *values in rows:
        came[:, day - 1] = values
    return RunComparison(
        run=run,
        ended=ended,
        weight_g=_compare_figure(run.weight_g, came[0]),
        count=_compare_figure(run.count, came[1]),
        biomass_kg=_compare_figure(run.biomass_kg, came[2]),
    )


def sum_ready_biomass(
    targets: Sequence[ExpectedTarget], shares: Mapping[int, float], day: date, days: int
) -> ReadyBiomass:
    """Return the biomass of batches that reach their targets within some days after a day, each by its share."""
    until = day + timedelta(days=days)
    ready = [target for target in targets if target.reached_on is not None and target.reached_on <= until]
    biomass = sum(shares[target.batch] * (target.biomass_kg or 0.0) for target in ready)
    return ReadyBiomass(days=days, biomass_kg=biomass if targets else None, batches=len(ready))


def _compare_figure(bands: Floats, value: Floats) -> FigureComparison:
    p10, p50, p90 = bands[:, 1 : value.size + 1]
    return FigureComparison(value=value, error=p50 / value - 1.0, in_interval=(p10 <= value) & (value <= p90))


def _parse_summary(row: dict[str, Any]) -> dict[str, Any]:
    plain = {field.name: row[field.name] for field in fields(ProjectionSummary) if field.name in row}
    return {**plain, "target": tuple(row[f"target_{level}"] for level in LEVELS)}


def _parse_quantiles(row: dict[str, Any], name: str) -> Floats:
    return np.array([row[name.format(level)] for level in LEVELS])


def _find_first_day(reached: Mask) -> int | None:
    return int(np.argmax(reached)) if reached.any() else None
