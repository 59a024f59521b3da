"""`grilse plan`: how many batches a world has room for, and where each of them stands."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from grilse.cli.output import Json, report
from grilse.errors import GrilseError

if TYPE_CHECKING:
    from grilse.generator.schedule import Schedule
    from grilse.generator.utilisation import Use

app = typer.Typer()


@app.command("plan")
def plan(
    output: Annotated[Path | None, typer.Option("-o", "--output", help="The plan's file, YAML.")] = None,
    years: Annotated[float, typer.Option(help="Length of the history.")] = 4.0,
    stagger: Annotated[int, typer.Option(help="Days between starts; the geographies take turns.")] = 13,
    saturation: Annotated[
        float, typer.Option(help="Area-days and hall-days in use at most, of all; starts are spaced for it.")
    ] = 0.85,
    batches: Annotated[int | None, typer.Option(help="So many batches; overrides --years.")] = None,
    until: Annotated[str | None, typer.Option(help="Last day of the history, if not the world's.")] = None,
    world: Annotated[Path | None, typer.Option(help="The world's file, if not the packaged one.")] = None,
    pens_per_batch: Annotated[
        int | None, typer.Option(help="Pens of every batch, if not by fish and density.")
    ] = None,
    ages: Annotated[
        str | None, typer.Option(help="One batch for each age in days on the last day: 25,45,65.")
    ] = None,
    seed: Annotated[int, typer.Option(help="Draws the eggs of each batch.")] = 1,
    plot: Annotated[Path | None, typer.Option(help="Draw the use of the world into this picture.")] = None,
    as_json: Json = False,
) -> None:
    """Plan a history: as many batches as the time and the places allow, or so many, or of such ages."""
    from grilse.generator.plan import check_plan, write_plan
    from grilse.generator.schedule import Request, schedule
    from grilse.generator.utilisation import use_of
    from grilse.generator.world import load_world

    place = load_world(world)
    request = Request(
        years=years,
        stagger=stagger,
        saturation=saturation,
        batches=batches,
        ages=_ages(ages),
        until=_day(until),
        pens_per_batch=pens_per_batch,
        seed=seed,
    )
    made = schedule(place, request)
    check_plan(made.plan, place)
    use = use_of(made.plan, place)
    if plot:
        from grilse.generator.plotting import draw_use

        draw_use(use, plot)
    if output:
        write_plan(made.plan, output)
    _report(made, use, output, as_json)


def _report(made: "Schedule", use: "Use", output: Path | None, as_json: bool) -> None:
    from grilse.generator.plan_facts import planned_facts

    if as_json:
        report(planned_facts(made, use, output), "", as_json)
        return
    from grilse.cli.plan_tables import describe

    report({}, describe(made, use, output), as_json)


def _ages(text: str | None) -> tuple[int, ...]:
    if text is None:
        return ()
    try:
        return tuple(int(age) for age in text.split(","))
    except ValueError:
        raise GrilseError(f"--ages {text}: whole numbers of days are needed, as in 25,45,65") from None


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text is not None else None
    except ValueError:
        raise GrilseError(f"--until {text}: a date is needed, as in 2025-12-31") from None
