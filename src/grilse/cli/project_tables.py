"""What `grilse project` and `grilse projections` print for people."""

import shutil
from collections.abc import Sequence
from datetime import date
from io import StringIO
from typing import Any

import numpy as np
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from grilse.planning.reports import list_compared_days
from grilse.planning.runs import REPORTED_DAYS, FigureComparison, ProjectionRun, ProjectionSummary, RunComparison
from grilse.planning.variance import LatestVariance

MIN_WIDTH = 165  # columns of text, for a table that nothing cuts


def format_projections(runs: Sequence[ProjectionRun], variances: dict[int, LatestVariance]) -> str:
    """Return runs side by side: P50 with P10 and P90 of mean weight, the target's date, the limits."""
    if not runs:
        return "No batch stands, so there is nothing to project."
    days = [day for day in REPORTED_DAYS if day <= runs[0].days]
    table = _build_table(f"Mean weight: P50 [P10, P90], and the date of {_format_weight(np.array([runs[0].target_g]))}")
    table.add_column("Batch", no_wrap=True)
    day_headings = [f"{day} days" for day in days]
    for name in ("Run", "As of", "Now", *day_headings, "Target", "Reached", "Dense", "Full", "Plan"):
        table.add_column(name, justify="right", no_wrap=True)
    for run in runs:
        latest = variances.get(run.batch_id)
        table.add_row(
            run.number,
            str(run.id),
            str(run.as_of),
            _format_weight(run.weight_g[1:2, 0]),
            *(_format_weight(run.weight_g[:, day]) for day in days),
            _format_dates(run.target),
            f"{run.target_chance:.0%}",
            f"{run.dense_chance[_find_harvest_day(run)]:.0%}",
            f"{run.full_chance[_find_harvest_day(run)]:.0%}",
            "" if latest is None or latest.days is None else f"{latest.days:+.0f} d",
        )
    return _render_table(table) + (
        f"\nReached: chance of the target within {runs[0].days} days. Dense, full: chance that a container"
        "\nstands above its density limit, an area above its biomass limit, on the target's day or the last."
        "\nPlan: days ahead of it."
    )


def format_projection_list(runs: Sequence[ProjectionSummary]) -> str:
    """Return the list of kept runs."""
    table = _build_table("Kept projections, newest first")
    for name in ("Run", "Batch", "As of", "Days", "Members", "Target", "Its date", "Reached", "Made"):
        table.add_column(name, justify="left" if name == "Batch" else "right", no_wrap=True)
    for run in runs:
        table.add_row(
            str(run.id),
            run.number,
            str(run.as_of),
            str(run.days),
            str(run.members),
            f"{run.target_g / 1000:g} kg",
            _format_dates(run.target),
            f"{run.target_chance:.0%}",
            f"{run.made_at:%Y-%m-%d %H:%M}",
        )
    return _render_table(table) if runs else "There are no projections yet: `grilse project` makes them."


def format_comparison(comparison: RunComparison) -> str:
    """Return what came beside what was expected, at some days ahead and the last that came."""
    run, days = comparison.run, list_compared_days(comparison)
    if not days:
        return f"Run {run.id} of {run.number} is as of {run.as_of}; no day has come since."
    table = _build_table(f"Run {run.id} of {run.number}, as of {run.as_of}: P50 [P10, P90] beside what came")
    for name in ("Days", "Weight, kg", "came", "off", "Fish", "came", "off", "Biomass, t", "came", "off"):
        table.add_column(name, justify="right", no_wrap=True)
    for day in days:
        cells = [
            cell
            for band, observed, unit, form in (
                (run.weight_g, comparison.weight_g, 1000, ".2f"),
                (run.count, comparison.count, 1, ",.0f"),
                (run.biomass_kg, comparison.biomass_kg, 1000, ",.0f"),
            )
            for cell in _format_comparison_cells(band[:, day] / unit, observed, day, unit, form)
        ]
        table.add_row(str(day), *cells)
    ended = f"\nUp to the first harvest or sale, on {comparison.ended}." if comparison.ended else ""
    return _render_table(table) + "\nOff: P50 over what came; * where what came lies outside P10 to P90." + ended


def _format_comparison_cells(
    band: Any, observed: FigureComparison, day: int, unit: float, form: str
) -> tuple[str, str, str]:
    outside = "" if observed.in_interval[day - 1] else " *"
    return (
        _format_band(band, form),
        f"{observed.value[day - 1] / unit:{form}}",
        f"{observed.error[day - 1]:+.1%}{outside}",
    )


def _format_band(band: Any, form: str = ".2f") -> str:
    low, middle, high = band
    return f"{middle:{form}} [{low:{form}}, {high:{form}}]"


def _find_harvest_day(run: ProjectionRun) -> int:
    """Days until fish are expected to weigh the target, or to the last day looked ahead."""
    middle = run.target[1]
    return run.days if middle is None else (middle - run.as_of).days


def _format_weight(band: Any) -> str:
    """P50 with P10 and P90, or one weight: in g below 1 kg."""
    middle = band[len(band) // 2]
    figures, unit = (band, "g") if middle < 1000 else (band / 1000, "kg")
    form = ".2f" if unit == "kg" or middle < 10 else ".0f"
    return f"{_format_band(figures, form) if len(band) > 1 else format(figures[0], form)} {unit}"


def _format_dates(target: tuple[date | None, date | None, date | None]) -> str:
    early, middle, late = target
    if middle is None:
        return "later" if early is None else f"later [{early}, later]"
    if early is None or early == late:
        return str(middle)
    return f"{middle} [-{(middle - early).days}, {f'+{(late - middle).days}' if late else 'later'}]"


def _build_table(title: str) -> Table:
    return Table(title=title, title_justify="left", box=SIMPLE_HEAD, padding=(0, 1, 0, 0))


def _render_table(table: Table) -> str:
    text = StringIO()
    console = Console(file=text, width=max(MIN_WIDTH, shutil.get_terminal_size().columns), highlight=False)
    console.print(table)
    return text.getvalue().strip("\n")
