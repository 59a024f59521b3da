"""The columns of a stored projection, computed from the ensembles."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any

import numpy as np

from grilse.planning.ensembles import ProjectedGroup, ProjectionOptions
from grilse.planning.runs import LEVELS, REPORTED_DAYS
from grilse.planning.site_conditions import Ids, SiteConditions
from grilse.science.arrays import Floats, Mask
from grilse.science.days import from_epoch_day
from grilse.science.projection import (
    daily_probability,
    daily_quantiles,
    date_quantiles,
    days_to_target,
    quantiles_on_days,
)

DIGITS = 6

Passed = Mask
"""Whether a limit is exceeded, (steps + 1, members), or (steps + 1, k, members)."""


def iter_projection_columns(
    projected: Sequence[ProjectedGroup], surroundings: SiteConditions, options: ProjectionOptions
) -> Iterator[dict[str, Any]]:
    """Yield the columns of each batch with fish."""
    for group in projected:
        full = _find_full_areas(group, projected, surroundings)
        for position in np.unique(group.pens.batch).tolist():
            yield _build_columns(group, position, full, surroundings, options)


def _build_columns(
    group: ProjectedGroup,
    position: int,
    full: dict[int, Passed],
    surroundings: SiteConditions,
    options: ProjectionOptions,
) -> dict[str, Any]:
    pens = np.flatnonzero(group.pens.batch == position)
    step, days = group.futures.step_days, options.days
    count = group.futures.count[:, pens].sum(axis=1)
    biomass = group.futures.biomass[:, pens].sum(axis=1)
    weight = 1000.0 * biomass / np.maximum(count, 1e-9)
    dense = _find_dense_containers(group, pens, surroundings)
    as_of = from_epoch_day(group.pens.day)
    above = [full[area] for area in np.unique(group.pens.area[pens]).tolist() if area in full]
    (p10, p50, p90), probability = date_quantiles(days_to_target(weight, step, options.target_g), days)
    return {
        "batch_id": int(group.named.batches[position]),
        "as_of": as_of,
        "days": days,
        "members": options.members,
        "seed": options.seed,
        "growth_model_id": group.growth_model,
        **_name_quantiles("weight", "_g", daily_quantiles(weight, step, days)),
        **_name_quantiles("count", "", daily_quantiles(count, step, days)),
        **_name_quantiles("biomass", "_kg", daily_quantiles(biomass, step, days)),
        "dense_chance": _round_values(daily_probability(np.asarray(dense.any(axis=1)), step, days)),
        "full_chance": _round_values(daily_probability(_combine_limits(above, weight.shape), step, days)),
        "target_g": options.target_g,
        "target_p10": _add_days(as_of, p10),
        "target_p50": _add_days(as_of, p50),
        "target_p90": _add_days(as_of, p90),
        "target_chance": probability,
        "placements": [
            _summarise_placement(group, int(pen), dense[:, at], surroundings, days) for at, pen in enumerate(pens)
        ],
    }


def _find_dense_containers(group: ProjectedGroup, pens: Ids, surroundings: SiteConditions) -> Passed:
    """Return whether containers exceed their density limits while the fish are in them."""
    containers = [surroundings.containers[id] for id in group.pens.container[pens].tolist()]
    limits = np.array([container.volume_m3 * (container.max_density_kg_m3 or np.inf) for container in containers])
    above = group.futures.biomass[:, pens] > limits[:, None]
    return np.asarray(above & group.at_planned_stage[:, pens, None])


def _find_full_areas(
    group: ProjectedGroup, all_groups: Sequence[ProjectedGroup], surroundings: SiteConditions
) -> dict[int, Passed]:
    """Return whether the areas of a group exceed their limits with all batches in them."""
    full: dict[int, Passed] = {}
    for area in np.unique(group.pens.area).tolist():
        limit = surroundings.areas.get(area)
        if limit is not None:
            together = np.sum([_sum_area_biomass(other_group, area, group) for other_group in all_groups], axis=0)
            full[area] = together > limit
    return full


def _combine_limits(above: Sequence[Passed], shape: tuple[int, ...]) -> Passed:
    return np.asarray(np.any(above, axis=0)) if above else np.zeros(shape, dtype=np.bool_)


def _sum_area_biomass(group: ProjectedGroup, area: int, seen_from: ProjectedGroup) -> Floats:
    """Return the biomass of a group in an area, kg, (steps + 1, members), by the steps of another."""
    pens = np.flatnonzero(group.pens.area == area)
    biomass = (group.futures.biomass[:, pens] * group.at_planned_stage[:, pens, None]).sum(axis=1)
    later = round((seen_from.pens.day - group.pens.day) / group.futures.step_days)
    step = np.clip(np.arange(len(biomass)) + later, 0, len(biomass) - 1)
    return np.asarray(biomass[step])


def _summarise_placement(
    group: ProjectedGroup, pen: int, dense: Passed, surroundings: SiteConditions, days: int
) -> dict[str, Any]:
    """Return the quantiles of a placement on some days, and its probabilities of exceeding its limit."""
    step = group.futures.step_days
    ahead = [0, *(day for day in REPORTED_DAYS if day < days), days]
    columns = {
        "weight_g": group.futures.weight[:, pen],
        "count": group.futures.count[:, pen],
        "biomass_kg": group.futures.biomass[:, pen],
    }
    quantiles_by_name = {name: quantiles_on_days(values, step, ahead) for name, values in columns.items()}
    return {
        "placement": int(group.pens.placement[pen]),
        "container": surroundings.containers[int(group.pens.container[pen])].name,
        "days": ahead,
        **{
            name: {level: _round_values(row) for level, row in zip(LEVELS, rows, strict=True)}
            for name, rows in quantiles_by_name.items()
        },
        "dense_chance": _round_values(daily_probability(dense, step, days)[ahead]),
    }


def _name_quantiles(name: str, unit: str, bands: Floats) -> dict[str, list[float]]:
    return {f"{name}_{level}{unit}": _round_values(row) for level, row in zip(LEVELS, bands, strict=True)}


def _round_values(values: Floats) -> list[float]:
    """Round as the columns store values: to the digits of single precision."""
    return [float(f"{value:.{DIGITS}g}") for value in values.tolist()]


def _add_days(as_of: date, days: int | None) -> date | None:
    return None if days is None else as_of + timedelta(days=days)
