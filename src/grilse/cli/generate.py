"""`grilse generate`, `grilse truth`: write a history, and look at what it hides."""

import sys
from dataclasses import asdict
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from grilse.cli.output import Json, progress, report
from grilse.errors import GrilseError

if TYPE_CHECKING:
    from grilse.generator.run import Run

app = typer.Typer()

Seed = Annotated[int, typer.Option(help="The history's seed: the same seed writes the same history.")]
Workers = Annotated[int | None, typer.Option(min=1, help="Processes; default: one a core.")]


class Sink(Enum):
    """What a history is written into."""

    POSTGRES = "postgres"
    PARQUET = "parquet"


@app.command("generate")
def generate(
    plan: Annotated[Path, typer.Argument(help="A plan written by `grilse plan`.")],
    folder: Annotated[
        Path | None, typer.Argument(help="The folder of `--to parquet`; new, empty or of the same run.")
    ] = None,
    to: Annotated[
        Sink,
        typer.Option(help="The database, or Parquet files: `--to parquet FOLDER`, which needs no database."),
    ] = Sink.POSTGRES,
    seed: Seed = 1,
    workers: Workers = None,
    world: Annotated[Path | None, typer.Option(help="The world's file, if not the packaged one.")] = None,
    readings_per_day: Annotated[
        int, typer.Option(min=1, max=96, help="Times a day that each sensor is read.")
    ] = 6,
    catch_bias: Annotated[
        float, typer.Option(help="Share by which every weight sample is off; 0.02 is 2 % too heavy.")
    ] = 0.0,
    engine: Annotated[str, typer.Option(help="tcp://host:port of a Dask scheduler.")] = "",
    as_json: Json = False,
) -> None:
    """Write the history of a plan into the database or a folder; run again, it goes on where it stopped."""
    if (folder is None) is (to is Sink.PARQUET):
        raise GrilseError(
            "Parquet files go into a folder, and only they: grilse generate PLAN --to parquet FOLDER"
        )
    from grilse.generator.plan import read_plan
    from grilse.generator.run import Run
    from grilse.generator.world import load_world

    known = load_world(world)
    run = Run(
        world=known,
        plan=read_plan(plan, known),
        seed=seed,
        readings_per_day=readings_per_day,
        catch_bias=catch_bias,
    )
    if folder is None:
        _into_database(run, workers or cores(), engine, as_json)
    else:
        _into_folder(run, folder, workers or cores(), engine, as_json)


def _into_database(run: "Run", workers: int, engine: str, as_json: bool) -> None:
    from grilse.schema import open_database

    open_database()
    from grilse.generator.load import generate as load

    loaded = load(run, workers=workers, address=engine, watch=progress)
    rows = sum(loaded.rows.values())
    text = (
        f"{loaded.batches} batches, {rows:,} rows in {loaded.seconds:.1f} s; fingerprint {loaded.fingerprint}"
    )
    report(asdict(loaded), text, as_json)


def _into_folder(run: "Run", folder: Path, workers: int, engine: str, as_json: bool) -> None:
    from grilse.connect import without_database

    without_database()
    from grilse.generator.parquet_load import generate as write

    written = write(run, folder, workers=workers, address=engine, watch=progress)
    rows = sum(written.rows.values())
    text = f"{written.batches} batches, {rows:,} rows in {written.seconds:.1f} s, in {written.folder}"
    report(asdict(written), text, as_json)


@app.command("truth")
def truth(
    batch: Annotated[str, typer.Option(help="Number of a generated batch.")],
) -> None:
    """Print the hidden truth of a generated batch as CSV."""
    from grilse.schema import open_database

    open_database()
    from grilse.generator.hidden import rows_of_truth

    for row in rows_of_truth(batch):
        sys.stdout.write(row + "\n")


def cores() -> int:
    """Return the cores that this process may use."""
    import os

    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
