"""A history into a folder of Parquet files: the shards of the database's load, without a database."""

import time
from dataclasses import dataclass
from pathlib import Path

from grilse.django_setup import connect_without_database
from grilse.generator.load.parquet_sink import ParquetTarget
from grilse.generator.load.phases import OpenProgress, ShardRunner
from grilse.generator.load.reference_rows import write_reference_rows
from grilse.generator.load.world_shard import KIND as WORLD
from grilse.generator.load.world_shard import write_places
from grilse.generator.schedule.run import GeneratorRun


@dataclass(frozen=True, kw_only=True, slots=True)
class ParquetLoadResult:
    """What a run left in a folder."""

    folder: Path
    batches: int
    rows: dict[str, int]
    seconds: float


def write_history(
    run: GeneratorRun, folder: Path, *, workers: int, address: str = "", watch: OpenProgress
) -> ParquetLoadResult:
    """Bring a run into a folder, or go on where an interrupted one stopped."""
    started = time.monotonic()
    target = ParquetTarget(folder.absolute())
    with target.hold_for_run(run):
        done = target.read_finished_shards()
        if (WORLD, run.world.name) not in done:
            with target.open_shard(run.key, WORLD, run.world.name) as sink:
                write_reference_rows(sink, run.world.species)
                write_places(sink, run)
        ShardRunner(workers=workers, address=address, watch=watch, prepare=connect_without_database).make_shards(
            run, target, done
        )
        rows = target.count_loaded_rows()
    return ParquetLoadResult(
        folder=target.path, batches=len(run.plan.batches), rows=rows, seconds=time.monotonic() - started
    )
