"""What would have been known of a batch on a day: an estimate in memory, from what is dated up to it."""

from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from grilse.farm.models import Container
from grilse.farm.tenancy import everywhere
from grilse.growth.flags import flag_rows
from grilse.growth.groups import Named, groups_of
from grilse.growth.history import STORED, Flag, History
from grilse.growth.known import Columns, read_known
from grilse.growth.states import EPOCH, States, on_calendar
from grilse.growth.versions import read_versions
from grilse.growth.writing import batch_columns, daily_columns
from grilse.science.estimation import Estimate, estimate
from grilse.stock.changes import psycopg_connection
from grilse.stock.models import Placement


def history_as_of(company: int, batch_id: int, placement_id: int | None, day: date) -> History:
    """Return the history of a batch, or of one placement, from what is dated up to a day.

    Ten statements; eight more for each step along a chain of batches that fish moved between.
    """
    seen = list(Placement.objects.filter(batch_id=batch_id).values_list("pk", flat=True))
    if not seen:
        return History(states=None, flags=[], models={})
    # An estimate is of all fish of a batch; what is told of it is of placements in reach.
    with everywhere():
        return _history(company, batch_id, placement_id, day, seen)


def _history(company: int, batch_id: int, placement_id: int | None, day: date, seen: list[int]) -> History:
    connection = psycopg_connection()
    known = read_known(connection, company, [batch_id])
    versions = read_versions(connection, company)
    groups = groups_of(known, as_of=(day - EPOCH).days)
    named = next((one for one in groups if batch_id in one.batches), None)
    if named is None:
        return History(states=None, flags=[], models={})
    result = estimate(named.group, [version for _, version in versions])
    mine = np.array(seen, dtype=np.int64)
    wanted = mine if placement_id is None else mine[mine == placement_id]
    ids = np.array([version for version, _ in versions], dtype=np.int64)
    whole = batch_id if placement_id is None else None
    return History(
        states=_states(company, named, result, ids, wanted, whole),
        flags=_flags(named, result, known.placements, wanted),
        models={id: EPOCH + timedelta(days=version.from_day) for id, version in versions},
    )


def _states(
    company: int,
    named: Named,
    result: Estimate,
    versions: NDArray[np.int64],
    wanted: NDArray[np.int64],
    batch_id: int | None,
) -> States | None:
    if batch_id is None:
        columns = daily_columns(company, result.placements, named.placements, versions)
        mine = np.isin(columns["placement_id"], wanted)
    else:
        starts = named.group.batch_start
        columns = batch_columns(company, result.batches, named.batches, starts, versions)
        mine = columns["batch_id"] == batch_id
    # By their shortest decimals, as the database tells them: five figures are then five.
    found = {name: columns[name][mine].astype(str).astype(np.float64) for name in STORED}
    # Of a version that is none.
    found["growth_model_id"][found["growth_model_id"] < 0] = np.nan
    return on_calendar(columns["date"][mine].tolist(), found)


def _flags(named: Named, result: Estimate, placements: Columns, wanted: NDArray[np.int64]) -> list[Flag]:
    rows = [row for row in flag_rows([(named, result.flagged)]) if row[0] in wanted]
    container = dict(zip(placements["placement"].tolist(), placements["container"].tolist(), strict=True))
    names = Container.objects.in_bulk({container[row[0]] for row in rows}) if rows else {}
    return [
        Flag(
            date=when,
            container=names[container[placement]].name,
            record=record,
            record_id=record_id,
            measured_g=measured,
            expected_g=expected,
            sigmas=sigmas,
            verdict=verdict,
        )
        for placement, when, record, record_id, measured, expected, sigmas, verdict in rows
    ]
