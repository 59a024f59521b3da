"""The ledger as the staff keep it: every movement with its errors, and the corrections of the count."""

import numpy as np
from numpy.typing import NDArray

from grilse.generator.observation.causes import codes_of
from grilse.generator.observation.deaths import found_dead, written
from grilse.generator.observation.entries import KINDS, entries, stacked
from grilse.generator.observation.harvests import harvest_rows
from grilse.generator.observation.records import Columns
from grilse.generator.observation.scene import Scene
from grilse.generator.observation.transfers import stocking_rows, transfer_rows
from grilse.generator.truth.record import CULL_REASONS
from grilse.science.arrays import Counts

_REASONS = np.array([reason.upper() for reason in CULL_REASONS])


def movement_rows(scene: Scene) -> Columns:
    """All movements of the batch, as the database keeps them."""
    parts = [
        stocking_rows(scene),
        _death_rows(scene),
        _cull_rows(scene),
        transfer_rows(scene),
        harvest_rows(scene),
    ]
    rows = stacked([*parts, *_corrections(scene, stacked(parts))])
    days = rows.pop("day")
    return rows | {"kind": np.array(KINDS)[rows["kind"]], "date": (days + scene.first).astype(np.int32)}


def _death_rows(scene: Scene) -> Columns:
    deaths = written(scene, found_dead(scene))
    return entries(
        "MORTALITY",
        day=scene.day[deaths.row],
        source=scene.placement[deaths.row],
        count=deaths.count,
        cause=codes_of(scene, deaths.row, deaths.cause),
    )


def _cull_rows(scene: Scene) -> Columns:
    culls = scene.truth.culls
    return entries(
        "CULL",
        day=culls["day"],
        source=culls["placement"],
        count=culls["count"],
        cause=_REASONS[culls["reason"]],
    )


def _corrections(scene: Scene, rows: Columns) -> list[Columns]:
    """Rows that keep each ledger from falling below zero, and bring a closed one to zero."""
    placement, day, change = _changes(rows)
    stop = scene.truth.stop_day.astype(np.int64)
    bounds = np.searchsorted(placement, np.arange(stop.size + 1))
    found: list[tuple[Counts, Counts, Counts]] = []
    surplus = np.zeros(stop.size, np.int64)
    for own, (begin, end) in enumerate(zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True)):
        short = np.maximum.accumulate(np.maximum(-np.cumsum(change[begin:end]), 0))
        missing = np.diff(short, prepend=0)
        at = np.flatnonzero(missing)
        # Fish come into a placement only before its last day; the missing ones are found the day before.
        latest = stop[own] - 1 if stop[own] >= 0 else day[end - 1]
        found.append((np.full(at.size, own), np.minimum(day[begin:end][at], latest), missing[at]))
        surplus[own] = change[begin:end].sum() + missing.sum()
    closed = np.flatnonzero(stop >= 0)
    added, added_day, added_count = (np.concatenate(column) for column in zip(*found, strict=True))
    return [
        entries("COUNT_CORRECTION", day=added_day, target=added, count=added_count, cause=_counting(added)),
        entries(
            "COUNT_CORRECTION",
            day=stop[closed],
            source=closed,
            count=surplus[closed],
            cause=_counting(closed),
        ),
    ]


def _changes(rows: Columns) -> tuple[Counts, Counts, Counts]:
    """Placement, day and change of count of every side of every row, in the order of each ledger."""
    sides = ((rows["target"], 1), (rows["source"], -1))
    placement = np.concatenate([side[side >= 0] for side, _ in sides])
    day = np.concatenate([rows["day"][side >= 0] for side, _ in sides])
    change = np.concatenate([sign * rows["count"][side >= 0] for side, sign in sides])
    order = np.lexsort((-change, day, placement))
    return placement[order], day[order], change[order]


def _counting(rows: Counts) -> NDArray[np.str_]:
    return np.full(rows.size, "COUNTING")
