"""Writes a history to a folder of Parquet files, in the same shards as the load of a database."""

import time
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

import numpy as np

from grilse.bulk.table import Table
from grilse.generator.load.parquet_sink import ParquetTarget
from grilse.generator.load.phases import OpenProgress, ShardRunner
from grilse.generator.load.shards import ReferenceColumn, RowKeys, ShardSink, refer_to_first
from grilse.generator.load.world_shard import KIND as WORLD
from grilse.generator.load.world_shard import convert_columns, write_places
from grilse.generator.schedule.run import GeneratorRun
from grilse.health.models import MortalityCause
from grilse.project.django_setup import connect_without_database
from grilse.stock.models import Species, Stage


@dataclass(frozen=True, kw_only=True, slots=True)
class ParquetLoadResult:
    """The figures of a history in a folder."""

    folder: Path
    batches: int
    rows: dict[str, int]
    seconds: float


def write_history(
    run: GeneratorRun, folder: Path, *, workers: int, address: str = "", watch: OpenProgress
) -> ParquetLoadResult:
    """Write a run to a folder; a run that was interrupted continues where it stopped."""
    started = time.monotonic()
    target = ParquetTarget(folder.absolute())
    with target.hold_for_run(run):
        done = target.read_finished_shards()
        if (WORLD, run.world.name) not in done:
            with target.open_shard(run.key, WORLD, run.world.name) as sink:
                _write_reference_rows(sink, run.world.species)
                write_places(sink, run)
        runner = ShardRunner(workers=workers, address=address, watch=watch, prepare=connect_without_database)
        runner.make_shards(run, target, done)
        rows = target.count_loaded_rows()
    return ParquetLoadResult(
        folder=target.path, batches=len(run.plan.batches), rows=rows, seconds=time.monotonic() - started
    )


def _write_reference_rows(sink: ShardSink, species: str) -> None:
    """Write the rows that a database has from its migrations: the species, its stages and the causes of death."""
    species_keys = sink.write_with_keys(Species, {"name": np.array([species])}, ("name",))
    stages = import_module("grilse.stock.migrations.0003_atlantic_salmon").STAGES
    names = ("order", "name", "min_weight_g", "max_weight_g", "water")
    columns = convert_columns(Stage, dict(zip(names, zip(*stages, strict=True), strict=True)))
    sink.write(Stage, {"species": refer_to_first(species_keys, len(stages)), **columns})
    codes, names, above = zip(*import_module("grilse.health.migrations.0002_rules").CAUSES, strict=True)
    place = {code: position for position, code in enumerate(codes)}
    keys = RowKeys(Table.from_model(MortalityCause), {"code": np.array(codes)})
    parent = ReferenceColumn(keys, np.array([place.get(code, -1) for code in above]))
    sink.write(MortalityCause, {**convert_columns(MortalityCause, {"code": codes, "name": names}), "parent": parent})
