"""Read, estimate and project groups of batches in memory."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.random import Generator, Philox
from psycopg import Connection

from grilse.growth.estimating.groups import NamedGroup, iter_groups
from grilse.growth.estimating.read import read_inputs
from grilse.growth.learning.versions import read_versions
from grilse.planning.forecast_conditions import ForecastConditions, build_forecast_conditions
from grilse.planning.plans import GrowthPlan, read_plans
from grilse.planning.site_conditions import ActivePens, Ids, SiteConditions, read_site_conditions, select_pens
from grilse.science.arrays import Mask
from grilse.science.estimation import Estimate, ModelVersion, default_growth_base, default_priors, estimate_groups
from grilse.science.projection import Ensemble, ProjectionStart, draw_ensemble


@dataclass(frozen=True, kw_only=True, slots=True)
class ProjectionOptions:
    """Options of a projection."""

    days: int = 450
    members: int = 500
    target_g: float = 4500.0
    seed: int = 1
    as_of: int | None = None
    """Last day whose events are known, days since 1970; None for all events."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ProjectedGroup:
    """A group's pens with their futures."""

    named: NamedGroup
    pens: ActivePens
    futures: Ensemble
    at_planned_stage: Mask
    """Whether pens are planned to be at their current stage, (steps + 1, k)."""
    growth_model: int | None
    """Id of the version that was used."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ProjectionInputs:
    """Inputs that the groups of one reading share."""

    options: ProjectionOptions
    versions: list[tuple[int, ModelVersion]]
    plans: dict[int, GrowthPlan]
    surroundings: SiteConditions


def project_groups(
    connection: Connection[Any], company: int, batches: Sequence[int], options: ProjectionOptions
) -> tuple[list[ProjectedGroup], SiteConditions]:
    """Return the futures of batches and of those that fish moved from or to; ten statements.

    The connection is Django's own, in a transaction that acts for the company.
    """
    known = read_inputs(connection, company, batches)
    groups = list(iter_groups(known, as_of=options.as_of))
    versions = read_versions(connection, company)
    estimates = estimate_groups([named.group for named in groups], [version for _, version in versions])
    standing = [
        (named, estimate, select_pens(known, named, with_fish))
        for named, estimate in zip(groups, estimates, strict=True)
        if (with_fish := _find_stocked_placements(named, estimate)).size
    ]
    scene = ProjectionInputs(
        options=options,
        versions=versions,
        plans=read_plans([batch for named, *_ in standing for batch in named.batches.tolist()], derive_missing=True),
        surroundings=_read_conditions([pens for *_, pens in standing]),
    )
    return [_project_group(*group_inputs, scene) for group_inputs in standing], scene.surroundings


def _find_stocked_placements(named: NamedGroup, estimate: Estimate) -> Ids:
    """Return the positions of the placements that hold fish at the end of the last day."""
    standing = estimate.final_state.active
    last_row = named.group.rows.offset[standing + 1] - 1
    return np.asarray(standing[estimate.placements.count[last_row] > 0])


def _read_conditions(pens: list[ActivePens]) -> SiteConditions:
    return read_site_conditions(
        sorted({id for group_pens in pens for id in group_pens.container.tolist()}),
        sorted({id for group_pens in pens for id in group_pens.area.tolist()}),
        sorted({id for group_pens in pens for id in group_pens.geography.tolist()}),
    )


def _project_group(named: NamedGroup, estimate: Estimate, pens: ActivePens, scene: ProjectionInputs) -> ProjectedGroup:
    id, version = _find_version(estimate, scene)
    priors, options = default_priors(), scene.options
    loss = version.unrecorded_loss if version else priors.unrecorded_loss
    outlook = build_forecast_conditions(
        named.group,
        estimate.placements,
        pens,
        [scene.plans.get(batch) for batch in named.batches.tolist()],
        scene.surroundings,
        options.days,
        loss / priors.unrecorded_loss_days,
    )
    base = version.base if version else default_growth_base()
    # Keyed by the group's first batch, members do not depend on the other groups projected.
    random = Generator(Philox(key=[options.seed, int(named.batches[0])]))
    start = _build_start(estimate, pens, outlook)
    return ProjectedGroup(
        named=named,
        pens=pens,
        futures=draw_ensemble(start, outlook.forecast, base, priors, options.members, random),
        at_planned_stage=_is_at_planned_stage(pens, outlook),
        growth_model=id,
    )


def _is_at_planned_stage(pens: ActivePens, outlook: ForecastConditions) -> Mask:
    stages = np.stack([outlook.forecast.waters[water].stage for water in outlook.water], axis=1)
    return np.concatenate([np.ones((1, pens.stage.size), dtype=np.bool_), stages == pens.stage])


def _find_version(estimate: Estimate, scene: ProjectionInputs) -> tuple[int | None, ModelVersion | None]:
    """Return the version that the estimate used on the group's last day."""
    place = int(estimate.placements.model[np.argmax(estimate.placements.day)])
    return scene.versions[place] if place >= 0 else (None, None)


def _build_start(estimate: Estimate, pens: ActivePens, outlook: ForecastConditions) -> ProjectionStart:
    last = estimate.final_state
    at = np.searchsorted(last.active, pens.position)
    rows = np.flatnonzero(estimate.placements.day == pens.day)
    row = rows[np.searchsorted(estimate.placements.position[rows], pens.position)]
    return ProjectionStart(
        **last.select_pens(at),
        degree_days=estimate.placements.degree_days[row],
        batch=outlook.losses,
        water=outlook.water,
    )
