"""Projecting batches: futures drawn from what is known, and kept."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise

from django.db import connection

from grilse import engine
from grilse.access.tenancy import lift_geography_limit, tenant_transaction
from grilse.django_setup import connect_django
from grilse.errors import GrilseError
from grilse.growth.estimating.groups import group_tied_batches
from grilse.growth.states import EPOCH
from grilse.planning.ensembles import ProjectionOptions, project_groups
from grilse.planning.models import Projection
from grilse.planning.projection_columns import iter_projection_columns
from grilse.stock.models import Batch

BATCHES_A_TASK = 8  # about a second of work
MIN_MEMBERS = 20  # two beyond either quantile
MAX_DAYS = 1500  # days: from egg to a late harvest

ProgressDisplay = Callable[[str, float, str], AbstractContextManager[Callable[[float], None]]]


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
    """Project some batches, or all that stand, in a transaction a task; return the ids of the kept runs."""
    waiting = list_tasks(company, batches, options)
    show = watch or (lambda *_: nullcontext(lambda _: None))
    run_ids: list[int] = []
    with show("project", sum(len(task.batches) for task in waiting), "batches") as advance:
        for done in engine.run_tasks(
            project_task, waiting, workers=min(workers, len(waiting)), address=address, prepare=connect_django
        ):
            run_ids += done.unwrap_result(f"projecting batches {done.task.batches}")
            advance(len(done.task.batches))
    return sorted(run_ids)


def list_tasks(company: int, batches: Sequence[int] | None, options: ProjectionOptions) -> list[ProjectionTask]:
    """Return the work of projecting some batches, or all that stand, in tasks of about a second."""
    refuse_invalid_options(options)
    with tenant_transaction(company):
        return [ProjectionTask(company, part, options) for part in _iter_parts(batches, options)]


def project_in_transaction(
    company: int, batches: Sequence[int] | None, options: ProjectionOptions, *, watch: ProgressDisplay | None = None
) -> list[int]:
    """Project some batches, or all that stand, in the transaction that acts for the company."""
    refuse_invalid_options(options)
    parts = list(_iter_parts(batches, options))
    show = watch or (lambda *_: nullcontext(lambda _: None))
    run_ids: list[int] = []
    with show("project", sum(map(len, parts)), "batches") as advance:
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
    """Project batches and keep the runs, in a transaction that acts for the company; return the runs' ids.

    Thirteen statements, whatever the number of batches.
    """
    refuse_invalid_options(options)
    _refuse_inactive_batches(batches, _read_active_areas(options), options)
    # A future is of all fish of a batch, and an area's limit for all that stands in it, whoever looks ahead.
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
    """Refuse what no ensemble can be drawn with."""
    if not 1 <= options.days <= MAX_DAYS:
        raise GrilseError(f"a projection looks 1 to {MAX_DAYS} days ahead, not {options.days}")
    if options.members < MIN_MEMBERS:
        raise GrilseError(f"an ensemble has at least {MIN_MEMBERS} members, not {options.members}")
    if not options.target_g > 0:
        raise GrilseError(f"a target weight is above 0 g, not {options.target_g:g}")


def _iter_parts(batches: Sequence[int] | None, options: ProjectionOptions) -> Iterator[tuple[int, ...]]:
    """Yield batches in parts of which each is one task; those that share an area are in one part."""
    areas = _read_active_areas(options)
    selected_batches = sorted(areas) if batches is None else sorted(batches)
    _refuse_inactive_batches(selected_batches, areas, options)
    by_area: dict[int, list[int]] = {}
    for batch in selected_batches:
        for area in areas[batch]:
            by_area.setdefault(area, []).append(batch)
    ties = [pair for sharing in by_area.values() for pair in pairwise(sharing)]
    part: tuple[int, ...] = ()
    for group in group_tied_batches(selected_batches, ties):
        part += group
        if len(part) >= BATCHES_A_TASK:
            yield part
            part = ()
    if part:
        yield part


def _refuse_inactive_batches(batches: Sequence[int], areas: dict[int, set[int]], options: ProjectionOptions) -> None:
    """Refuse batches of which nothing stands."""
    gone = [batch for batch in batches if batch not in areas]
    if gone:
        when = "" if options.as_of is None else f" on {EPOCH + timedelta(days=options.as_of)}"
        names = ", ".join(Batch.objects.filter(id__in=gone).values_list("number", flat=True))
        raise GrilseError(f"no fish of {names} stand{when}, so there is nothing to project")


def _read_active_areas(options: ProjectionOptions) -> dict[int, set[int]]:
    """Return the batches that stand, each with its sea areas; one statement."""
    day = None if options.as_of is None else EPOCH + timedelta(days=options.as_of)
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
