"""Records of stocking, transfers and harvests, with transfer orders and grades."""

from dataclasses import dataclass

import numpy as np

from grilse.generator.observation.context import BatchContext
from grilse.generator.observation.records import Columns, build_ledger_rows, repeat_text, round_to_resolution
from grilse.generator.truth.batch_truth import VACCINES
from grilse.science.arrays import Counts, Floats
from grilse.science.days import to_epoch_day
from grilse.science.harvest import grade_shares, gutted_weight
from grilse.science.measurement import counter_reading, sample_mean
from grilse.science.parameters import load_parameters

_STOCK = load_parameters("observation")["stock"]
_MEASUREMENT = load_parameters("measurement")
_GRADE_WEIGHT = np.array(load_parameters("observation")["stock"]["grade_weight"])
GRADES = ("superior", "ordinary", "production")


@dataclass(frozen=True, kw_only=True)
class MoveOrders:
    """The transfer orders of a batch, and the index of the order of each move."""

    of_move: Counts
    day: Counts  # first day
    stage: Counts  # number of the target stage


def group_moves(context: BatchContext) -> MoveOrders:
    """Return one order per move to the next stage, and one per day on which fish are spread within a stage."""
    moves, stage = context.truth.moves, context.truth.stage.astype(np.int64)
    goes_to = stage[moves["target"]]
    spread = stage[moves["source"]] == goes_to
    # A move to the next stage takes several days but is one order: its key is negative, so it never equals a day.
    key = np.where(spread, moves["day"].astype(np.int64), goes_to - 100)
    keys, of_key = np.unique(key, return_inverse=True)
    day = np.full(keys.size, np.iinfo(np.int64).max)
    np.minimum.at(day, of_key, moves["day"])
    to = np.zeros(keys.size, np.int64)
    to[of_key] = goes_to
    # Orders that begin on the same day are merged, because the order number consists of batch and day.
    days, of_order = np.unique(day, return_inverse=True)
    target_stages = np.zeros(days.size, np.int64)
    target_stages[of_order] = to
    return MoveOrders(of_move=of_order[of_key], day=days, stage=target_stages)


def build_order_rows(context: BatchContext) -> Columns:
    """Return the transfer orders."""
    move_orders = group_moves(context)
    begun = move_orders.day + context.first_day <= context.until
    day, stage = move_orders.day[begun], move_orders.stage[begun]
    planned = [to_epoch_day(context.batch.stages[order - 1].start) for order in stage.tolist()]
    number = context.batch.number
    return {
        "number": np.array([f"TRF-{number}-D{first:03d}" for first in day.tolist()], np.str_),
        "planned_date": np.array(planned, np.int32),
        "status": repeat_text("completed", day.size),
    }


def build_stocking_rows(context: BatchContext) -> Columns:
    """Return the delivered eyed eggs, with the count and weight of the supplier."""
    truth = context.truth
    targets = np.flatnonzero(truth.stage == 1)
    row = truth.offset[targets]
    eggs = truth.count[row] + truth.dead[row].sum(axis=1)
    culled = truth.culls["day"] == truth.start_day[truth.culls["placement"]]
    np.add.at(eggs, np.searchsorted(targets, truth.culls["placement"][culled]), truth.culls["count"][culled])
    return build_ledger_rows(
        "STOCKING",
        day=truth.start_day[targets].astype(np.int64),
        target=targets,
        count=counter_reading(context.create_generator("stocking"), eggs, _STOCK["egg_count_sd"]),
        mean_weight_g=np.full(targets.size, _STOCK["egg_weight_g"]),
    )


def build_transfer_rows(context: BatchContext) -> Columns:
    """Return the moves with the figures of the fish counters; larger fish are weighed too."""
    moves = context.truth.moves
    of_move = group_moves(context).of_move
    graded = moves["weight_g"] > _STOCK["grader_least_g"]
    fish = _draw_fish_weighed(context, moves["count"])
    weight = sample_mean(context.create_generator("weighing"), moves["weight_g"], fish, context.catch_bias)
    counted = counter_reading(context.create_generator("transfers"), moves["count"], _draw_count_sd(context, of_move))
    return build_ledger_rows(
        "TRANSFER",
        day=moves["day"],
        source=moves["source"],
        target=moves["target"],
        count=np.maximum(counted, 1),
        mean_weight_g=np.where(graded, np.round(weight, 1), np.nan),
        weight_method="GRADER",
        fish_weighed=np.where(graded, fish, -1),
        order=of_move,
    )


def _draw_fish_weighed(context: BatchContext, moved: Counts) -> Counts:
    least, most = _STOCK["grader_fish"]
    return np.minimum(context.create_generator("grader").integers(least, most + 1, moved.size), moved)


def _draw_count_sd(context: BatchContext, of_move: Counts) -> Floats:
    """Return the relative SD of the fish counter of each move; injected fish were counted one by one."""
    truth = context.truth
    # A stated accuracy of ± 2 % is two standard deviations.
    least, most = np.array(_MEASUREMENT["transfer_count_sd"]) / 2.0
    sd = context.create_generator("counters").uniform(least, most, of_move.size)[of_move]
    injections = truth.vaccinations["kind"] == VACCINES.index("injection")
    injected = np.isin(truth.moves["source"], truth.vaccinations["placement"][injections])
    return np.where(injected, _MEASUREMENT["vaccination_count_sd"], sd)


def build_harvest_rows(context: BatchContext) -> Columns:
    """Return the harvested fish; the plant counts and weighs each."""
    harvests = context.truth.harvests
    return build_ledger_rows(
        "HARVEST",
        day=harvests["day"],
        source=harvests["placement"],
        count=harvests["count"],
        mean_weight_g=round_to_resolution(harvests["weight_g"], 0.1),
        weight_method="HARVEST",
        fish_weighed=harvests["count"],
    )


def build_grade_rows(context: BatchContext) -> Columns:
    """Return fish and gutted weight by harvest and grade; grades without fish have no row."""
    harvests = context.truth.harvests
    counts = _draw_grades(context, harvests["count"])
    weight = _GRADE_WEIGHT / np.maximum((counts * _GRADE_WEIGHT).sum(axis=1, keepdims=True), 1.0)
    gutted_kg = gutted_weight(harvests["count"] * harvests["weight_g"]) / 1000.0
    kilograms = counts * weight * gutted_kg[:, None]
    harvest, grade = np.nonzero(counts)
    return {
        "placement": harvests["placement"][harvest].astype(np.int64),
        "date": context.convert_dates(harvests["day"][harvest]),
        "grade": np.array(GRADES)[grade],
        "count": counts[harvest, grade],
        "gutted_kg": np.round(kilograms[harvest, grade], 1),
    }


def _draw_grades(context: BatchContext, count: Counts) -> Counts:
    """Return the fish of each grade; quality differs from pen to pen."""
    shares = grade_shares(context.create_generator("quality").beta(3.0, 2.0, count.size))
    grades = context.create_generator("grades").multinomial(count, shares)
    return np.asarray(grades, np.int64).reshape(-1, len(GRADES))
