"""Forecasts of real pens: what the estimator would have said from each weight of a farm package."""

import uuid
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from psycopg import Connection

from grilse.errors import GrilseError
from grilse.exchange.company import existing
from grilse.exchange.imports import Watch, import_package, unwatched
from grilse.growth.evidence import evidence
from grilse.growth.groups import Named, groups_of
from grilse.growth.hindcasts import HORIZONS, Outcome, forecast_facts, joined, learning_days, outcome
from grilse.growth.known import read_known
from grilse.growth.learning import versions_before
from grilse.science.estimation import Estimate, Version, default_priors, estimate_groups
from grilse.science.estimation.weighings import weighings
from grilse.science.hindcast import hindcast, measuring_sd
from grilse.science.origins import measured_ahead, pairs_of_weights

FIRST_WEIGHT = 9  # of a pen, from which is looked ahead: those before it tell how the pen grows
WITHIN = 4  # days between the horizon and the weight that is the target


def package_facts(
    connection: Connection[Any], folder: Path, *, learn: bool = True, watch: Watch = unwatched
) -> dict[str, Any]:
    """Return how forecasts from the weights of a package turned out; nothing of it stays in the database.

    What it learns, it learns from batches of the package that were out before the day it looks ahead from.
    """
    groups = read_package(connection, folder, watch)
    shown = evidence(groups) if learn else []
    versions = versions_before(shown, learning_days([one.out for one in shown]))
    estimates = estimate_groups([named.group for named in groups], versions)
    found = [outcomes(*both, versions) for both in zip(groups, estimates, strict=True)]
    of_horizon = {horizon: joined(of[horizon] for of in found) for horizon in HORIZONS}
    if not any(of.error.size for of in of_horizon.values()):
        raise GrilseError(
            f"{folder} has no pen to look ahead in: it takes {FIRST_WEIGHT} weights of a pen, and one"
            f" {min(HORIZONS)} days later"
        )
    return {
        "package": folder.resolve().name,
        "placements": sum(named.placements.size for named in groups),
        "forecast": [forecast_facts(horizon, of) for horizon, of in of_horizon.items()],
    }


def read_package(connection: Connection[Any], folder: Path, watch: Watch) -> list[Named]:
    """Return the groups of a package by way of a company that is gone afterwards."""
    name = f"back-test {uuid.uuid4().hex}"
    with connection.transaction(force_rollback=True):
        import_package(connection, folder, company_name=name, watch=watch)
        _, key = existing(connection, name)
        batches = connection.execute("SELECT id FROM stock_batch WHERE company_id = %s", [key]).fetchall()
        return list(groups_of(read_known(connection, key, [row[0] for row in batches])))


def outcomes(named: Named, estimate: Estimate, versions: Sequence[Version]) -> dict[int, Outcome]:
    """Look ahead from every weight of a group, with what was known then and the temperatures that came."""
    group, priors = named.group, default_priors()
    weighed = weighings(group)
    found = {}
    for horizon in HORIZONS:
        pairs = pairs_of_weights(group, weighed, horizon, FIRST_WEIGHT, WITHIN)
        seen = hindcast(group, estimate, weighed, pairs, measured_ahead(group, pairs), versions, priors)
        # What is measured has the catch bias that earlier weights of the placement had.
        biased = seen.root * np.cbrt(1.0 + estimate.beliefs.bias[pairs.origin])
        seen = replace(seen, root=biased)
        rows = group.rows
        at = weighed.last(rows.placement[pairs.target], rows.day[pairs.target])
        found[horizon] = outcome(
            seen,
            weighed.weight[at],
            measuring_sd(group, pairs, priors),
            group.placements.stage[rows.placement[pairs.origin]],
        )
    return found
