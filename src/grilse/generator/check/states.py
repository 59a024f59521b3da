"""The daily states: one for each day that fish stood, with the ledger's count."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from psycopg import Connection

from grilse.bulk.copy import read
from grilse.exchange.order import found
from grilse.generator.check.fish import summed
from grilse.generator.check.result import Check, law
from grilse.generator.check.stand import Stand

DAILY = "SELECT placement_id, date, count FROM growth_dailystate"
BATCH = "SELECT s.batch_id, s.date, s.count FROM growth_batchstate s"


def check(connection: Connection[Any], stand: Stand) -> Iterator[Check]:
    """Yield that states say what the ledger says; two statements."""
    daily = read(connection, DAILY, {"placement_id": "int8", "date": "date", "count": "int4"})
    place = found(stand.placements["id"], daily["placement_id"])
    known = place >= 0
    place, day = place[known], daily["date"][known].astype(np.int64)
    counts = stand.populations.before(place, day + 1)
    wrong = counts != daily["count"][known]
    yield law("daily states hold the ledger's count", int(wrong.sum()), f"{len(wrong):,} states")
    whole = read(connection, BATCH, {"batch_id": "int8", "date": "date", "count": "int4"})
    span = int(max(day.max(initial=0), whole["date"].max(initial=0))) + 1
    keys, group = np.unique(stand.placements["batch_id"][place] * span + day, return_inverse=True)
    sums = summed(group, counts, len(keys))
    row = found(keys, whole["batch_id"] * span + whole["date"])
    same = (row >= 0) & (np.append(sums, 0)[row] == whole["count"])
    yield law(
        "batch states are the sum of their placements", int((~same).sum()), f"{len(whole['date']):,} states"
    )
