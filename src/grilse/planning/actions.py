"""Plan the stages of batches; project batches: draw ensembles of their futures and store the runs."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from django.db import connection

from grilse.access.tenancy import lift_geography_limit, tenant_transaction
from grilse.django_setup import connect_django
from grilse.engine import ProgressDisplay, ignore_progress, run_batch_tasks
from grilse.errors import GrilseError
from grilse.growth.estimating.groups import group_tied_batches, iter_parts
from grilse.planning.ensembles import ProjectionOptions, project_groups
from grilse.planning.models import PlannedStage, Projection
from grilse.planning.plans import read_plans
from grilse.planning.projection_columns import iter_projection_columns
from grilse.science.days import from_epoch_day
from grilse.stock.changes import get_psycopg_connection
from grilse.stock.locks import lock_batches
from grilse.stock.models import Batch, Stage
from grilse.stock.rules import find_batch

BATCHES_A_TASK = 8  # about a second of work
MIN_MEMBERS = 20  # so that two members lie below P10 and two above P90
MAX_DAYS = 1500  # days: from egg to a late harvest


def plan_batch(batch: int) -> list[int]:
    """Plan the stages of an active batch that has no plan; return their ids.

    Stages that the fish have entered begin on that day; they and the later ones last as long as usual.
    """
    row = find_batch(batch)
    lock_batches(get_psycopg_connection(), row.company_id, [row.pk])
    if row.status != Batch.Status.ACTIVE:
        raise GrilseError(f"batch {row.number} is closed: only an active batch can be planned")
    if PlannedStage.objects.filter(batch=row).exists():
        raise GrilseError(f"batch {row.number} has a plan already")
    plan = read_plans([row.pk], derive_missing=True).get(row.pk)
    if plan is None:
        raise GrilseError(f"batch {row.number} has no fish yet: stock it before you plan it")
    stages = dict(Stage.objects.filter(species=row.species_id).values_list("order", "pk"))
    planned = [
        PlannedStage(
            company_id=row.company_id, batch=row, stage_id=stages[span.order], start=span.start, stop=span.stop
        )
        for span in plan.spans
    ]
    return [stage.pk for stage in PlannedStage.objects.bulk_create(planned)]


@dataclass(frozen=True, slots=True)
class ProjectionTask:
    """Batches that one process projects in one transaction."""

    company: int
    batches: tuple[int, ...]
    options: ProjectionOptions


def project_company(
    company: int,
    batches: Sequence[int] | None,
    options: ProjectionOptions,
    *,
    workers: int = 1,
    address: str = "",
    watch: ProgressDisplay | None = None,
) -> list[int]:
    """Project some batches, or all active ones, in a transaction per task; return the ids of the stored runs."""
    parts = run_batch_tasks(
        project_task,
        list_tasks(company, batches, options),
        step="project",
        work="projecting",
        workers=workers,
        address=address,
        prepare=connect_django,
        watch=watch,
    )
    return sorted(run_id for run_ids in parts for run_id in run_ids)


def list_tasks(company: int, batches: Sequence[int] | None, options: ProjectionOptions) -> list[ProjectionTask]:
    """Return the tasks of projecting some batches, or all active ones, of about a second each."""
    refuse_invalid_options(options)
    with tenant_transaction(company):
        return [ProjectionTask(company, part, options) for part in _iter_parts(batches, options)]


def project_in_transaction(
    company: int, batches: Sequence[int] | None, options: ProjectionOptions, *, watch: ProgressDisplay | None = None
) -> list[int]:
    """Project some batches, or all active ones, in the transaction that acts for the company."""
    refuse_invalid_options(options)
    parts = list(_iter_parts(batches, options))
    run_ids: list[int] = []
    with (watch or ignore_progress)("project", sum(map(len, parts)), "batches") as advance:
        for part in parts:
            run_ids += project_batches(company, part, options)
            advance(len(part))
    return sorted(run_ids)


def project_task(task: ProjectionTask) -> list[int]:
    """Project a task's batches."""
    connect_django()
    with tenant_transaction(task.company):
        return project_batches(task.company, task.batches, task.options)


def project_batches(company: int, batches: Sequence[int], options: ProjectionOptions) -> list[int]:
    """Project batches and store the runs, in a transaction that acts for the company; return the runs' ids.

    Thirteen statements, whatever the number of batches.
    """
    refuse_invalid_options(options)
    _refuse_inactive_batches(batches, _read_active_areas(options), options)
    # A projection uses all fish of a batch, and an area's limit applies to all batches in it.
    with lift_geography_limit():
        areas = _read_active_areas(options)
        shared = {area for batch in batches for area in areas[batch]}
        beside = {batch for batch, own in areas.items() if own & shared}
        mine = sorted({*batches, *beside})
        projected, surroundings = project_groups(connection.connection, company, mine, options)
    runs = [
        Projection(company_id=company, **columns)
        for columns in iter_projection_columns(projected, surroundings, options)
        if columns["batch_id"] in set(batches)
    ]
    return [run.pk for run in Projection.objects.bulk_create(runs)]


def refuse_invalid_options(options: ProjectionOptions) -> None:
    """Refuse options with which no ensemble can be drawn."""
    if not 1 <= options.days <= MAX_DAYS:
        raise GrilseError(f"a projection looks 1 to {MAX_DAYS} days ahead, not {options.days}")
    if options.members < MIN_MEMBERS:
        raise GrilseError(f"an ensemble has at least {MIN_MEMBERS} members, not {options.members}")
    if not options.target_g > 0:
        raise GrilseError(f"a target weight is above 0 g, not {options.target_g:g}")


def _iter_parts(batches: Sequence[int] | None, options: ProjectionOptions) -> Iterator[tuple[int, ...]]:
    """Yield batches in parts of which each is one task; batches that share an area are in one part."""
    areas = _read_active_areas(options)
    selected_batches = sorted(areas) if batches is None else sorted(batches)
    _refuse_inactive_batches(selected_batches, areas, options)
    by_area: dict[int, list[int]] = {}
    for batch in selected_batches:
        for area in areas[batch]:
            by_area.setdefault(area, []).append(batch)
    ties = [pair for sharing in by_area.values() for pair in pairwise(sharing)]
    yield from iter_parts(group_tied_batches(selected_batches, ties), BATCHES_A_TASK)


def _refuse_inactive_batches(batches: Sequence[int], areas: dict[int, set[int]], options: ProjectionOptions) -> None:
    """Refuse batches without an open placement."""
    gone = [batch for batch in batches if batch not in areas]
    if gone:
        when = "" if options.as_of is None else f" on {from_epoch_day(options.as_of)}"
        names = ", ".join(Batch.objects.filter(id__in=gone).values_list("number", flat=True))
        raise GrilseError(f"there are no fish of {names}{when}, so there is nothing to project")


def _read_active_areas(options: ProjectionOptions) -> dict[int, set[int]]:
    """Return the batches with open placements, each with its sea areas; one statement."""
    day = None if options.as_of is None else from_epoch_day(options.as_of)
    with connection.cursor() as cursor:
        cursor.execute(ACTIVE_AREAS, {"day": day})
        return {batch: set(areas) for batch, areas in cursor.fetchall()}


ACTIVE_AREAS = """
SELECT p.batch_id, array_remove(array_agg(DISTINCT c.area_id), NULL)
  FROM stock_placement p JOIN farm_container c ON c.id = p.container_id
 WHERE CASE WHEN %(day)s::date IS NULL THEN p.stop IS NULL
            ELSE p.start <= %(day)s AND coalesce(p.stop, 'infinity') > %(day)s END
 GROUP BY p.batch_id
"""
