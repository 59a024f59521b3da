"""A history into a folder of Parquet files: the shards of the database's load, without a database."""

import time
from dataclasses import dataclass
from pathlib import Path

from grilse.connect import without_database
from grilse.generator.parquet import Folder
from grilse.generator.phases import Phases, Watch
from grilse.generator.places import KIND as WORLD
from grilse.generator.places import write_places
from grilse.generator.reference_rows import write_reference_rows
from grilse.generator.run import Run


@dataclass(frozen=True, kw_only=True, slots=True)
class Written:
    """What a run left in a folder."""

    folder: Path
    batches: int
    rows: dict[str, int]
    seconds: float


def generate(run: Run, folder: Path, *, workers: int, address: str = "", watch: Watch) -> Written:
    """Bring a run into a folder, or go on where an interrupted one stopped."""
    begun = time.monotonic()
    target = Folder(folder.absolute())
    with target.holding(run):
        done = target.finished()
        if (WORLD, run.world.name) not in done:
            with target.shard(run.key, WORLD, run.world.name) as sink:
                write_reference_rows(sink, run.world.species)
                write_places(sink, run)
        Phases(workers=workers, address=address, watch=watch, prepare=without_database).make(
            run, target, done
        )
        rows = target.counted()
    return Written(
        folder=target.path, batches=len(run.plan.batches), rows=rows, seconds=time.monotonic() - begun
    )
