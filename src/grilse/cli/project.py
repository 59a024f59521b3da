"""`grilse project`, `grilse projections`: projects batches, and compares projections with the outcome."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from grilse.cli.options import Batches, Company, Engine, Json, Workers, count_cores, open_database
from grilse.cli.output import build_table, print_result, render_tables, show_progress
from grilse.errors import GrilseError

if TYPE_CHECKING:
    from grilse.planning.runs import FigureComparison, ProjectionRun, ProjectionSummary, RunComparison
    from grilse.planning.variance import LatestVariance

app = typer.Typer()
MIN_WIDTH = 165  # columns of text that the widest table needs
PADDING = (0, 1, 0, 0)


@app.command("project")
def project_batches(
    batch: Batches = None,
    company: Company = None,
    days: Annotated[int, typer.Option(help="Days to look ahead.")] = 450,
    target: Annotated[float, typer.Option(help="Mean weight whose date is projected, g.")] = 4500.0,
    members: Annotated[int, typer.Option(help="Ensemble members of each batch.")] = 500,
    seed: Annotated[int, typer.Option(min=0, help="Seed; the same seed gives the same projection.")] = 1,
    as_of: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Use only data up to this day. Default: all.")
    ] = None,
    workers: Workers = None,
    engine: Engine = "",
    as_json: Json = False,
) -> None:
    """Project some batches, or all active ones, and save the runs."""
    open_database()
    from grilse.access.tenancy import tenant_transaction
    from grilse.growth.command_reads import select_batches
    from grilse.planning import queries
    from grilse.planning.actions import project_company
    from grilse.planning.ensembles import ProjectionOptions
    from grilse.planning.reports import report_run
    from grilse.science.days import to_epoch_day

    as_of_day = to_epoch_day(as_of.date()) if as_of else None
    options = ProjectionOptions(days=days, members=members, target_g=target, seed=seed, as_of=as_of_day)
    runs: list[ProjectionRun] = []
    variances: dict[int, LatestVariance] = {}
    for company_id, batch_ids in select_batches(company, batch or []):
        processes = workers or count_cores()
        run_ids = project_company(
            company_id, batch_ids, options, workers=processes, address=engine, watch=show_progress
        )
        with tenant_transaction(company_id):
            runs += queries.read_projections(run_ids)
            variances |= queries.compare_with_plans([run.batch_id for run in runs])
    facts = {"runs": [report_run(run, variances.get(run.batch_id)) for run in runs]}
    print_result(facts, format_projections(runs, variances), as_json)


@app.command("projections")
def list_projections(
    batch: Batches = None,
    company: Company = None,
    run: Annotated[int | None, typer.Option(help="Id of a run to compare with the actual values.")] = None,
    as_json: Json = False,
) -> None:
    """List the saved projections, or compare one of them with the actual values."""
    open_database()
    from grilse.access.tenancy import tenant_transaction
    from grilse.growth.command_reads import select_batches
    from grilse.planning import queries
    from grilse.planning.reports import report_comparison, report_summary

    run_heads = []
    for company_id, batch_ids in select_batches(company, batch or []):
        with tenant_transaction(company_id):
            stored_run = queries.find_projection(run) if run is not None else None
            if stored_run is not None:
                comparison = queries.compare_projection(stored_run)
                return print_result(report_comparison(comparison), format_comparison(comparison), as_json)
            run_heads += queries.list_projections(batch_ids)
    if run is not None:
        raise GrilseError(f"there is no projection {run}: `grilse projections` lists them")
    return print_result(
        {"runs": [report_summary(head) for head in run_heads]}, format_projection_list(run_heads), as_json
    )


def format_projections(runs: Sequence[ProjectionRun], variances: dict[int, LatestVariance]) -> str:
    """Return a table of runs: mean weight with P10 and P90, the date of the target, and the limits."""
    if not runs:
        return "There is no active batch to project."
    from grilse.planning.runs import REPORTED_DAYS

    days = [day for day in REPORTED_DAYS if day <= runs[0].days]
    title = f"Mean weight: P50 [P10, P90], and the date of {_format_weight([runs[0].target_g])}"
    headings = ("Run", "As of", "Now", *(f"{day} days" for day in days), "Target", "Reached", "Dense", "Full", "Plan")
    table = build_table(title, "Batch", *headings, left=1, padding=PADDING)
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
    return render_tables(table, min_width=MIN_WIDTH) + (
        f"\nReached: chance of the target within {runs[0].days} days. Dense, full: chance that a container"
        "\nstands above its density limit, an area above its biomass limit, on the target's day or the last."
        "\nPlan: days ahead of it."
    )


def format_projection_list(runs: Sequence[ProjectionSummary]) -> str:
    """Return a table of saved runs."""
    if not runs:
        return "There are no projections yet: `grilse project` makes them."
    headings = ("Run", "Batch", "As of", "Days", "Members", "Target", "Its date", "Reached", "Made")
    table = build_table("Saved projections, newest first", *headings, padding=PADDING)
    table.columns[1].justify = "left"
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
    return render_tables(table, min_width=MIN_WIDTH)


def format_comparison(comparison: RunComparison) -> str:
    """Return a table that compares a projection with what came, on some days and the last one."""
    from grilse.planning.reports import list_compared_days

    run, days = comparison.run, list_compared_days(comparison)
    if not days:
        return f"Run {run.id} of {run.number} is as of {run.as_of}; no day has come since."
    title = f"Run {run.id} of {run.number}, as of {run.as_of}: P50 [P10, P90] beside what came"
    headings = ("Days", "Weight, kg", "came", "off", "Fish", "came", "off", "Biomass, t", "came", "off")
    table = build_table(title, *headings, padding=PADDING)
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
    legend = "\nOff: P50 over what came; * where what came lies outside P10 to P90."
    return render_tables(table, min_width=MIN_WIDTH) + legend + ended


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
    """Return the days until the expected date of the target, or the last projected day."""
    middle = run.target[1]
    return run.days if middle is None else (middle - run.as_of).days


def _format_weight(band: Any) -> str:
    """Return P50 with P10 and P90, or one weight; in g below 1 kg."""
    middle = band[len(band) // 2]
    figures, unit = (band, "g") if middle < 1000 else ([value / 1000 for value in band], "kg")
    form = ".2f" if unit == "kg" or middle < 10 else ".0f"
    return f"{_format_band(figures, form) if len(band) > 1 else format(figures[0], form)} {unit}"


def _format_dates(target: tuple[date | None, date | None, date | None]) -> str:
    early, middle, late = target
    if middle is None:
        return "later" if early is None else f"later [{early}, later]"
    if early is None or early == late:
        return str(middle)
    return f"{middle} [-{(middle - early).days}, {f'+{(late - middle).days}' if late else 'later'}]"
