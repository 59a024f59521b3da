"""Estimate the history of a batch in memory, from records dated up to a past day."""

from datetime import date

import numpy as np

from grilse.access.tenancy import lift_geography_limit
from grilse.farm.site_names import read_container_labels
from grilse.growth.estimating.groups import NamedGroup, iter_groups
from grilse.growth.estimating.read import Columns, read_inputs
from grilse.growth.estimating.store import build_batch_columns, build_daily_columns, build_flag_rows
from grilse.growth.history import STORED_COLUMNS, StagePeriod, StateHistory, WeightFlag, read_periods
from grilse.growth.learning.versions import read_versions
from grilse.growth.states import StateSeries, build_daily_series
from grilse.science.arrays import Indices
from grilse.science.days import from_epoch_day, to_epoch_day
from grilse.science.estimation import Estimate, estimate_group
from grilse.stock.changes import get_psycopg_connection
from grilse.stock.models import Placement


def estimate_history_as_of(company: int, batch_id: int, placement_id: int | None, day: date) -> StateHistory:
    """Return the history of a batch, or of one placement, from records dated up to a day.

    Eleven statements; eight more for each step along a chain of batches that fish moved between.
    """
    reachable_placements = list(Placement.objects.filter(batch_id=batch_id).values_list("pk", flat=True))
    if not reachable_placements:
        return StateHistory(states=None, flags=[], models={}, periods=[])
    periods = read_periods(batch_id, placement_id)
    # An estimate uses all fish of a batch; the result is limited to placements that the user may see.
    with lift_geography_limit():
        return _estimate_history(company, batch_id, placement_id, day, reachable_placements, periods)


def _estimate_history(
    company: int, batch_id: int, placement_id: int | None, day: date, seen: list[int], periods: list[StagePeriod]
) -> StateHistory:
    connection = get_psycopg_connection()
    known = read_inputs(connection, company, [batch_id])
    versions = read_versions(connection, company)
    groups = iter_groups(known, as_of=to_epoch_day(day))
    named = next((named_group for named_group in groups if batch_id in named_group.batches), None)
    if named is None:
        return StateHistory(states=None, flags=[], models={}, periods=periods)
    result = estimate_group(named.group, [version for _, version in versions])
    mine = np.array(seen, dtype=np.int64)
    selected_placements = mine if placement_id is None else mine[mine == placement_id]
    ids = np.array([version for version, _ in versions], dtype=np.int64)
    whole_batch_id = batch_id if placement_id is None else None
    return StateHistory(
        states=_build_states(company, named, result, ids, selected_placements, whole_batch_id),
        flags=_build_flags(named, result, known.placements, selected_placements),
        models={id: from_epoch_day(version.from_day) for id, version in versions},
        periods=periods,
    )


def _build_states(
    company: int, named: NamedGroup, result: Estimate, versions: Indices, placement_ids: Indices, batch_id: int | None
) -> StateSeries | None:
    if batch_id is None:
        columns = build_daily_columns(company, result.placements, named.placements, versions)
        mine = np.isin(columns["placement_id"], placement_ids)
    else:
        starts = named.group.batch_start
        columns = build_batch_columns(company, result.batches, named.batches, starts, versions)
        mine = columns["batch_id"] == batch_id
    # float32 to float64 by way of text, as psycopg reads them: five figures stay five figures.
    values = {name: columns[name][mine].astype(str).astype(np.float64) for name in STORED_COLUMNS}
    # -1 means that no version was used.
    values["growth_model_id"][values["growth_model_id"] < 0] = np.nan
    return build_daily_series(columns["date"][mine].tolist(), values)


def _build_flags(named: NamedGroup, result: Estimate, placements: Columns, placement_ids: Indices) -> list[WeightFlag]:
    rows = [row for row in build_flag_rows([(named, result.flagged_weights)]) if row[0] in placement_ids]
    container = dict(zip(placements["placement"].tolist(), placements["container"].tolist(), strict=True))
    names = read_container_labels() if rows else {}
    return [
        WeightFlag(
            date=when,
            container=names[container[placement]],
            record=record,
            record_id=record_id,
            measured_g=measured,
            expected_g=expected,
            sigmas=sigmas,
            verdict=verdict,
        )
        for placement, when, record, record_id, measured, expected, sigmas, verdict in rows
    ]
