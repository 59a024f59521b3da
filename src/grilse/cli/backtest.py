"""`grilse backtest`: compares estimates and forecasts with the truth of a generated history, or with real pens."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from textwrap import fill
from typing import TYPE_CHECKING, Annotated, Any

import typer

from grilse.cli.options import Company, Engine, Json, Workers, count_cores, open_connection
from grilse.cli.output import build_table, print_result, render_tables, show_progress
from grilse.errors import GrilseError

if TYPE_CHECKING:
    from rich.table import Table

app = typer.Typer()
HEADING_WIDTH = 9  # characters of a line
STAGES = {2: "Fry", 3: "Parr", 4: "Smolt", 5: "Post-smolt", 6: "Adult"}
Facts = dict[str, Any]


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

            options: dict[str, Any] = {"workers": workers or count_cores(), "address": engine, "watch": show_progress}
            totals = compare_with_truth(connection, company, batches, learn=learn, **options)
            if plot:
                draw_calibration(totals, plot)
            facts = build_backtest_report(totals)
        else:
            from grilse.exchange.backtest import backtest_package

            facts = backtest_package(connection, package, learn=learn, watch=show_progress)

    print_result(facts, lambda: format_backtest(facts), as_json)


def format_backtest(facts: Facts) -> str:
    """Return tables of forecasts and of states, and sentences with the other results."""
    parts: list[Table | str] = [_build_forecast_table(facts["forecast"])]
    if "state" in facts:
        state = facts["state"]
        parts += [_build_stage_table(state["by_stage"]), _build_year_table(state["by_year"]), _build_pen_table(state)]
        parts += _iter_sentences(facts)
    return render_tables(*parts)


def format_percent(share: float | None, sign: str = "") -> str:
    """Return a share in percent, or a dash for None."""
    return "–" if share is None else f"{100 * share:{sign}.1f}"


def _build_table(title: str, *columns: str) -> Table:
    return build_table(title, *(column if "\n" in column else fill(column, HEADING_WIDTH) for column in columns))


def _build_forecast_table(forecasts: list[Facts]) -> Table:
    names = list(forecasts[0]["baselines"])
    table = _build_table(
        "Mean weight ahead: mean absolute error, %", *("Days", "Forecasts", "Grilse", "Bias", "90 % holds", *names)
    )
    for forecast in forecasts:
        baseline_cells = (format_percent(forecast["baselines"].get(name)) for name in names)
        own_cells = (
            format_percent(forecast["mape"]),
            format_percent(forecast["bias"], "+"),
            format_percent(forecast["coverage90"]),
        )
        table.add_row(str(forecast["days"]), f"{forecast['n']:,}", *own_cells, *baseline_cells)
    return table


def _build_stage_table(stages: list[Facts]) -> Table:
    names = list(stages[0]["baselines"]) if stages else []
    table = _build_table(
        "Mean weight as known on the day, by stage, %",
        *("Stage", "Days", "Grilse", "Bias", *names),
        *("90 % holds\nweight", "\ncount", "\nbiomass"),
    )
    for stage in stages:
        table.add_row(
            STAGES.get(stage["stage"], str(stage["stage"])),
            f"{stage['days']:,}",
            format_percent(stage["weight_mae"]),
            format_percent(stage["weight_bias"], "+"),
            *(format_percent(stage["baselines"][name]) for name in names),
            *map(format_percent, stage["coverage90"].values()),
        )
    return table


def _build_year_table(years: list[Facts]) -> Table:
    table = _build_table("Truths inside the 90 % interval, by year, %", "Year", "Days", "Weight", "Count", "Biomass")
    for year in years:
        table.add_row(str(year["year"]), f"{year['days']:,}", *map(format_percent, year["coverage90"].values()))
    return table


def _build_pen_table(state: Facts) -> Table:
    table = _build_table(
        "Biomass of pens in the week before their first harvest, the harvest not yet known, %",
        *("Pens", "Grilse", "Outside ± 5 %", "Bias", "its SE", *state["baselines"]),
    )
    table.add_row(
        f"{state['pens']:,}",
        format_percent(state["biomass_mae"]),
        format_percent(state["outside_5pct"]),
        format_percent(state["bias"], "+"),
        format_percent(state["bias_se"]),
        *map(format_percent, state["baselines"].values()),
    )
    return table


def _iter_sentences(facts: Facts) -> Iterator[str]:
    hindsight, alarm, calibration = facts["hindsight"], facts["alarm"], facts["calibration"]
    first, last = hindsight["days_at_sea"]
    weight, biomass = hindsight["weight_from_weights"], hindsight["biomass_with_harvest"]
    yield (
        f"Hindsight on days {first} to {last} at sea: weight from weights alone is"
        f" {format_percent(weight['better'])} % nearer ({format_percent(weight['known'])} to"
        f" {format_percent(weight['hindsight'])} %), biomass once the harvest is in"
        f" {format_percent(biomass['better'])} %"
        f" ({format_percent(biomass['known'])} to {format_percent(biomass['hindsight'])} %)."
    )
    if alarm["losses"]:
        days = "–" if alarm["median_days"] is None else f"{alarm['median_days']:.0f}"
        yield (
            f"Alarm: of {alarm['losses']} losses of growth to disease {format_percent(alarm['noticed'])} % were"
            f" noticed, half of these within {days} days; {alarm['false_per_pen_year']:.2f} false alarms a"
            " pen and year."
        )
    before, after = calibration["before"], calibration["after"]
    if calibration["from"] is None:
        yield f"Fewer than {calibration['harvested_batches']} batches are harvested."
    else:
        yield (
            f"Bias of pen biomass until {calibration['harvested_batches']} batches were harvested"
            f" ({calibration['from']}) {format_percent(before['bias'], '+')} %, from then on"
            f" {format_percent(after['bias'], '+')} %."
        )
