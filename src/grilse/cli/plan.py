"""`grilse plan`: how many batches a world has room for, and where each of them stands."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from grilse.cli.output import Json, print_result
from grilse.errors import GrilseError

if TYPE_CHECKING:
    from grilse.generator.schedule.scheduler import Schedule
    from grilse.generator.schedule.utilisation import WorldUse

app = typer.Typer()


@app.command("plan")
def plan_history(
    output: Annotated[Path | None, typer.Option("-o", "--output", help="The plan's file, YAML.")] = None,
    years: Annotated[float, typer.Option(help="Length of the history.")] = 4.0,
    stagger: Annotated[int, typer.Option(help="Days between starts; the geographies take turns.")] = 13,
    saturation: Annotated[
        float, typer.Option(help="Area-days and hall-days in use at most, of all; starts are spaced for it.")
    ] = 0.85,
    batches: Annotated[int | None, typer.Option(help="So many batches; overrides --years.")] = None,
    until: Annotated[str | None, typer.Option(help="Last day of the history, if not the world's.")] = None,
    world: Annotated[Path | None, typer.Option(help="The world's file, if not the packaged one.")] = None,
    pens_per_batch: Annotated[int | None, typer.Option(help="Pens of every batch, if not by fish and density.")] = None,
    ages: Annotated[str | None, typer.Option(help="One batch for each age in days on the last day: 25,45,65.")] = None,
    seed: Annotated[int, typer.Option(help="Draws the eggs of each batch.")] = 1,
    plot: Annotated[Path | None, typer.Option(help="Draw the use of the world into this picture.")] = None,
    as_json: Json = False,
) -> None:
    """Plan a history: as many batches as the time and the places allow, or so many, or of such ages."""
    from grilse.generator.schedule.plan_file import check_plan, write_plan
    from grilse.generator.schedule.scheduler import ScheduleRequest, schedule_batches
    from grilse.generator.schedule.utilisation import compute_use
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
    _print_plan(history_schedule, utilisation, output, as_json)


def _print_plan(history_schedule: "Schedule", utilisation: "WorldUse", output: Path | None, as_json: bool) -> None:
    from grilse.generator.schedule.plan_report import build_plan_report

    if as_json:
        print_result(build_plan_report(history_schedule, utilisation, output), "", as_json)
        return
    from grilse.cli.plan_tables import format_plan

    print_result({}, format_plan(history_schedule, utilisation, output), as_json)


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
