"""`grilse backtest`: how near estimates and forecasts come, on the generated history or on real pens."""

import os
from pathlib import Path
from typing import Annotated

import typer

from grilse.cli.output import Json, print_result, show_progress
from grilse.errors import GrilseError

app = typer.Typer()


@app.command("backtest")
def run_backtest(
    package: Annotated[
        Path | None, typer.Option(help="A farm package of real pens; without it the generated history and its truth.")
    ] = None,
    company: Annotated[str | None, typer.Option(help="The company, if the database has several.")] = None,
    batches: Annotated[
        int | None, typer.Option(min=1, help="So many batches, spread over the history. Default: all.")
    ] = None,
    plot: Annotated[
        Path | None, typer.Option(help="Draw how often intervals hold the truth into this picture.")
    ] = None,
    learn: Annotated[
        bool, typer.Option("--learn/--no-learn", help="Use what had been harvested before each day.")
    ] = True,
    workers: Annotated[int | None, typer.Option(min=1, help="Processes; default: one a core.")] = None,
    engine: Annotated[str, typer.Option(help="tcp://host:port of a Dask scheduler.")] = "",
    as_json: Json = False,
) -> None:
    """Hold estimates and forecasts against what was true, beside simpler ways; writes nothing."""
    if package is not None and (plot or batches or company):
        raise GrilseError("--plot, --batches and --company are for the generated history, not for a package")
    import psycopg

    from grilse.project.schema import open_database

    open_database()
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        if package is None:
            from grilse.cli.generate import count_cores
            from grilse.generator.backtest.calibration_plot import draw_calibration
            from grilse.generator.backtest.report import build_backtest_report
            from grilse.generator.backtest.runner import compare_with_truth

            totals = compare_with_truth(
                connection,
                company,
                batches,
                learn=learn,
                workers=workers or count_cores(),
                address=engine,
                watch=show_progress,
            )
            if plot:
                draw_calibration(totals, plot)
            facts = build_backtest_report(totals)
        else:
            from grilse.exchange.backtest import backtest_package

            facts = backtest_package(connection, package, learn=learn, watch=show_progress)
    if as_json:
        print_result(facts, "", as_json)
        return
    from grilse.cli.backtest_tables import format_backtest

    print_result(facts, format_backtest(facts), as_json)
