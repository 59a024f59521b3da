"""The shard of a batch: its life simulated, observed and written, all or nothing."""

import os
from dataclasses import dataclass
from typing import Any

import numpy as np
import psycopg
from numpy.typing import NDArray

from grilse.bulk.table import Table
from grilse.environment.models import DailyEnvironment, Reading
from grilse.generator.observation import Records, observe
from grilse.generator.planned import BatchPlan
from grilse.generator.run import Run, meals_file, truth_file
from grilse.generator.shards import Columns, ShardWriter, ids_by_name, species_and_stages
from grilse.generator.truth import BatchTruth, simulate
from grilse.health.models import HealthSample, HealthScore, LiceCount, Treatment
from grilse.planning.models import PlannedStage
from grilse.stock.models import HarvestGrade, Movement, Placement, TransferOrder, WeightSample

KIND = "batch"
# Tables with ids that other rows of the shard name, by the local name of that reference.
NUMBERED = {"placement": Placement, "order": TransferOrder, "sample": HealthSample}
PLAIN = (
    Movement,
    WeightSample,
    HarvestGrade,
    Reading,
    DailyEnvironment,
    LiceCount,
    Treatment,
    HealthScore,
    PlannedStage,
)
REFERENCES = {
    "placement": "placement",
    "source": "placement",
    "target": "placement",
    "order": "order",
    "sample": "sample",
}


@dataclass(frozen=True, slots=True)
class Task:
    """A batch to be made."""

    run: Run
    company: int
    key: str
    loaded: bool  # its rows are in the database; only its truth is to be made again


def load_batch(task: Task) -> dict[str, int]:
    """Make one batch and return the rows written by table."""
    batch = task.run.batch(task.key)
    truth, records = live(task.run, batch)
    keep(task.run, truth, records)
    if task.loaded:
        return {}
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        connection.execute("SET LOCAL synchronous_commit = off")
        writer = ShardWriter(connection, task.company, task.run.key)
        write_batch(writer, task.run, batch, truth, records)
        writer.finish(KIND, task.key)
    return writer.rows


def live(run: Run, batch: BatchPlan) -> tuple[BatchTruth, Records]:
    """Return what happened to a batch and what was written down of it."""
    truth = simulate(run.world, batch, run.plan.until, run.seed, run.plan)
    records = observe(
        run.world,
        batch,
        truth,
        run.plan.until,
        run.seed,
        readings_per_day=run.readings_per_day,
        catch_bias=run.catch_bias,
    )
    return truth, records


def keep(run: Run, truth: BatchTruth, records: Records) -> None:
    """Keep the hidden truth beside the database, and the meals for the shards of the feed stores."""
    truth_path, meals_path = truth_file(run.key, truth.number), meals_file(run.key, truth.number)
    meals_path.parent.mkdir(parents=True, exist_ok=True)
    truth.save(truth_path)
    part = meals_path.with_name(f".{meals_path.name}.part")
    with part.open("wb") as file:
        placements = records.tables["stock_placement"]
        np.savez(file, names=placements["name"], containers=placements["container"], **records.meals)
    part.replace(meals_path)


def write_batch(
    writer: ShardWriter, run: Run, batch: BatchPlan, truth: BatchTruth, records: Records
) -> None:
    """Write every table of the batch."""
    species, stages = species_and_stages(run.world.species)
    batch_id = _batch(writer, batch, species, closed=bool((truth.stop_day >= 0).all()))
    ids: dict[str, NDArray[np.int64]] = {}
    for reference, model in NUMBERED.items():
        table = Table.of(model)
        columns = dict(records.tables[table.name])
        ids[reference] = writer.reserve(table, _size(columns))
        if "stage" in columns:
            columns["stage_id"] = np.vectorize(stages.__getitem__, otypes=[np.int64])(columns.pop("stage"))
        if reference != "sample":
            columns["batch_id"] = np.full(_size(columns), batch_id)
        writer.write(table, {"id": ids[reference], **resolve(columns, ids, writer.company)})
    for model in PLAIN:
        table = Table.of(model)
        columns = dict(records.tables[table.name])
        if "stage" in columns:
            columns["stage_id"] = np.vectorize(stages.__getitem__, otypes=[np.int64])(columns.pop("stage"))
            columns["batch_id"] = np.full(_size(columns), batch_id)
        writer.write(table, resolve(columns, ids, writer.company))


def resolve(columns: Columns, ids: dict[str, NDArray[np.int64]], company: int) -> dict[str, NDArray[Any]]:
    """Return columns with references local to the shard turned into ids."""
    resolved: dict[str, NDArray[Any]] = {}
    for name, values in columns.items():
        if name == "container":
            resolved["container_id"] = _containers(values, company)
        elif name in REFERENCES:
            # The last place, which -1 takes, stands for no reference.
            known = np.append(ids[REFERENCES[name]], -1)
            resolved[f"{name}_id"] = known[values]
        else:
            resolved[name] = values
    return resolved


def _containers(names: NDArray[Any], company: int) -> NDArray[np.int64]:
    known = ids_by_name("farm_container", company)
    unique, place = np.unique(names, return_inverse=True)
    return np.array([known[str(name)] for name in unique], np.int64)[place]


def _batch(writer: ShardWriter, batch: BatchPlan, species: int, *, closed: bool) -> int:
    row = writer.connection.execute(
        "INSERT INTO stock_batch (company_id, number, species_id, start_date, status)"
        " VALUES (%s, %s, %s, %s, %s) RETURNING id",
        [writer.company, batch.number, species, batch.start, "closed" if closed else "active"],
    ).fetchone()
    writer.rows["stock_batch"] = 1
    return int(row[0]) if row else 0


def _size(columns: Columns) -> int:
    return len(next(iter(columns.values())))
