"""Estimated states into their tables, by COPY."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from psycopg import Connection

from grilse.bulk.copy import copy_in
from grilse.bulk.table import Table
from grilse.growth.estimating.digest import compute_digests
from grilse.growth.estimating.rounding import round_counts, round_spreads, round_values
from grilse.growth.models import BatchState, DailyState
from grilse.science.estimation import DailyEstimates

Columns = dict[str, NDArray[Any]]

DELETE_STATES = """
WITH placements AS (
  DELETE FROM growth_dailystate WHERE company_id = %(company)s AND placement_id = ANY(%(placements)s)
)
DELETE FROM growth_batchstate WHERE company_id = %(company)s AND batch_id = ANY(%(batches)s)
"""


def delete_states(connection: Connection[Any], company: int, placements: list[int], batches: list[int]) -> None:
    """Delete the states of batches and their placements; one statement."""
    connection.execute(DELETE_STATES, {"company": company, "placements": placements, "batches": batches})


def write_states(connection: Connection[Any], daily: Columns, batch: Columns) -> int:
    """Write the states of placements and batches, two statements, and return the number of daily states."""
    copy_in(connection, Table.from_model(BatchState), batch)
    return copy_in(connection, Table.from_model(DailyState), daily)


def build_daily_columns(
    company: int, states: DailyEstimates, placements: NDArray[np.int64], versions: NDArray[np.int64]
) -> Columns:
    """Return the columns of DailyState; ids of the placements, and of the versions of the growth model."""
    return _add_digests({"placement_id": placements[states.position], **_build_columns(company, states, versions)})


def build_batch_columns(
    company: int,
    states: DailyEstimates,
    batches: NDArray[np.int64],
    starts: NDArray[np.int64],
    versions: NDArray[np.int64],
) -> Columns:
    """Return the columns of BatchState; the first day of a batch is 0."""
    day = (states.day - starts[states.position]).astype(np.int32)
    return _add_digests({"batch_id": batches[states.position], "day": day, **_build_columns(company, states, versions)})


def join_columns(parts: list[Columns]) -> Columns:
    """Return columns one after another."""
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def _add_digests(columns: Columns) -> Columns:
    return {**columns, "digest": compute_digests(columns)}


def _build_columns(company: int, states: DailyEstimates, versions: NDArray[np.int64]) -> Columns:
    return {
        "company_id": np.full(states.day.size, company),
        "date": states.day,
        "count": states.count,
        "count_estimate": _convert_to_single(round_counts(states.count_estimate)),
        "count_sd": _convert_to_single(round_spreads(states.count_sd)),
        "mean_weight_g": _convert_to_single(round_values(states.mean_weight)),
        "mean_weight_sd_g": _convert_to_single(round_spreads(states.mean_weight_sd)),
        "biomass_kg": _convert_to_single(round_values(states.biomass)),
        "biomass_sd_kg": _convert_to_single(round_spreads(states.biomass_sd)),
        "hindsight_count": _convert_to_single(round_counts(states.smoothed_count)),
        "hindsight_count_sd": _convert_to_single(round_spreads(states.smoothed_count_sd)),
        "hindsight_weight_g": _convert_to_single(round_values(states.smoothed_weight)),
        "hindsight_weight_sd_g": _convert_to_single(round_spreads(states.smoothed_weight_sd)),
        "hindsight_biomass_kg": _convert_to_single(round_values(states.smoothed_biomass)),
        "hindsight_biomass_sd_kg": _convert_to_single(round_spreads(states.smoothed_biomass_sd)),
        "temperature_c": _convert_to_single(states.temperature),
        "degree_days": _convert_to_single(states.degree_days),
        "deaths": states.deaths,
        "feed_kg": _convert_to_single(states.feed),
        "fcr": _convert_to_single(round_spreads(states.fcr)),
        "tgc_multiplier": _convert_to_single(round_spreads(states.multiplier)),
        "provenance": states.provenance,
        # The last of the appended is what -1, the literature's base, finds: no version.
        "growth_model_id": np.append(versions, -1)[states.model],
    }


def _convert_to_single(values: NDArray[np.float64]) -> NDArray[np.float32]:
    return values.astype(np.float32)
