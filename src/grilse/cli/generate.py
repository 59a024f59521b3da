"""`grilse generate`, `grilse truth`: write a history, and look at what it hides."""

import sys
from dataclasses import asdict
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from grilse.cli.output import Json, print_result, show_progress
from grilse.errors import GrilseError

if TYPE_CHECKING:
    from grilse.generator.schedule.run import GeneratorRun

app = typer.Typer()

Seed = Annotated[int, typer.Option(help="The history's seed: the same seed writes the same history.")]
Workers = Annotated[int | None, typer.Option(min=1, help="Processes; default: one a core.")]


class OutputTarget(Enum):
    """What a history is written into."""

    POSTGRES = "postgres"
    PARQUET = "parquet"


@app.command("generate")
def generate_history(
    plan: Annotated[Path, typer.Argument(help="A plan written by `grilse plan`.")],
    folder: Annotated[
        Path | None, typer.Argument(help="The folder of `--to parquet`; new, empty or of the same run.")
    ] = None,
    to: Annotated[
        OutputTarget,
        typer.Option(help="The database, or Parquet files: `--to parquet FOLDER`, which needs no database."),
    ] = OutputTarget.POSTGRES,
    seed: Seed = 1,
    workers: Workers = None,
    world: Annotated[Path | None, typer.Option(help="The world's file, if not the packaged one.")] = None,
    readings_per_day: Annotated[int, typer.Option(min=1, max=96, help="Times a day that each sensor is read.")] = 6,
    catch_bias: Annotated[
        float, typer.Option(help="Share by which every weight sample is off; 0.02 is 2 % too heavy.")
    ] = 0.0,
    engine: Annotated[str, typer.Option(help="tcp://host:port of a Dask scheduler.")] = "",
    as_json: Json = False,
) -> None:
    """Write the history of a plan into the database or a folder; run again, it goes on where it stopped."""
    if (folder is None) is (to is OutputTarget.PARQUET):
        raise GrilseError("Parquet files go into a folder, and only they: grilse generate PLAN --to parquet FOLDER")
    from grilse.generator.schedule.plan_file import read_plan
    from grilse.generator.schedule.run import GeneratorRun
    from grilse.generator.world.world import load_world

    loaded_world = load_world(world)
    run = GeneratorRun(
        world=loaded_world,
        plan=read_plan(plan, loaded_world),
        seed=seed,
        readings_per_day=readings_per_day,
        catch_bias=catch_bias,
    )
    if folder is None:
        _load_into_database(run, workers or count_cores(), engine, as_json)
    else:
        _write_to_folder(run, folder, workers or count_cores(), engine, as_json)


def _load_into_database(run: "GeneratorRun", workers: int, engine: str, as_json: bool) -> None:
    from grilse.project.schema import open_database

    open_database()
    from grilse.generator.load.database_load import load_history as load

    summary = load(run, workers=workers, address=engine, watch=show_progress)
    rows = sum(summary.rows.values())
    text = f"{summary.batches} batches, {rows:,} rows in {summary.seconds:.1f} s; fingerprint {summary.fingerprint}"
    print_result(asdict(summary), text, as_json)


def _write_to_folder(run: "GeneratorRun", folder: Path, workers: int, engine: str, as_json: bool) -> None:
    from grilse.django_setup import connect_without_database

    connect_without_database()
    from grilse.generator.load.parquet_load import write_history as write

    summary = write(run, folder, workers=workers, address=engine, watch=show_progress)
    rows = sum(summary.rows.values())
    text = f"{summary.batches} batches, {rows:,} rows in {summary.seconds:.1f} s, in {summary.folder}"
    print_result(asdict(summary), text, as_json)


@app.command("truth")
def print_truth(batch: Annotated[str, typer.Option(help="Number of a generated batch.")]) -> None:
    """Print the hidden truth of a generated batch as CSV."""
    from grilse.project.schema import open_database

    open_database()
    from grilse.generator.truth.truth_export import iter_truth_lines

    for row in iter_truth_lines(batch):
        sys.stdout.write(row + "\n")


def count_cores() -> int:
    """Return the cores that this process may use."""
    import os

    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
