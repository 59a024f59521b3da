"""Back-test of a farm package: forecasts from each of its weight samples, compared with later ones."""

import uuid
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from psycopg import Connection

from grilse.errors import GrilseError
from grilse.exchange.company import get_company
from grilse.exchange.imports import Watch, ignore_progress, import_package
from grilse.growth.estimating.groups import NamedGroup, iter_groups
from grilse.growth.estimating.read import read_inputs
from grilse.growth.hindcast_scores import (
    HORIZONS,
    HindcastOutcome,
    compare_hindcast,
    join_outcomes,
    list_learning_days,
    report_forecast,
)
from grilse.growth.learning.examples import build_examples
from grilse.growth.learning.run import build_versions_before
from grilse.science.estimation import Estimate, ModelVersion, default_priors, estimate_groups
from grilse.science.estimation.weight_observations import collect_weighings
from grilse.science.forecast_pairs import measured_temperatures, pair_weights
from grilse.science.hindcast import hindcast_weights, measurement_sd

FIRST_ORIGIN = 9  # the first weight of a pen to forecast from: the earlier ones show how the pen grows
MAX_TARGET_GAP = 4  # days between the horizon and the weight that is the target


def backtest_package(
    connection: Connection[Any], folder: Path, *, learn: bool = True, watch: Watch = ignore_progress
) -> dict[str, Any]:
    """Return the accuracy of forecasts from the weights of a package; nothing stays in the database.

    It learns only from batches of the package that were harvested before the day of the forecast.
    """
    groups = read_package(connection, folder, watch)
    examples = build_examples(groups) if learn else []
    versions = build_versions_before(examples, list_learning_days([example.last_day for example in examples]))
    estimates = estimate_groups([named.group for named in groups], versions)
    group_outcomes = [compute_outcomes(*both, versions) for both in zip(groups, estimates, strict=True)]
    of_horizon = {horizon: join_outcomes(of[horizon] for of in group_outcomes) for horizon in HORIZONS}
    if not any(of.error.size for of in of_horizon.values()):
        raise GrilseError(
            f"{folder} has no pen to look ahead in: it takes {FIRST_ORIGIN} weights of a pen, and one"
            f" {min(HORIZONS)} days later"
        )
    return {
        "package": folder.resolve().name,
        "placements": sum(named.placements.size for named in groups),
        "forecast": [report_forecast(horizon, of) for horizon, of in of_horizon.items()],
    }


def read_package(connection: Connection[Any], folder: Path, watch: Watch) -> list[NamedGroup]:
    """Return the groups of a package, imported into a temporary company."""
    name = f"back-test {uuid.uuid4().hex}"
    with connection.transaction(force_rollback=True):
        import_package(connection, folder, company_name=name, watch=watch)
        _, key = get_company(connection, name)
        batches = connection.execute("SELECT id FROM stock_batch WHERE company_id = %s", [key]).fetchall()
        return list(iter_groups(read_inputs(connection, key, [row[0] for row in batches])))


def compute_outcomes(
    named: NamedGroup, estimate: Estimate, versions: Sequence[ModelVersion]
) -> dict[int, HindcastOutcome]:
    """Forecast from every weight of a group, with the knowledge of its day and the temperatures measured later."""
    group, priors = named.group, default_priors()
    weighed = collect_weighings(group)
    by_horizon = {}
    for horizon in HORIZONS:
        pairs = pair_weights(group, weighed, horizon, FIRST_ORIGIN, MAX_TARGET_GAP)
        seen = hindcast_weights(group, estimate, weighed, pairs, measured_temperatures(group, pairs), versions, priors)
        # Measured weights have the catch bias of earlier weights of the placement.
        biased = seen.root * np.cbrt(1.0 + estimate.filtered.catch_bias[pairs.origin])
        seen = replace(seen, root=biased)
        rows = group.rows
        at = weighed.find_last(rows.placement[pairs.target], rows.day[pairs.target])
        by_horizon[horizon] = compare_hindcast(
            seen,
            weighed.weight[at],
            measurement_sd(group, pairs, priors),
            group.placements.stage[rows.placement[pairs.origin]],
        )
    return by_horizon
