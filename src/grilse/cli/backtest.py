"""`grilse backtest`: compares estimates and forecasts with the truth of a generated history, or with real pens."""

from pathlib import Path
from typing import Annotated

import typer

from grilse.cli.options import Company, Engine, Json, Workers, count_cores, open_connection
from grilse.cli.output import print_result, show_progress
from grilse.errors import GrilseError

app = typer.Typer()


@app.command("backtest")
def run_backtest(
    package: Annotated[
        Path | None, typer.Option(help="A farm package of real pens. Default: the generated history and its truth.")
    ] = None,
    company: Company = None,
    batches: Annotated[
        int | None, typer.Option(min=1, help="Number of batches, spread over the history. Default: all.")
    ] = None,
    plot: Annotated[
        Path | None, typer.Option(help="File for a plot of how often the intervals contain the truth.")
    ] = None,
    learn: Annotated[
        bool, typer.Option("--learn/--no-learn", help="Use the growth learned from earlier harvests on each day.")
    ] = True,
    workers: Workers = None,
    engine: Engine = "",
    as_json: Json = False,
) -> None:
    """Compare estimates and forecasts with the truth and with simpler methods; writes nothing."""
    if package is not None and (plot or batches or company):
        raise GrilseError("--plot, --batches and --company are for the generated history, not for a package")
    with open_connection() as connection:
        if package is None:
            from grilse.generator.backtest.calibration_plot import draw_calibration
            from grilse.generator.backtest.report import build_backtest_report
            from grilse.generator.backtest.runner import compare_with_truth

            options = {"workers": workers or count_cores(), "address": engine, "watch": show_progress}
            totals = compare_with_truth(connection, company, batches, learn=learn, **options)
            if plot:
                draw_calibration(totals, plot)
            facts = build_backtest_report(totals)
        else:
            from grilse.exchange.backtest import backtest_package

            facts = backtest_package(connection, package, learn=learn, watch=show_progress)
    from grilse.cli.backtest_tables import format_backtest

    print_result(facts, lambda: format_backtest(facts), as_json)
