"""Estimated states into their tables, by COPY."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from psycopg import Connection

from grilse.bulk.copy import copy_in
from grilse.bulk.table import Table
from grilse.growth.digest import digest
from grilse.growth.fineness import fish, spread, value
from grilse.growth.models import BatchState, DailyState
from grilse.science.estimation import States

Columns = dict[str, NDArray[Any]]

FORGET = """
WITH placements AS (
  DELETE FROM growth_dailystate WHERE company_id = %(company)s AND placement_id = ANY(%(placements)s)
)
DELETE FROM growth_batchstate WHERE company_id = %(company)s AND batch_id = ANY(%(batches)s)
"""


def forget(connection: Connection[Any], company: int, placements: list[int], batches: list[int]) -> None:
    """Delete the states of batches and their placements; one statement."""
    connection.execute(FORGET, {"company": company, "placements": placements, "batches": batches})


def write(connection: Connection[Any], daily: Columns, batch: Columns) -> int:
    """Write the states of placements and batches, two statements, and return the number of daily states."""
    copy_in(connection, Table.of(BatchState), batch)
    return copy_in(connection, Table.of(DailyState), daily)


def daily_columns(
    company: int, states: States, placements: NDArray[np.int64], versions: NDArray[np.int64]
) -> Columns:
    """Return the columns of DailyState; ids of the placements, and of the versions of the growth model."""
    return _digested({"placement_id": placements[states.of], **_columns(company, states, versions)})


def batch_columns(
    company: int,
    states: States,
    batches: NDArray[np.int64],
    starts: NDArray[np.int64],
    versions: NDArray[np.int64],
) -> Columns:
    """Return the columns of BatchState; the first day of a batch is 0."""
    day = (states.day - starts[states.of]).astype(np.int32)
    return _digested({"batch_id": batches[states.of], "day": day, **_columns(company, states, versions)})


def joined(parts: list[Columns]) -> Columns:
    """Return columns one after another."""
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def _digested(columns: Columns) -> Columns:
    return {**columns, "digest": digest(columns)}


def _columns(company: int, states: States, versions: NDArray[np.int64]) -> Columns:
    return {
        "company_id": np.full(states.day.size, company),
        "date": states.day,
        "count": states.count,
        "count_estimate": _real(fish(states.count_estimate)),
        "count_sd": _real(spread(states.count_sd)),
        "mean_weight_g": _real(value(states.mean_weight)),
        "mean_weight_sd_g": _real(spread(states.mean_weight_sd)),
        "biomass_kg": _real(value(states.biomass)),
        "biomass_sd_kg": _real(spread(states.biomass_sd)),
        "hindsight_count": _real(fish(states.hindsight_count)),
        "hindsight_count_sd": _real(spread(states.hindsight_count_sd)),
        "hindsight_weight_g": _real(value(states.hindsight_weight)),
        "hindsight_weight_sd_g": _real(spread(states.hindsight_weight_sd)),
        "hindsight_biomass_kg": _real(value(states.hindsight_biomass)),
        "hindsight_biomass_sd_kg": _real(spread(states.hindsight_biomass_sd)),
        "temperature_c": _real(states.temperature),
        "degree_days": _real(states.degree_days),
        "deaths": states.deaths,
        "feed_kg": _real(states.feed),
        "fcr": _real(spread(states.fcr)),
        "tgc_multiplier": _real(spread(states.multiplier)),
        "provenance": states.provenance,
        # The last of the appended is what -1, the literature's base, finds: no version.
        "growth_model_id": np.append(versions, -1)[states.model],
    }


def _real(values: NDArray[np.float64]) -> NDArray[np.float32]:
    return values.astype(np.float32)
