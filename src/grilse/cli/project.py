"""`grilse project`, `grilse projections`: projects batches, and compares projections with what came."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from grilse.cli.options import Batches, Company, Engine, Json, Workers, count_cores, open_database
from grilse.cli.output import print_result, show_progress
from grilse.errors import GrilseError

if TYPE_CHECKING:
    from grilse.planning.runs import ProjectionRun
    from grilse.planning.variance import LatestVariance

app = typer.Typer()


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
    from grilse.cli.project_tables import format_projections
    from grilse.growth.selection import select_batches
    from grilse.growth.states import EPOCH
    from grilse.planning import queries
    from grilse.planning.actions import project_company
    from grilse.planning.ensembles import ProjectionOptions
    from grilse.planning.reports import report_run

    as_of_day = (as_of.date() - EPOCH).days if as_of else None
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
    run: Annotated[int | None, typer.Option(help="Id of a run to compare with what came.")] = None,
    as_json: Json = False,
) -> None:
    """List the saved projections, or compare one of them with what came."""
    open_database()
    from grilse.access.tenancy import tenant_transaction
    from grilse.cli.project_tables import format_comparison, format_projection_list
    from grilse.growth.selection import select_batches
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
