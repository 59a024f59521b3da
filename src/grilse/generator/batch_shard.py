"""The shard of a batch: its life simulated, observed and written, all or nothing."""

from collections.abc import Mapping
from math import log1p
from typing import Any

import numpy as np
from django.db.models import Model
from numpy.typing import NDArray

from grilse.bulk.table import Table
from grilse.environment.models import DailyEnvironment, Reading
from grilse.farm.models import Container
from grilse.generator.observation import Records, observe
from grilse.generator.observation.records import days_since_epoch
from grilse.generator.planned import BatchPlan
from grilse.generator.run import Run, meals_file, truth_file
from grilse.generator.shards import Columns, Keys, Reference, Sink, Task, size_of
from grilse.generator.truth import BatchTruth, simulate
from grilse.health.models import HealthSample, HealthScore, LiceCount, Treatment
from grilse.planning.models import PlannedStage
from grilse.stock.models import (
    Batch,
    HarvestGrade,
    Movement,
    Placement,
    Species,
    TransferOrder,
    WeightSample,
)

KIND = "batch"
# Tables that other rows of the shard refer to, by the name of that reference, and what names their rows.
NAMED = {
    "placement": (Placement, ("name",)),
    "order": (TransferOrder, ("number",)),
    "sample": (HealthSample, ("placement", "date")),
}
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
    "container": "container",
    "stage": "stage",
    "placement": "placement",
    "source": "placement",
    "target": "placement",
    "order": "order",
    "sample": "sample",
}


def load_batch(task: Task) -> dict[str, int]:
    """Make one batch and return the rows written by table."""
    batch = task.run.batch(task.key)
    truth, records = live(task.run, batch)
    keep(task.run, truth, records)
    if task.loaded:
        return {}
    with task.target.shard(task.run.key, KIND, task.key) as sink:
        write_batch(sink, task.run, batch, truth, records)
    return sink.rows


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
        catch_bias=log1p(run.catch_bias),
    )
    return truth, records


def keep(run: Run, truth: BatchTruth, records: Records) -> None:
    """Keep the hidden truth beside the rows, and the meals for the shards of the feed stores."""
    truth_path, meals_path = truth_file(run.key, truth.number), meals_file(run.key, truth.number)
    meals_path.parent.mkdir(parents=True, exist_ok=True)
    truth.save(truth_path)
    part = meals_path.with_name(f".{meals_path.name}.part")
    with part.open("wb") as file:
        placements = records.tables["stock_placement"]
        stood = {"names": placements["name"], "containers": placements["container"]}
        np.savez(file, allow_pickle=False, **stood, **records.meals)
    part.replace(meals_path)


def write_batch(sink: Sink, run: Run, batch: BatchPlan, truth: BatchTruth, records: Records) -> None:
    """Write every table of the batch."""
    placements = records.tables["stock_placement"]
    keys = {
        "batch": _batch(sink, run, batch, closed=bool((truth.stop_day >= 0).all())),
        "stage": sink.stages(run.world.species),
        "container": sink.known(Container, placements["container"].tolist()),
    }
    # Wherever a container is asked for, it is that of a placement.
    own = {**placements, "container": np.arange(len(placements["name"]))}
    tables = {**records.tables, "stock_placement": own}
    for reference, (model, names) in NAMED.items():
        columns = referring(model, tables[model._meta.db_table], keys)
        keys[reference] = sink.enter(model, columns, names)
    for plain in PLAIN:
        sink.write(plain, referring(plain, tables[plain._meta.db_table], keys))


def referring(model: type[Model], columns: Mapping[str, NDArray[Any]], keys: Mapping[str, Keys]) -> Columns:
    """Return columns with what is local to the shard as references."""
    found = {name: _reference(name, values, keys) for name, values in columns.items()}
    if any(column.name == "batch_id" for column in Table.of(model).columns):
        found["batch"] = Reference(keys["batch"], np.zeros(size_of(columns), np.int64))
    return found


def _reference(name: str, values: NDArray[Any], keys: Mapping[str, Keys]) -> NDArray[Any] | Reference:
    if name not in REFERENCES:
        return values
    # Orders of stages begin with 1.
    return Reference(keys[REFERENCES[name]], values - 1 if name == "stage" else values)


def _batch(sink: Sink, run: Run, batch: BatchPlan, *, closed: bool) -> Keys:
    columns: Columns = {
        "number": np.array([batch.number]),
        "species": Reference(sink.known(Species, [run.world.species]), np.zeros(1, np.int64)),
        "start_date": np.array([days_since_epoch(batch.start)]),
        "status": np.array(["closed" if closed else "active"]),
    }
    return sink.enter(Batch, columns, ("number",))
