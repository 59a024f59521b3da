"""The ledger of the staff: every movement with its errors, and the count corrections."""

import numpy as np

from grilse.generator.observation.context import BatchContext
from grilse.generator.observation.ledger_rows import KINDS, build_ledger_rows, stack_ledger_rows
from grilse.generator.observation.mortality import count_found_dead, draw_cause_codes, record_deaths
from grilse.generator.observation.records import Columns, repeat_text
from grilse.generator.observation.transfers import build_harvest_rows, build_stocking_rows, build_transfer_rows
from grilse.generator.truth.batch_truth import CULL_REASONS
from grilse.science.arrays import Counts

_REASONS = np.array([reason.upper() for reason in CULL_REASONS])


def build_movement_rows(context: BatchContext) -> Columns:
    """Return all movements of the batch, as rows of the database."""
    parts = [
        build_stocking_rows(context),
        _build_death_rows(context),
        _build_cull_rows(context),
        build_transfer_rows(context),
        build_harvest_rows(context),
    ]
    rows = stack_ledger_rows([*parts, *_build_corrections(context, stack_ledger_rows(parts))])
    days = rows.pop("day")
    return rows | {"kind": np.array(KINDS)[rows["kind"]], "date": context.convert_dates(days)}


def _build_death_rows(context: BatchContext) -> Columns:
    deaths = record_deaths(context, count_found_dead(context))
    return build_ledger_rows(
        "MORTALITY",
        day=context.row_day[deaths.row],
        source=context.row_placement[deaths.row],
        count=deaths.count,
        cause=draw_cause_codes(context, deaths.row, deaths.cause),
    )


def _build_cull_rows(context: BatchContext) -> Columns:
    culls = context.truth.culls
    return build_ledger_rows(
        "CULL", day=culls["day"], source=culls["placement"], count=culls["count"], cause=_REASONS[culls["reason"]]
    )


def _build_corrections(context: BatchContext, rows: Columns) -> list[Columns]:
    """Return the corrections that keep each count at or above zero and close a placement at zero."""
    placement, day, change = _build_changes(rows)
    stop = context.truth.stop_day.astype(np.int64)
    bounds = np.searchsorted(placement, np.arange(stop.size + 1))
    shortages: list[tuple[Counts, Counts, Counts]] = []
    surplus = np.zeros(stop.size, np.int64)
    for own, (begin, end) in enumerate(zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True)):
        short = np.maximum.accumulate(np.maximum(-np.cumsum(change[begin:end]), 0))
        missing = np.diff(short, prepend=0)
        at = np.flatnonzero(missing)
        # Fish may enter a placement only before its last day, so the missing fish are found the day before.
        latest = stop[own] - 1 if stop[own] >= 0 else day[end - 1]
        shortages.append((np.full(at.size, own), np.minimum(day[begin:end][at], latest), missing[at]))
        surplus[own] = change[begin:end].sum() + missing.sum()
    closed = np.flatnonzero(stop >= 0)
    added, added_day, added_count = (np.concatenate(column) for column in zip(*shortages, strict=True))
    kind, cause = "COUNT_CORRECTION", "COUNTING"
    return [
        build_ledger_rows(kind, day=added_day, target=added, count=added_count, cause=repeat_text(cause, added.size)),
        build_ledger_rows(
            kind, day=stop[closed], source=closed, count=surplus[closed], cause=repeat_text(cause, closed.size)
        ),
    ]


def _build_changes(rows: Columns) -> tuple[Counts, Counts, Counts]:
    """Return placement, day and change of count of both sides of every row, sorted for each placement."""
    sides = ((rows["target"], 1), (rows["source"], -1))
    placement = np.concatenate([side[side >= 0] for side, _ in sides])
    day = np.concatenate([rows["day"][side >= 0] for side, _ in sides])
    change = np.concatenate([sign * rows["count"][side >= 0] for side, sign in sides])
    order = np.lexsort((-change, day, placement))
    return placement[order], day[order], change[order]
