"""The ledger of the staff: every movement with its errors, recorded deaths with their causes, and count corrections."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from grilse.generator.observation.context import BatchContext
from grilse.generator.observation.records import (
    CORRECTION,
    KINDS,
    Columns,
    build_ledger_rows,
    repeat_text,
    stack_ledger_rows,
)
from grilse.generator.observation.transfers import build_harvest_rows, build_stocking_rows, build_transfer_rows
from grilse.generator.random_streams import draw_by_day
from grilse.generator.truth.batch_truth import CAUSES, CULL_REASONS
from grilse.science.arrays import Counts, Floats
from grilse.science.parameters import load_parameters
from grilse.science.temperature import day_of_year

_STOCK = load_parameters("observation")["stock"]
_UNRECORDED = load_parameters("measurement")["unrecorded_loss"]
CODES = np.array(
    [
        *("INFECTIOUS", "CMS", "PD", "AGD", "WINTER_ULCER"),
        *("TRAUMA", "TREATMENT", "HANDLING", "PREDATOR"),
        *("PHYSIOLOGICAL", "DEFORMITY", "SMOLTIFICATION"),
        *("ENVIRONMENTAL", "OXYGEN", "ALGAE"),
        "UNKNOWN",
    ]
)
_CODE = {code: index for index, code in enumerate(CODES.tolist())}
# Limits of the diagnoses.
_WINTER_C, _GILL_C, _HEART_G = 8.0, 11.0, 2000.0
_SMOLT_DAYS, _HANDLING_DAYS = 60, 6
_LOW_OXYGEN = 80.0
_BLOOM = (120, 270)  # days of the year
# Share of the deaths for which the staff record the finer cause.
_NAMED = 0.6
Rules = list[tuple[NDArray[np.bool_], str]]
_REASONS = np.array([reason.upper() for reason in CULL_REASONS])


@dataclass(frozen=True, kw_only=True)
class Deaths:
    """Recorded dead: one row per placement-day and recorded cause (position in CAUSES)."""

    row: Counts  # placement-day
    cause: Counts
    count: Counts


def count_found_dead(context: BatchContext) -> Counts:
    """Return the dead found on each placement-day by cause; 1-2 % of the fish are lost without a record."""
    truth = context.truth
    lost = truth.count * context.create_generator("lost").uniform(*_UNRECORDED) / _STOCK["life_days"]
    missed = np.minimum(lost / np.maximum(truth.dead.sum(axis=1), 1), _STOCK["most_missed"])
    found, rng = 1.0 - missed[:, None], context.create_generator("dead")
    return draw_by_day(context.row_day, lambda order: rng.binomial(truth.dead[order], found[order]))


def record_deaths(context: BatchContext, counts: Counts) -> Deaths:
    """Return the recorded deaths: one cause a day, and a second one on a day with many dead."""
    total = counts.sum(axis=1)
    rows = np.flatnonzero(total)
    dead, total = counts[rows], total[rows]
    many_share, many = _STOCK["big_day"]
    big = (total >= many) & (total >= many_share * context.truth.count[rows])
    first = _draw_cause(context, rows, dead, total)
    first[big] = dead[big].argmax(axis=1)
    rest = dead.copy()
    rest[np.arange(rows.size), first] = 0
    second = rest.argmax(axis=1)
    others = np.where(big, rest.sum(axis=1), 0)
    split = np.flatnonzero(others)
    return Deaths(
        row=np.concatenate([rows, rows[split]]),
        cause=np.concatenate([first, second[split]]),
        count=np.concatenate([total - others, others[split]]),
    )


def _draw_cause(context: BatchContext, rows: Counts, dead: Counts, total: Counts) -> Counts:
    """Return the cause of one of the dead of the day, drawn at random."""
    rng = context.create_generator("causes")
    chance: Floats = draw_by_day(context.row_day[rows], lambda order: rng.random(order.size))
    return np.asarray((np.cumsum(dead, axis=1) <= (chance * total)[:, None]).sum(axis=1), np.int64)


def draw_cause_codes(context: BatchContext, rows: Counts, causes: Counts) -> NDArray[np.str_]:
    """Return the recorded code of each true cause (position in CAUSES) on a placement-day."""
    rng = context.create_generator("diagnoses")
    named = draw_by_day(context.row_day[rows], lambda order: rng.random((order.size, 2))).T
    coarse = ["TREATMENT" if cause == "delousing" else cause.upper() for cause in CAUSES]
    code_indexes = np.array([_CODE[code] for code in coarse])[causes]
    for cause, rules in _build_diagnosis_rules(context, rows, named[1]).items():
        for applies, code in rules:
            code_indexes[(causes == CAUSES.index(cause)) & (named[0] < _NAMED) & applies] = _CODE[code]
    return CODES[code_indexes]


def _build_diagnosis_rules(context: BatchContext, rows: Counts, chance: Floats) -> dict[str, Rules]:
    """Return finer codes with the rows to which they apply; a later code overrides an earlier one."""
    truth = context.truth
    placement = context.row_placement[rows]
    sea = context.at_sea[placement]
    days_in_placement = context.row_day[rows] - truth.start_day[placement]
    season = day_of_year(context.row_date[rows])
    cold = truth.temperature_c[rows] < _WINTER_C
    warm = truth.temperature_c[rows] > _GILL_C
    heavy = truth.weight_g[rows] > _HEART_G
    low_oxygen = truth.oxygen_pct[rows] < _LOW_OXYGEN
    bloom = (season > _BLOOM[0]) & (season < _BLOOM[1])
    return {
        "infectious": [
            (sea & (chance < 0.3), "PD"),
            (sea & heavy & (chance < 0.4), "CMS"),
            (sea & cold & (chance > 0.4), "WINTER_ULCER"),
            (sea & warm & (chance > 0.4), "AGD"),
        ],
        "trauma": [(sea & (chance < 0.5), "PREDATOR"), (days_in_placement < _HANDLING_DAYS, "HANDLING")],
        "physiological": [(~sea, "DEFORMITY"), (sea & (days_in_placement < _SMOLT_DAYS), "SMOLTIFICATION")],
        "environmental": [(low_oxygen, "OXYGEN"), (sea & bloom & (chance < 0.7), "ALGAE")],
    }


def build_event_rows(context: BatchContext) -> Columns:
    """Return what the staff write down: all movements of the batch but the count corrections."""
    parts = [
        build_stocking_rows(context),
        _build_death_rows(context),
        _build_cull_rows(context),
        build_transfer_rows(context),
        build_harvest_rows(context),
    ]
    return stack_ledger_rows(parts)


def build_movement_rows(events: Columns, first_day: int, corrections: Sequence[Columns]) -> Columns:
    """Return movements with the count corrections, as rows of the database; `first_day` is the batch's day 0."""
    rows = stack_ledger_rows([events, *corrections])
    days = rows.pop("day")
    return rows | {"kind": np.array(KINDS)[rows["kind"]], "date": (days + first_day).astype(np.int32)}


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


def build_corrections(rows: Columns, stop: Counts) -> list[Columns]:
    """Return the corrections that keep each count at or above zero and close a placement at zero.

    `rows` have `day`, `source`, `target` and `count`; `stop` is the day on which a placement ends, -1 for none.
    """
    placement, day, change = _build_changes(rows)
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
    kind, cause = CORRECTION, "COUNTING"
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
