"""Fish counted and weighed when they come to the farm, move within it and leave it."""

from dataclasses import dataclass

import numpy as np

from grilse.generator.observation.entries import entries
from grilse.generator.observation.records import Columns, days_since_epoch, repeated
from grilse.generator.observation.scene import Scene
from grilse.generator.truth.record import VACCINES
from grilse.science.arrays import Counts, Floats
from grilse.science.measurement import counted, sample_mean
from grilse.science.parameters import load

_STOCK = load("observation")["stock"]
_MEASUREMENT = load("measurement")


@dataclass(frozen=True, kw_only=True)
class Orders:
    """The moves of a batch: the order of each movement, and what heads each order."""

    of_move: Counts
    day: Counts  # first day
    stage: Counts  # order of the stage the fish go to


def orders(scene: Scene) -> Orders:
    """One order for each move to the next stage, and one for each day on which fish are spread in a stage."""
    moves, stage = scene.truth.moves, scene.truth.stage.astype(np.int64)
    goes_to = stage[moves["target"]]
    spread = stage[moves["source"]] == goes_to
    # A move from stage to stage may take days and is one order; its key lies below all days.
    key = np.where(spread, moves["day"].astype(np.int64), goes_to - 100)
    keys, of_key = np.unique(key, return_inverse=True)
    day = np.full(keys.size, np.iinfo(np.int64).max)
    np.minimum.at(day, of_key, moves["day"])
    to = np.zeros(keys.size, np.int64)
    to[of_key] = goes_to
    # Two that begin on one day are one order: its number says the day.
    days, of_order = np.unique(day, return_inverse=True)
    headed = np.zeros(days.size, np.int64)
    headed[of_order] = to
    return Orders(of_move=of_order[of_key], day=days, stage=headed)


def order_rows(scene: Scene) -> Columns:
    """The transfer orders."""
    found = orders(scene)
    planned = [days_since_epoch(scene.batch.stages[stage - 1].start) for stage in found.stage.tolist()]
    number = scene.batch.number
    return {
        "number": np.array([f"TRF-{number}-D{day:03d}" for day in found.day.tolist()], np.str_),
        "planned_date": np.array(planned, np.int32),
        "status": repeated("completed", found.day.size),
    }


def stocking_rows(scene: Scene) -> Columns:
    """The eyed eggs that were delivered, with the count and weight the hatchery states."""
    truth = scene.truth
    targets = np.flatnonzero(truth.stage == 1)
    row = truth.offset[targets]
    eggs = truth.count[row] + truth.dead[row].sum(axis=1)
    culled = truth.culls["day"] == truth.start_day[truth.culls["placement"]]
    np.add.at(eggs, np.searchsorted(targets, truth.culls["placement"][culled]), truth.culls["count"][culled])
    return entries(
        "STOCKING",
        day=truth.start_day[targets].astype(np.int64),
        target=targets,
        count=counted(scene.random("stocking"), eggs, _STOCK["egg_count_sd"]),
        mean_weight_g=np.full(targets.size, _STOCK["egg_weight_g"]),
    )


def transfer_rows(scene: Scene) -> Columns:
    """The moves, as the counters saw them; larger fish are weighed on the way."""
    moves, random = scene.truth.moves, scene.random("transfers")
    of_move = orders(scene).of_move
    graded = moves["weight_g"] > _STOCK["grader_least_g"]
    fish = _weighed(scene, moves["count"])
    weight = sample_mean(random, moves["weight_g"], fish, scene.catch_bias)
    return entries(
        "TRANSFER",
        day=moves["day"],
        source=moves["source"],
        target=moves["target"],
        count=np.maximum(counted(random, moves["count"], _count_sd(scene, of_move)), 1),
        mean_weight_g=np.where(graded, np.round(weight, 1), np.nan),
        weight_method="GRADER",
        fish_weighed=np.where(graded, fish, -1),
        order=of_move,
    )


def _weighed(scene: Scene, moved: Counts) -> Counts:
    least, most = _STOCK["grader_fish"]
    return np.minimum(scene.random("grader").integers(least, most + 1, moved.size), moved)


def _count_sd(scene: Scene, of_move: Counts) -> Floats:
    """Error of the counter of each move; where every fish was injected, it was counted one by one."""
    truth = scene.truth
    # A counter said to be right within ± 2 % is so 19 times of 20.
    least, most = np.array(_MEASUREMENT["transfer_count_sd"]) / 2.0
    sd = scene.random("counters").uniform(least, most, of_move.size)[of_move]
    injections = truth.vaccinations["kind"] == VACCINES.index("injection")
    injected = np.isin(truth.moves["source"], truth.vaccinations["placement"][injections])
    return np.where(injected, _MEASUREMENT["vaccination_count_sd"], sd)
