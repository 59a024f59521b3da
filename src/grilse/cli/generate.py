"""`grilse generate`, `grilse advance`, `grilse truth`: generates a history, appends days, prints its hidden truth."""

import sys
from dataclasses import asdict
from datetime import datetime
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from grilse.cli.options import Company, Engine, Json, Workers, count_cores, open_database
from grilse.cli.output import print_note, print_result, show_progress
from grilse.errors import GrilseError

if TYPE_CHECKING:
    from grilse.generator.advance.run import AdvanceResult
    from grilse.generator.database_load import DatabaseLoadResult
    from grilse.generator.parquet_load import ParquetLoadResult

app = typer.Typer()


class OutputTarget(Enum):
    """The destination of a history."""

    POSTGRES = "postgres"
    PARQUET = "parquet"


@app.command("generate")
def generate_history(
    plan: Annotated[Path, typer.Argument(help="A plan of `grilse plan`.")],
    folder: Annotated[
        Path | None, typer.Argument(help="Folder for `--to parquet`: new, empty or of the same run.")
    ] = None,
    to: Annotated[
        OutputTarget, typer.Option(help="The database, or Parquet files without a database: `--to parquet FOLDER`.")
    ] = OutputTarget.POSTGRES,
    seed: Annotated[int, typer.Option(help="Seed of the history; the same seed writes the same history.")] = 1,
    workers: Workers = None,
    until: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d"],
            help="Last day of the history, with new batches after the end of the plan. Default: that of the plan.",
        ),
    ] = None,
    world: Annotated[Path | None, typer.Option(help="File of the world. Default: the packaged world.")] = None,
    readings_per_day: Annotated[int, typer.Option(min=1, max=96, help="Readings of each sensor per day.")] = 6,
    catch_bias: Annotated[
        float, typer.Option(help="Relative error of all weight samples; 0.02 is 2 % too heavy.")
    ] = 0.0,
    engine: Engine = "",
    as_json: Json = False,
) -> None:
    """Write the history of a plan to the database or a folder; a second run continues an interrupted one."""
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
    if until is not None:
        run = run.extend(until.date())
    options: dict[str, Any] = {"workers": workers or count_cores(), "address": engine, "watch": show_progress}
    summary: DatabaseLoadResult | ParquetLoadResult
    if folder is None:
        open_database()
        from grilse.generator.database_load import load_history

        summary = load_history(run, **options)
        outcome = f"; fingerprint {summary.fingerprint}"
    else:
        from grilse.django_setup import connect_without_database

        connect_without_database()
        from grilse.generator.parquet_load import write_history

        summary = write_history(run, folder, **options)
        outcome = f", in {summary.folder}"
    rows = sum(summary.rows.values())
    text = f"{summary.batches} batches, {rows:,} rows in {summary.seconds:.1f} s{outcome}"
    print_result(asdict(summary), text, as_json)


@app.command("advance")
def advance_generated_history(
    until: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Last day of the history. Default: yesterday.")
    ] = None,
    company: Company = None,
    workers: Workers = None,
    engine: Engine = "",
    as_json: Json = False,
) -> None:
    """Append the days since its end to a generated history; what people have entered since stays."""
    open_database()
    from grilse.generator.advance.run import advance_history

    result = advance_history(
        company,
        None if until is None else until.date(),
        workers=workers or count_cores(),
        address=engine,
        watch=show_progress,
    )
    for refusal in result.left:
        print_note(f"not continued: {refusal}")
    print_result(asdict(result), _describe_advance(result), as_json)


def _describe_advance(result: "AdvanceResult") -> str:
    days = (result.until - result.after).days
    if not days:
        return f"{result.company} has all days until {result.until} already"
    rows, plural = sum(result.rows.values()), "" if days == 1 else "s"
    states = f", {result.states:,} daily states" if result.states else ""
    return (
        f"{result.company}: {days} day{plural} until {result.until}, {rows:,} rows of {result.batches} batches{states}"
        f" in {result.seconds:.1f} s"
    )


@app.command("truth")
def print_truth(batch: Annotated[str, typer.Option(help="Number of a generated batch.")]) -> None:
    """Print the hidden truth of a generated batch as CSV."""
    open_database()
    from grilse.generator.truth.truth_export import iter_truth_lines

    for row in iter_truth_lines(batch):
        sys.stdout.write(row + "\n")
