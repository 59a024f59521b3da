"""`grilse generate`, `grilse truth`: write a history, and look at what it hides."""

import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from grilse.cli.output import Json, progress, report

app = typer.Typer()

Seed = Annotated[int, typer.Option(help="The history's seed: the same seed writes the same history.")]
Workers = Annotated[int | None, typer.Option(min=1, help="Processes; default: one a core.")]


@app.command()
def generate(
    plan: Annotated[Path, typer.Argument(help="A plan written by `grilse plan`.")],
    seed: Seed = 1,
    workers: Workers = None,
    world: Annotated[Path | None, typer.Option(help="The world's file, if not the packaged one.")] = None,
    readings_per_day: Annotated[int, typer.Option(min=1, max=96)] = 6,
    catch_bias: Annotated[
        float, typer.Option(help="Share by which every weight sample is off; 0.02 is 2 % too heavy.")
    ] = 0.0,
    engine: Annotated[str, typer.Option(help="tcp://host:port of a Dask scheduler.")] = "",
    as_json: Json = False,
) -> None:
    """Write the history of a plan into the database; run again, it goes on where it stopped."""
    from grilse.generator.plan import read_plan
    from grilse.generator.run import Run
    from grilse.generator.world import load_world
    from grilse.schema import open_database

    known = load_world(world)
    run = Run(
        world=known,
        plan=read_plan(plan, known),
        seed=seed,
        readings_per_day=readings_per_day,
        catch_bias=catch_bias,
    )
    open_database()
    from grilse.generator.load import generate as load

    loaded = load(run, workers=workers or cores(), address=engine, watch=progress)
    rows = sum(loaded.rows.values())
    text = (
        f"{loaded.batches} batches, {rows:,} rows in {loaded.seconds:.1f} s; fingerprint {loaded.fingerprint}"
    )
    report(asdict(loaded), text, as_json)


@app.command()
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
