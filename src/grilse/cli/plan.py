"""`grilse plan`: plans the batches of a history and their sites."""

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from grilse.cli.options import Json
from grilse.cli.output import print_result
from grilse.errors import GrilseError

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
    from grilse.generator.schedule.plan_report import build_plan_report
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
    from grilse.cli.plan_tables import format_plan

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
