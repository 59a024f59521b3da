"""What `grilse backtest` prints for people."""

import shutil
from collections.abc import Iterator
from io import StringIO
from textwrap import fill
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

HEADING = 9  # signs wide, then the next line
NARROWEST = 100  # columns of text, for tables that nothing cuts
STAGES = {2: "Fry", 3: "Parr", 4: "Smolt", 5: "Post-smolt", 6: "Adult"}

Facts = dict[str, Any]


def describe(facts: Facts) -> str:
    """Tables of forecasts and of states, then what else was found, in sentences."""
    text = StringIO()
    console = Console(file=text, width=max(NARROWEST, shutil.get_terminal_size().columns), highlight=False)
    console.print(_forecasts(facts["forecast"]))
    if "state" in facts:
        state = facts["state"]
        console.print(_stages(state["by_stage"]))
        console.print(_years(state["by_year"]))
        console.print(_pens(state))
        for line in _sentences(facts):
            console.print(line, markup=False, soft_wrap=True)
    return text.getvalue().rstrip("\n")


def percent(share: float | None, sign: str = "") -> str:
    """A share in percent, a dash where there is none."""
    return "–" if share is None else f"{100 * share:{sign}.1f}"


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left", box=SIMPLE_HEAD)
    for column in columns:
        heading = column if "\n" in column else fill(column, HEADING)
        table.add_column(heading, justify="right", no_wrap=True)
    return table


def _forecasts(forecasts: list[Facts]) -> Table:
    names = list(forecasts[0]["baselines"])
    table = _table(
        "Mean weight ahead: mean absolute error, %",
        *("Days", "Forecasts", "Grilse", "Bias", "90 % holds", *names),
    )
    for one in forecasts:
        others = (percent(one["baselines"].get(name)) for name in names)
        own = (percent(one["mape"]), percent(one["bias"], "+"), percent(one["coverage90"]))
        table.add_row(str(one["days"]), f"{one['n']:,}", *own, *others)
    return table


def _stages(stages: list[Facts]) -> Table:
    names = list(stages[0]["baselines"]) if stages else []
    table = _table(
        "Mean weight as known on the day, by stage, %",
        *("Stage", "Days", "Grilse", "Bias", *names),
        *("90 % holds\nweight", "\ncount", "\nbiomass"),
    )
    for one in stages:
        table.add_row(
            STAGES.get(one["stage"], str(one["stage"])),
            f"{one['days']:,}",
            percent(one["weight_mae"]),
            percent(one["weight_bias"], "+"),
            *(percent(one["baselines"][name]) for name in names),
            *map(percent, one["coverage90"].values()),
        )
    return table


def _years(years: list[Facts]) -> Table:
    table = _table(
        "Truths inside the 90 % interval, by year, %", "Year", "Days", "Weight", "Count", "Biomass"
    )
    for one in years:
        table.add_row(str(one["year"]), f"{one['days']:,}", *map(percent, one["coverage90"].values()))
    return table


def _pens(state: Facts) -> Table:
    table = _table(
        "Biomass of pens in the week before their first harvest, the harvest not yet known, %",
        *("Pens", "Grilse", "Outside ± 5 %", "Bias", "its SE", *state["baselines"]),
    )
    table.add_row(
        f"{state['pens']:,}",
        percent(state["biomass_mae"]),
        percent(state["outside_5pct"]),
        percent(state["bias"], "+"),
        percent(state["bias_se"]),
        *map(percent, state["baselines"].values()),
    )
    return table


def _sentences(facts: Facts) -> Iterator[str]:
    hindsight, alarm, calibration = facts["hindsight"], facts["alarm"], facts["calibration"]
    first, last = hindsight["days_at_sea"]
    weight, biomass = hindsight["weight_from_weights"], hindsight["biomass_with_harvest"]
    yield (
        f"Hindsight on days {first} to {last} at sea: weight from weights alone is"
        f" {percent(weight['better'])} % nearer ({percent(weight['known'])} to"
        f" {percent(weight['hindsight'])} %), biomass once the harvest is in {percent(biomass['better'])} %"
        f" ({percent(biomass['known'])} to {percent(biomass['hindsight'])} %)."
    )
    if alarm["losses"]:
        days = "–" if alarm["median_days"] is None else f"{alarm['median_days']:.0f}"
        yield (
            f"Alarm: of {alarm['losses']} losses of growth to disease {percent(alarm['noticed'])} % were"
            f" noticed, half of these within {days} days; {alarm['false_per_pen_year']:.2f} false alarms a"
            " pen and year."
        )
    before, after = calibration["before"], calibration["after"]
    if calibration["from"] is None:
        yield f"Fewer than {calibration['harvested_batches']} batches are harvested."
    else:
        yield (
            f"Bias of pen biomass until {calibration['harvested_batches']} batches were harvested"
            f" ({calibration['from']}) {percent(before['bias'], '+')} %, from then on"
            f" {percent(after['bias'], '+')} %."
        )
