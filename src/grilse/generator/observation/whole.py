"""Observation: what people and sensors would have written down of a batch's truth."""

from datetime import date

from grilse.generator.observation.harvests import grade_rows
from grilse.generator.observation.health import health_rows
from grilse.generator.observation.ledger import movement_rows
from grilse.generator.observation.lice import lice_rows
from grilse.generator.observation.meals import meal_rows
from grilse.generator.observation.placements import placement_rows, planned_rows
from grilse.generator.observation.records import Records
from grilse.generator.observation.scene import Scene
from grilse.generator.observation.transfers import order_rows
from grilse.generator.observation.treatments import treatment_rows
from grilse.generator.observation.water import water_rows
from grilse.generator.observation.weights import sample_rows
from grilse.generator.planned import BatchPlan
from grilse.generator.truth.record import BatchTruth
from grilse.generator.world import World


def observe(
    world: World,
    batch: BatchPlan,
    truth: BatchTruth,
    until: date,
    seed: int,
    readings_per_day: int = 6,
    *,
    catch_bias: float = 0.0,
) -> Records:
    """Everything written down of a batch up to a day; `catch_bias` is the company's, as a logarithm."""
    if (until - truth.start).days < truth.days - 1:
        raise ValueError(f"the truth of {truth.number} goes on after {until}")
    scene = Scene(
        world=world,
        batch=batch,
        truth=truth,
        seed=seed,
        readings_per_day=readings_per_day,
        catch_bias=catch_bias,
    )
    readings, days = water_rows(scene)
    samples, scores = health_rows(scene)
    tables = {
        "stock_placement": placement_rows(scene),
        "stock_transferorder": order_rows(scene),
        "stock_movement": movement_rows(scene),
        "stock_weightsample": sample_rows(scene),
        "stock_harvestgrade": grade_rows(scene),
        "planning_plannedstage": planned_rows(scene),
        "environment_reading": readings,
        "environment_dailyenvironment": days,
        "health_licecount": lice_rows(scene),
        "health_treatment": treatment_rows(scene),
        "health_healthsample": samples,
        "health_healthscore": scores,
    }
    return Records(tables=tables, meals=meal_rows(scene))
