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
from grilse.generator.load.shards import Columns, ReferenceColumn, RowKeys, ShardSink, ShardTask, count_rows
from grilse.generator.observation import Records, observe_batch
from grilse.generator.observation.records import days_since_epoch
from grilse.generator.schedule.plan import BatchPlan
from grilse.generator.schedule.run import GeneratorRun, meals_file, truth_file
from grilse.generator.truth import BatchTruth, simulate_truth
from grilse.health.models import HealthSample, HealthScore, LiceCount, Treatment
from grilse.planning.models import PlannedStage
from grilse.stock.models import Batch, HarvestGrade, Movement, Placement, Species, TransferOrder, WeightSample

KIND = "batch"
# Tables that other rows of the shard refer to, by the name of that reference, and what names their rows.
REFERENCED_TABLES = {
    "placement": (Placement, ("name",)),
    "order": (TransferOrder, ("number",)),
    "sample": (HealthSample, ("placement", "date")),
}
UNREFERENCED_TABLES = (
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


def load_batch(task: ShardTask) -> dict[str, int]:
    """Make one batch and return the rows written by table."""
    batch = task.run.find_batch(task.key)
    truth, records = simulate_and_observe(task.run, batch)
    save_truth_files(task.run, truth, records)
    if task.loaded:
        return {}
    with task.target.open_shard(task.run.key, KIND, task.key) as sink:
        write_batch(sink, task.run, batch, truth, records)
    return sink.rows


def simulate_and_observe(run: GeneratorRun, batch: BatchPlan) -> tuple[BatchTruth, Records]:
    """Return what happened to a batch and what was written down of it."""
    truth = simulate_truth(run.world, batch, run.plan.until, run.seed, run.plan)
    records = observe_batch(
        run.world,
        batch,
        truth,
        run.plan.until,
        run.seed,
        readings_per_day=run.readings_per_day,
        catch_bias=log1p(run.catch_bias),
    )
    return truth, records


def save_truth_files(run: GeneratorRun, truth: BatchTruth, records: Records) -> None:
    """Keep the hidden truth beside the rows, and the meals for the shards of the feed stores."""
    truth_path, meals_path = truth_file(run.key, truth.number), meals_file(run.key, truth.number)
    meals_path.parent.mkdir(parents=True, exist_ok=True)
    truth.save_file(truth_path)
    part_path = meals_path.with_name(f".{meals_path.name}.part")
    with part_path.open("wb") as file:
        placements = records.tables["stock_placement"]
        placement_columns = {"names": placements["name"], "containers": placements["container"]}
        np.savez(file, allow_pickle=False, **placement_columns, **records.meals)
    part_path.replace(meals_path)


def write_batch(sink: ShardSink, run: GeneratorRun, batch: BatchPlan, truth: BatchTruth, records: Records) -> None:
    """Write every table of the batch."""
    placements = records.tables["stock_placement"]
    keys = {
        "batch": _write_batch_row(sink, run, batch, closed=bool((truth.stop_day >= 0).all())),
        "stage": sink.find_stage_keys(run.world.species),
        "container": sink.find_keys(Container, placements["container"].tolist()),
    }
    # Wherever a container is asked for, it is that of a placement.
    own = {**placements, "container": np.arange(len(placements["name"]))}
    tables = {**records.tables, "stock_placement": own}
    for reference, (model, names) in REFERENCED_TABLES.items():
        columns = build_references(model, tables[model._meta.db_table], keys)
        keys[reference] = sink.write_with_keys(model, columns, names)
    for plain in UNREFERENCED_TABLES:
        sink.write(plain, build_references(plain, tables[plain._meta.db_table], keys))


def build_references(model: type[Model], columns: Mapping[str, NDArray[Any]], keys: Mapping[str, RowKeys]) -> Columns:
    """Return columns with what is local to the shard as references."""
    resolved = {name: _build_reference(name, values, keys) for name, values in columns.items()}
    if any(column.name == "batch_id" for column in Table.from_model(model).columns):
        resolved["batch"] = ReferenceColumn(keys["batch"], np.zeros(count_rows(columns), np.int64))
    return resolved


def _build_reference(name: str, values: NDArray[Any], keys: Mapping[str, RowKeys]) -> NDArray[Any] | ReferenceColumn:
    if name not in REFERENCES:
        return values
    # Orders of stages begin with 1.
    return ReferenceColumn(keys[REFERENCES[name]], values - 1 if name == "stage" else values)


def _write_batch_row(sink: ShardSink, run: GeneratorRun, batch: BatchPlan, *, closed: bool) -> RowKeys:
    columns: Columns = {
        "number": np.array([batch.number]),
        "species": ReferenceColumn(sink.find_keys(Species, [run.world.species]), np.zeros(1, np.int64)),
        "start_date": np.array([days_since_epoch(batch.start)]),
        "status": np.array(["closed" if closed else "active"]),
    }
    return sink.write_with_keys(Batch, columns, ("number",))
