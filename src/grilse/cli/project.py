"""`grilse project`, `grilse projections`: look ahead, and hold what was expected against what came."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from grilse.cli.output import Json, progress, report
from grilse.errors import GrilseError

if TYPE_CHECKING:
    from grilse.planning.runs import Run
    from grilse.planning.variance import Latest

app = typer.Typer()

Batch = Annotated[list[str] | None, typer.Option(help="Number of a batch; may be repeated.")]
Company = Annotated[str | None, typer.Option(help="The company, if the database has several.")]


@app.command("project")
def project(
    batch: Batch = None,
    company: Company = None,
    days: Annotated[int, typer.Option(help="Days to look ahead.")] = 450,
    target: Annotated[float, typer.Option(help="Mean weight whose date is wanted, g.")] = 4500.0,
    members: Annotated[int, typer.Option(help="Futures drawn for each batch.")] = 500,
    seed: Annotated[int, typer.Option(min=0, help="The same seed draws the same futures.")] = 1,
    as_of: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="Know only what is dated up to this day. Default: all."),
    ] = None,
    workers: Annotated[int | None, typer.Option(min=1, help="Processes; default: one a core.")] = None,
    engine: Annotated[str, typer.Option(help="tcp://host:port of a Dask scheduler.")] = "",
    as_json: Json = False,
) -> None:
    """Project some batches, or all that stand, and keep the runs."""
    from grilse.schema import open_database

    open_database()
    from grilse.cli.generate import cores
    from grilse.cli.project_tables import ahead
    from grilse.farm.tenancy import acting_for
    from grilse.growth.selection import selected
    from grilse.growth.states import EPOCH
    from grilse.planning import queries
    from grilse.planning.actions import project as draw
    from grilse.planning.ensembles import Options
    from grilse.planning.facts import run_facts

    known = (as_of.date() - EPOCH).days if as_of else None
    options = Options(days=days, members=members, target_g=target, seed=seed, as_of=known)
    runs: list[Run] = []
    variances: dict[int, Latest] = {}
    for of, chosen in selected(company, batch or []):
        kept = draw(of, chosen, options, workers=workers or cores(), address=engine, watch=progress)
        with acting_for(of):
            runs += queries.projections_whole(kept)
            variances |= queries.against_plans([run.batch_id for run in runs])
    facts = {"runs": [run_facts(run, variances.get(run.batch_id)) for run in runs]}
    report(facts, ahead(runs, variances), as_json)


@app.command("projections")
def projections(
    batch: Batch = None,
    company: Company = None,
    run: Annotated[int | None, typer.Option(help="Id of a run to hold against what came.")] = None,
    as_json: Json = False,
) -> None:
    """List the kept projections, or hold one of them against what came."""
    from grilse.schema import open_database

    open_database()
    from grilse.cli.project_tables import came, heads
    from grilse.farm.tenancy import acting_for
    from grilse.growth.selection import selected
    from grilse.planning import queries
    from grilse.planning.facts import came_facts, head_facts

    found = []
    for of, chosen in selected(company, batch or []):
        with acting_for(of):
            kept = queries.projection(run) if run is not None else None
            if kept is not None:
                held = queries.held_against(kept)
                return report(came_facts(held), came(held), as_json)
            found += queries.projections(chosen)
    if run is not None:
        raise GrilseError(f"there is no projection {run}: `grilse projections` lists them")
    return report({"runs": [head_facts(one) for one in found]}, heads(found), as_json)
