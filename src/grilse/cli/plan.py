"""`grilse plan`: plans the batches of a history and their sites."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from grilse.cli.options import Json
from grilse.cli.output import build_table, print_result, render_tables
from grilse.errors import GrilseError

if TYPE_CHECKING:
    from rich.table import Table

    from grilse.generator.schedule.scheduler import Schedule
    from grilse.generator.schedule.utilisation import WorldUse

app = typer.Typer()


@app.command("plan")
def plan_history(
    output: Annotated[Path | None, typer.Option("-o", "--output", help="File for the plan, YAML.")] = None,
    years: Annotated[float, typer.Option(help="Length of the history.")] = 4.0,
    stagger: Annotated[int, typer.Option(help="Days between starts; the geographies take turns.")] = 13,
    saturation: Annotated[
        float, typer.Option(help="Largest share of area-days and hall-days in use; it limits the starts.")
    ] = 0.85,
    batches: Annotated[int | None, typer.Option(help="Number of batches; overrides --years.")] = None,
    until: Annotated[str | None, typer.Option(help="Last day of the history. Default: that of the world.")] = None,
    world: Annotated[Path | None, typer.Option(help="File of the world. Default: the packaged world.")] = None,
    pens_per_batch: Annotated[int | None, typer.Option(help="Pens per batch. Default: by fish and density.")] = None,
    ages: Annotated[str | None, typer.Option(help="One batch per age in days on the last day: 25,45,65.")] = None,
    seed: Annotated[int, typer.Option(help="Seed of the number of eggs of each batch.")] = 1,
    plot: Annotated[Path | None, typer.Option(help="File for a plot of the use of the sites.")] = None,
    as_json: Json = False,
) -> None:
    """Plan a history: as many batches as time and sites allow, or a number of batches, or batches of given ages."""
    from grilse.generator.schedule.plan_file import check_plan, write_plan
    from grilse.generator.schedule.scheduler import ScheduleRequest, schedule_batches
    from grilse.generator.schedule.utilisation import build_plan_report, compute_use
    from grilse.generator.world.world import load_world

    loaded_world = load_world(world)
    request = ScheduleRequest(
        years=years,
        stagger=stagger,
        saturation=saturation,
        batches=batches,
        ages=_parse_ages(ages),
        until=_parse_date(until),
        pens_per_batch=pens_per_batch,
        seed=seed,
    )
    history_schedule = schedule_batches(loaded_world, request)
    check_plan(history_schedule.plan, loaded_world)
    utilisation = compute_use(history_schedule.plan, loaded_world)
    if plot:
        from grilse.generator.schedule.utilisation_plot import plot_use

        plot_use(utilisation, plot)
    if output:
        write_plan(history_schedule.plan, output)

    report = build_plan_report(history_schedule, utilisation, output)
    print_result(report, lambda: format_plan(history_schedule, utilisation, output), as_json)


def _parse_ages(text: str | None) -> tuple[int, ...]:
    if text is None:
        return ()
    try:
        return tuple(int(age) for age in text.split(","))
    except ValueError:
        raise GrilseError(f"--ages {text}: whole numbers of days are needed, as in 25,45,65") from None


def _parse_date(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text is not None else None
    except ValueError:
        raise GrilseError(f"--until {text}: a date is needed, as in 2025-12-31") from None


def format_plan(schedule: Schedule, utilisation: WorldUse, output: Path | None) -> str:
    """Return tables of the use by month and by stage, and sentences about the plan."""
    tables = _build_month_table(utilisation), _build_stage_table(utilisation)
    return render_tables(*tables, *_iter_sentences(schedule, utilisation, output))


def _build_stage_table(utilisation: WorldUse) -> Table:
    from grilse.generator.schedule.capacity import get_site_kind

    figures = ("Places", "In use,\nmean", "\nmost", "Re-\nserved", "Site-\ndays", "Container-\ndays", "Last\nday")
    table = build_table("Use by stage, whole history", "Geography", "Stage", *figures, left=2)
    for stage in utilisation.stages:
        table.add_row(
            stage.geography,
            stage.stage,
            f"{stage.places} {get_site_kind(stage.order)}s",
            f"{stage.average:.1f}",
            str(stage.most),
            str(stage.reserved),
            f"{stage.saturation:.0%}",
            f"{stage.containers:.0%}",
            str(stage.last_day),
        )
    return table


def _build_month_table(utilisation: WorldUse) -> Table:
    table = build_table("Site-days in use by month, %", "Month", left=1, padding=(0, 0, 0, 1))
    for stage in utilisation.stages:
        table.add_column(f"{stage.code}\n{stage.stage}", justify="right", overflow="fold")
    for month in utilisation.stages[0].months:
        shares = (f"{100 * stage.months[month]:.0f}" for stage in utilisation.stages)
        table.add_row(month, *shares, end_section=month.endswith("-12"))
    return table


def _iter_sentences(schedule: Schedule, utilisation: WorldUse, output: Path | None) -> Iterator[str]:
    from grilse.generator.schedule.utilisation import describe_sites

    plan, worst = schedule.plan, utilisation.bottleneck
    pens = [len(batch.stages[-1].containers) for batch in plan.batches]
    shares = " + ".join(f"{count} {geography}" for geography, count in utilisation.batches.items())
    yield (
        f"{len(plan.batches)} batches ({shares}), {utilisation.first} to {utilisation.until}:"
        f" {utilisation.years:.1f} years, "
        f"a batch every {schedule.stagger} days, {min(pens)} to {max(pens)} pens a batch."
    )
    yield (
        f"On the last day, at the usual harvest age: {utilisation.harvested_batches} harvested, "
        f"{utilisation.count_active_batches(at_sea=True)} at sea,"
        f" {utilisation.count_active_batches(at_sea=False)} on land."
    )
    yield (
        f"In use, mean of all days: {utilisation.compute_share(at_sea=True):.0%} of area-days, "
        f"{utilisation.compute_share(at_sea=False):.0%} of hall-days, {utilisation.container_share:.0%} of"
        f" container-days."
    )
    yield (
        f"Bottleneck: {describe_sites(worst)}, {worst.most} of {worst.places} in use at most ({worst.peak_share:.0%}), "
        f"{worst.reserved} reserved."
    )
    if schedule.note:
        yield f"Note: {schedule.note}."
    yield f"Written to {output}." if output else "Not written; -o FILE writes it."
