"""Groups of batches read, estimated in memory and projected."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.random import Generator, Philox
from numpy.typing import NDArray
from psycopg import Connection

from grilse.growth.groups import Named, groups_of
from grilse.growth.known import read_known
from grilse.growth.versions import read_versions
from grilse.planning.outlook import Outlook, outlook_of
from grilse.planning.plan import Plan
from grilse.planning.plans import plans_of
from grilse.planning.standing import Ids, Pens, pens_of
from grilse.planning.surroundings import Surroundings, surroundings_of
from grilse.science.estimation import (
    Estimate,
    Version,
    default_base,
    default_priors,
    estimate_groups,
)
from grilse.science.projection import Futures, Start, futures


@dataclass(frozen=True, kw_only=True, slots=True)
class Options:
    """How a projection is made."""

    days: int = 450
    members: int = 500
    target_g: float = 4500.0
    seed: int = 1
    as_of: int | None = None
    """Last day whose events are known, days since 1970; None for all events."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Projected:
    """A group's pens with their futures."""

    named: Named
    pens: Pens
    futures: Futures
    here: NDArray[np.bool_]
    """Whether they are planned to stand where they stand now, (steps + 1, k)."""
    growth_model: int | None
    """Id of the version that was used."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Scene:
    """What the groups of one reading share."""

    options: Options
    versions: list[tuple[int, Version]]
    plans: dict[int, Plan]
    surroundings: Surroundings


def ensembles(
    connection: Connection[Any], company: int, batches: Sequence[int], options: Options
) -> tuple[list[Projected], Surroundings]:
    """Return the futures of batches and of those that fish moved from or to; ten statements.

    The connection is Django's own, in a transaction that acts for the company.
    """
    known = read_known(connection, company, batches)
    groups = list(groups_of(known, as_of=options.as_of))
    versions = read_versions(connection, company)
    estimates = estimate_groups([named.group for named in groups], [version for _, version in versions])
    standing = [
        (named, estimate, pens_of(known, named, with_fish))
        for named, estimate in zip(groups, estimates, strict=True)
        if (with_fish := _with_fish(named, estimate)).size
    ]
    scene = Scene(
        options=options,
        versions=versions,
        plans=plans_of([batch for named, *_ in standing for batch in named.batches.tolist()]),
        surroundings=_around([pens for *_, pens in standing]),
    )
    return [_projected(*one, scene) for one in standing], scene.surroundings


def _with_fish(named: Named, estimate: Estimate) -> Ids:
    """Positions of the placements that hold fish at the end of the last day."""
    standing = estimate.last.standing
    last_row = named.group.rows.offset[standing + 1] - 1
    return np.asarray(standing[estimate.placements.count[last_row] > 0])


def _around(pens: list[Pens]) -> Surroundings:
    return surroundings_of(
        sorted({id for one in pens for id in one.container.tolist()}),
        sorted({id for one in pens for id in one.area.tolist()}),
        sorted({id for one in pens for id in one.geography.tolist()}),
    )


def _projected(named: Named, estimate: Estimate, pens: Pens, scene: Scene) -> Projected:
    id, version = _version(estimate, scene)
    priors, options = default_priors(), scene.options
    loss = version.unrecorded_loss if version else priors.unrecorded_loss
    outlook = outlook_of(
        named.group,
        estimate.placements,
        pens,
        [scene.plans.get(batch) for batch in named.batches.tolist()],
        scene.surroundings,
        options.days,
        loss / priors.unrecorded_loss_days,
    )
    base = version.base if version else default_base()
    # The key is the group's first batch: alone or among others, its members are the same.
    random = Generator(Philox(key=[options.seed, int(named.batches[0])]))
    start = _start(estimate, pens, outlook)
    return Projected(
        named=named,
        pens=pens,
        futures=futures(start, outlook.ahead, base, priors, options.members, random),
        here=_here(pens, outlook),
        growth_model=id,
    )


def _here(pens: Pens, outlook: Outlook) -> NDArray[np.bool_]:
    stages = np.stack([outlook.ahead.waters[water].stage for water in outlook.water], axis=1)
    return np.concatenate([np.ones((1, pens.stage.size), dtype=np.bool_), stages == pens.stage])


def _version(estimate: Estimate, scene: Scene) -> tuple[int | None, Version | None]:
    """Version that the estimate used on the group's last day."""
    place = int(estimate.placements.model[np.argmax(estimate.placements.day)])
    return scene.versions[place] if place >= 0 else (None, None)


def _start(estimate: Estimate, pens: Pens, outlook: Outlook) -> Start:
    last = estimate.last
    at = np.searchsorted(last.standing, pens.position)
    parts = np.concatenate([at, last.standing.size + at, 2 * last.standing.size + at])
    rows = np.flatnonzero(estimate.placements.day == pens.day)
    row = rows[np.searchsorted(estimate.placements.of[rows], pens.position)]
    return Start(
        root=last.root[at],
        multiplier=last.multiplier[at],
        count=last.count[at],
        covariance=last.covariance[np.ix_(parts, parts)],
        batch_spread=last.batch_spread[at],
        pen_spread=last.pen_spread[at],
        jumps=last.jumps[at],
        degree_days=estimate.placements.degree_days[row],
        batch=outlook.losses,
        water=outlook.water,
    )
