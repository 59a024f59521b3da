"""Observes a batch: builds the records that people and sensors make of its truth."""

from datetime import date

import numpy as np

from grilse.generator.observation.context import BatchContext
from grilse.generator.observation.health import build_health_rows, build_lice_rows, build_treatment_rows
from grilse.generator.observation.ledger import build_corrections, build_event_rows, build_movement_rows
from grilse.generator.observation.meals import build_meal_rows
from grilse.generator.observation.readings import build_water_rows
from grilse.generator.observation.records import Columns, Records, take_rows
from grilse.generator.observation.transfers import build_grade_rows, build_order_rows
from grilse.generator.observation.weight_samples import build_sample_rows
from grilse.generator.schedule.plan import BatchPlan
from grilse.generator.truth.batch_truth import BatchTruth
from grilse.generator.world.world import World
from grilse.science.days import EPOCH, to_epoch_day
from grilse.science.parameters import load_parameters

LOOK_AHEAD = int(load_parameters("observation")["look_ahead_days"])
# Tables whose rows have a date of their own; orders, readings and scores are cut where they are built.
_DATED = {
    *("stock_placement", "stock_movement", "stock_weightsample", "stock_harvestgrade"),
    *("environment_dailyenvironment", "health_licecount", "health_treatment", "health_healthsample"),
}


def build_placement_rows(context: BatchContext) -> Columns:
    """Return the placements of the batch."""
    truth = context.truth
    stop = np.where(truth.stop_day < 0, -1, context.convert_dates(truth.stop_day)).astype(np.int32)
    return {
        "container": truth.container,
        "stage": truth.stage.astype(np.int64),
        "name": np.array(truth.placement_names, np.str_),
        "start": context.convert_dates(truth.start_day),
        "stop": np.where(stop > context.until, -1, stop).astype(np.int32),
    }


def build_planned_rows(context: BatchContext) -> Columns:
    """Return all stages of the plan, including those after the history."""
    stages = context.batch.stages
    return {
        "stage": np.array([stage.order for stage in stages], np.int64),
        "start": np.array([to_epoch_day(stage.start) for stage in stages], np.int32),
        "stop": np.array([to_epoch_day(stage.stop) for stage in stages], np.int32),
    }


def observe_batch(
    world: World,
    batch: BatchPlan,
    truth: BatchTruth,
    until: date,
    seed: int,
    readings_per_day: int = 6,
    *,
    catch_bias: float = 0.0,
    after: date = EPOCH,
) -> Records:
    """Return all records of a batch up to a day; `catch_bias` is a logarithm, the same for the company.

    Placements that end by the day `after` have no readings.

    The truth goes on for LOOK_AHEAD days: people know the moves and the feed of the next days. So the records up to
    a day are the same, whatever day they end on. The meals go on too, for the deliveries of feed.
    """
    context = BatchContext(
        world=world,
        batch=batch,
        truth=truth,
        seed=seed,
        until=to_epoch_day(until),
        readings_per_day=readings_per_day,
        catch_bias=catch_bias,
        after=to_epoch_day(after),
    )
    events, stop = build_event_rows(context), truth.stop_day.astype(np.int64)
    readings, days = build_water_rows(context)
    samples, scores = build_health_rows(context)
    scores = take_rows(scores, samples["date"][scores["sample"]] <= context.until)
    tables = {
        "stock_placement": build_placement_rows(context),
        "stock_transferorder": build_order_rows(context),
        "stock_movement": build_movement_rows(events, context.first_day, build_corrections(events, stop)),
        "stock_weightsample": build_sample_rows(context),
        "stock_harvestgrade": build_grade_rows(context),
        "planning_plannedstage": build_planned_rows(context),
        "environment_reading": readings,
        "environment_dailyenvironment": days,
        "health_licecount": build_lice_rows(context),
        "health_treatment": build_treatment_rows(context),
        "health_healthsample": samples,
        "health_healthscore": scores,
    }
    recorded = {name: _cut_rows(name, columns, context.until) for name, columns in tables.items()}
    return Records(
        tables=recorded, placements=tables["stock_placement"], meals=build_meal_rows(context), events=events, stop=stop
    )


def _cut_rows(table: str, columns: Columns, until: int) -> Columns:
    """Return the rows up to a day; they come before the later ones, so that references to positions stay."""
    date = columns.get("date", columns.get("start")) if table in _DATED else None
    return columns if date is None else take_rows(columns, date <= until)
