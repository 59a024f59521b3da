"""The shard of a batch: simulates and observes it, and writes its rows and truth files."""

from collections.abc import Mapping
from datetime import date, timedelta
from math import log1p
from typing import Any

import numpy as np
from django.db.models import Model
from numpy.typing import NDArray

from grilse.bulk.table import Table
from grilse.environment.models import DailyEnvironment, Reading
from grilse.farm.models import Container
from grilse.generator.load.shards import (
    Columns,
    ReferenceColumn,
    RowKeys,
    ShardSink,
    ShardTask,
    Values,
    count_rows,
    refer_to_first,
)
from grilse.generator.observation.batch_records import LOOK_AHEAD, observe_batch
from grilse.generator.observation.records import Records
from grilse.generator.schedule.plan import BatchPlan
from grilse.generator.schedule.run import GeneratorRun, meals_file, truth_file
from grilse.generator.truth.batch_truth import BatchTruth
from grilse.generator.truth.simulation import simulate_truth
from grilse.health.models import HealthSample, HealthScore, LiceCount, Treatment
from grilse.planning.models import PlannedStage
from grilse.science.days import EPOCH, to_epoch_day
from grilse.stock.models import Batch, HarvestGrade, Movement, Placement, Species, TransferOrder, WeightSample

KIND = "batch"
# Tables to which other rows of the shard refer, by the name of the reference, with their natural keys.
REFERENCED_TABLES = {
    "placement": (Placement, ("name",)),
    "order": (TransferOrder, ("number",)),
    "sample": (HealthSample, ("placement", "date")),
}
# Tables of records, each of one day.
DATED_TABLES = (Movement, WeightSample, HarvestGrade, Reading, DailyEnvironment, LiceCount, Treatment, HealthScore)
# Columns that refer to rows, with the name of the reference.
REFERENCES = {name: name for name in ("container", "stage", "placement", "order", "sample")}
REFERENCES |= {"source": "placement", "target": "placement"}


def load_batch(task: ShardTask) -> dict[str, int]:
    """Make one batch and return the number of written rows by table."""
    batch = task.run.find_batch(task.key)
    truth, records = simulate_and_observe(task.run, batch)
    save_truth_files(task.run, truth, records)
    if task.loaded:
        return {}
    with task.target.open_shard(task.run.key, KIND, task.key, get_last_day(task.run, truth)) as sink:
        write_batch(sink, task.run, batch, truth, records)
    return sink.rows


def get_last_day(run: GeneratorRun, truth: BatchTruth) -> date | None:
    """Return the last day of a batch's records, None if all its fish are harvested."""
    return None if is_finished(truth) else run.plan.until


def is_finished(truth: BatchTruth) -> bool:
    """Return whether no container holds fish any more."""
    return bool((truth.stop_day >= 0).all())


def simulate_and_observe(
    run: GeneratorRun, batch: BatchPlan, truth: BatchTruth | None = None, after: date = EPOCH
) -> tuple[BatchTruth, Records]:
    """Return the truth of a batch and the records of it, from a truth that goes on after the run or a new one.

    The records hold no readings of placements that end by the day `after`.
    """
    truth = truth or simulate_truth(run.world, batch, run.plan.until + timedelta(days=LOOK_AHEAD), run.seed, run.plan)
    records = observe_batch(
        run.world,
        batch,
        truth,
        run.plan.until,
        run.seed,
        readings_per_day=run.readings_per_day,
        catch_bias=log1p(run.catch_bias),
        after=after,
    )
    return truth.cut_after(run.plan.until), records


def save_truth_files(run: GeneratorRun, truth: BatchTruth, records: Records) -> None:
    """Save the hidden truth, and the meals for the shards of the feed stores."""
    truth_path, meals_path = truth_file(run.key, truth.number), meals_file(run.key, truth.number)
    meals_path.parent.mkdir(parents=True, exist_ok=True)
    truth.save_file(truth_path)
    part_path = meals_path.with_name(f".{meals_path.name}.part")
    with part_path.open("wb") as file:
        placements = records.placements
        placement_columns = {"names": placements["name"], "containers": placements["container"]}
        np.savez(file, allow_pickle=False, **placement_columns, **records.meals)
    part_path.replace(meals_path)


def write_batch(sink: ShardSink, run: GeneratorRun, batch: BatchPlan, truth: BatchTruth, records: Records) -> None:
    """Write every table of the batch."""
    placements = records.tables["stock_placement"]
    keys = {
        "batch": _write_batch_row(sink, run, batch, closed=is_finished(truth)),
        "stage": sink.find_stage_keys(run.world.species),
        "container": sink.find_keys(Container, placements["container"].tolist()),
    }
    # Every reference to a container is a position in the placements.
    own = {**placements, "container": np.arange(len(placements["name"]))}
    tables = {**records.tables, "stock_placement": own}
    for reference, (model, names) in REFERENCED_TABLES.items():
        columns = build_references(model, tables[model._meta.db_table], keys)
        keys[reference] = sink.write_with_keys(model, columns, names)
    for plain in (*DATED_TABLES, PlannedStage):
        sink.write(plain, build_references(plain, tables[plain._meta.db_table], keys))


def build_references(model: type[Model], columns: Mapping[str, NDArray[Any]], keys: Mapping[str, RowKeys]) -> Columns:
    """Return the columns; positions in the tables of the shard become references."""
    resolved: dict[str, Values] = dict(columns)
    for name, values in columns.items():
        if name in REFERENCES:
            # The order of a stage begins with 1.
            resolved[name] = ReferenceColumn(keys[REFERENCES[name]], values - 1 if name == "stage" else values)
    if any(column.name == "batch_id" for column in Table.from_model(model).columns):
        resolved["batch"] = refer_to_first(keys["batch"], count_rows(columns))
    return resolved


def _write_batch_row(sink: ShardSink, run: GeneratorRun, batch: BatchPlan, *, closed: bool) -> RowKeys:
    columns: Columns = {
        "number": np.array([batch.number]),
        "species": refer_to_first(sink.find_keys(Species, [run.world.species]), 1),
        "start_date": np.array([to_epoch_day(batch.start)]),
        "status": np.array(["closed" if closed else "active"]),
    }
    return sink.write_with_keys(Batch, columns, ("number",))
