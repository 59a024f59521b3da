"""What `grilse backtest` says of the history in the database, and of packages of real pens, as a report.

Run it as: python benchmarks/estimator.py [PACKAGE...]
It rewrites benchmarks/estimator.md and docs/images/calibration.png.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

REPORT = Path(__file__).with_suffix(".md")
PLOT = Path(__file__).parents[1] / "docs" / "images" / "calibration.png"
GRILSE = Path(sys.executable).with_name("grilse")
STAGES = {2: "Fry", 3: "Parr", 4: "Smolt", 5: "Post-Smolt", 6: "Adult"}

Facts = dict[str, Any]


def main() -> None:
    """Back-test the history and the packages, and write the report."""
    lines = list(of_history(backtest("--plot", PLOT)))
    for folder in sys.argv[1:]:
        lines += of_package(backtest("--package", folder))
    REPORT.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(REPORT.read_text(encoding="utf-8"))


def backtest(*options: object) -> Facts:
    """Run the command."""
    command = [str(GRILSE), "backtest", "--json", *map(str, options)]
    facts: Facts = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
    return facts


def of_history(facts: Facts) -> Iterator[str]:
    """Yield the report of the generated history."""
    state, hindsight, alarm = facts["state"], facts["hindsight"], facts["alarm"]
    yield "# The estimator compared with the truth"
    yield ""
    yield f"{facts['batches']} generated batches, without their harvests; in percent. Made by `python"
    yield "benchmarks/estimator.py`; [meaning of the figures](../docs/reference/commands.md)."
    yield ""
    yield from table(
        ["biomass of pens before harvest", "error", "outside ± 5 %", "bias", *state["baselines"]],
        [
            [
                f"{state['pens']:,} pens",
                percent(state["biomass_mae"]),
                percent(state["outside_5pct"]),
                f"{percent(state['bias'], '+')} (SE {percent(state['bias_se'])})",
                *map(percent, state["baselines"].values()),
            ]
        ],
    )
    yield from forecasts(facts)
    yield from table(
        ["90 % interval holds", "days", "weight", "count", "biomass"],
        [
            ["all days", "", *map(percent, state["coverage90"].values())],
            ["in hindsight", "", *map(percent, state["hindsight_coverage90"].values())],
            *(covered(STAGES.get(one["stage"], ""), one) for one in state["by_stage"]),
            *(covered(str(one["year"]), one) for one in state["by_year"]),
        ],
    )
    yield "![Truths inside central intervals of 10 to 99 %](../docs/images/calibration.png)"
    yield ""
    yield from table(
        ["mean weight as known on the day", "error", "bias", *state["baselines"]],
        [
            [
                STAGES.get(one["stage"], ""),
                percent(one["weight_mae"]),
                percent(one["weight_bias"], "+"),
                *map(percent, one["baselines"].values()),
            ]
            for one in state["by_stage"]
        ],
    )
    yield from table(
        ["days 120 to 240 at sea", "as known", "in hindsight", "better"],
        [
            [name, *(percent(hindsight[key][part]) for part in ("known", "hindsight", "better"))]
            for name, key in (
                ("weight from weights alone", "weight_from_weights"),
                ("weight from weights and feed", "weight_from_weights_and_feed"),
                ("biomass with harvest", "biomass_with_harvest"),
                ("biomass with harvest, against weights alone", "biomass_with_harvest_over_weights_alone"),
            )
        ],
    )
    yield (
        f"Alarm: {percent(alarm['noticed'])} % of {alarm['losses']} losses of growth detected, half of these"
        f" within {alarm['median_days'] or 0:.0f} days; {alarm['false_per_pen_year'] or 0:.2f} false alarms per"
        " pen and year."
    )


def of_package(facts: Facts) -> Iterator[str]:
    """Yield the report of real pens."""
    yield ""
    yield f"## {facts['package']}: {facts['placements']} real pens"
    yield ""
    yield from forecasts(facts)


def forecasts(facts: Facts) -> Iterator[str]:
    """Yield the table of forecasts."""
    names = list(facts["forecast"][0]["baselines"])
    yield from table(
        ["mean weight ahead", "forecasts", "error", "bias", "90 % holds", *names],
        [
            [
                f"{one['days']} days",
                f"{one['n']:,}",
                percent(one["mape"]),
                percent(one["bias"], "+"),
                percent(one["coverage90"]),
                *(percent(one["baselines"].get(name)) for name in names),
            ]
            for one in facts["forecast"]
        ],
    )


def covered(name: str, one: Facts) -> list[str]:
    """Return a row of coverages."""
    return [name, f"{one['days']:,}", *map(percent, one["coverage90"].values())]


def table(heads: list[str], rows: list[list[str]]) -> Iterator[str]:
    """Yield a Markdown table."""
    yield f"| {' | '.join(heads)} |"
    yield f"|{'---|' * len(heads)}"
    for row in rows:
        yield f"| {' | '.join(row)} |"
    yield ""


def percent(share: float | None, sign: str = "") -> str:
    """Return a share in percent."""
    return "–" if share is None else f"{100 * share:{sign}.2f}"


if __name__ == "__main__":
    main()
