"""What would have been known of a batch on a day: an estimate in memory, from what is dated up to it."""

from datetime import date

import numpy as np
from django.db import connection

from grilse.growth.groups import Named, groups_of
from grilse.growth.history import STORED, History
from grilse.growth.known import read_known
from grilse.growth.states import EPOCH, States, on_calendar
from grilse.growth.writing import batch_columns, daily_columns
from grilse.science.estimation import Estimate, estimate_groups


def history_as_of(company: int, batch_id: int, placement_id: int | None, day: date) -> History:
    """Return the history of a batch, or of one placement, from what is dated up to a day.

    Seven statements; eight more for each step along a chain of batches that fish moved between.
    """
    known = read_known(connection.connection, company, [batch_id])
    groups = groups_of(known, as_of=(day - EPOCH).days)
    named = next((one for one in groups if batch_id in one.batches), None)
    if named is None:
        return History(states=None, flags=[], models={})
    [estimate] = estimate_groups([named.group])
    return History(states=_states(company, named, estimate, batch_id, placement_id), flags=[], models={})


def _states(
    company: int, named: Named, estimate: Estimate, batch_id: int, placement_id: int | None
) -> States | None:
    versions = np.zeros(0, dtype=np.int64)
    if placement_id is None:
        starts = named.group.batch_start
        columns = batch_columns(company, estimate.batches, named.batches, starts, versions)
        mine = columns["batch_id"] == batch_id
    else:
        columns = daily_columns(company, estimate.placements, named.placements, versions)
        mine = columns["placement_id"] == placement_id
    return on_calendar(columns["date"][mine].tolist(), {name: columns[name][mine] for name in STORED})
