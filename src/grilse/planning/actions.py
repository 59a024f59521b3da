"""Projecting batches: futures drawn from what is known, and kept."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise

from django.db import connection

from grilse import engine
from grilse.connect import connect
from grilse.errors import GrilseError
from grilse.farm.tenancy import acting_for, everywhere
from grilse.growth.groups import tied
from grilse.growth.states import EPOCH
from grilse.planning.ensembles import Options, ensembles
from grilse.planning.models import Projection
from grilse.planning.outcomes import outcomes
from grilse.stock.models import Batch

BATCHES_A_TASK = 8  # about a second of work
FEWEST_MEMBERS = 20  # two beyond either quantile
LONGEST = 1500  # days: from egg to a late harvest

Watch = Callable[[str, float, str], AbstractContextManager[Callable[[float], None]]]


@dataclass(frozen=True, slots=True)
class Task:
    """Batches that one process projects in one transaction."""

    company: int
    batches: tuple[int, ...]
    options: Options


def project(
    company: int,
    batches: Sequence[int] | None,
    options: Options,
    *,
    workers: int = 1,
    address: str = "",
    watch: Watch | None = None,
) -> list[int]:
    """Project some batches, or all that stand, in a transaction a task; return the ids of the kept runs."""
    waiting = tasks(company, batches, options)
    show = watch or (lambda *_: nullcontext(lambda _: None))
    kept: list[int] = []
    with show("project", sum(len(task.batches) for task in waiting), "batches") as advance:
        for done in engine.run(
            project_task, waiting, workers=min(workers, len(waiting)), address=address, prepare=connect
        ):
            kept += done.value(f"projecting batches {done.task.batches}")
            advance(len(done.task.batches))
    return sorted(kept)


def tasks(company: int, batches: Sequence[int] | None, options: Options) -> list[Task]:
    """Return the work of projecting some batches, or all that stand, in tasks of about a second."""
    check(options)
    with acting_for(company):
        return [Task(company, part, options) for part in _parts(batches, options)]


def project_within(
    company: int, batches: Sequence[int] | None, options: Options, *, watch: Watch | None = None
) -> list[int]:
    """Project some batches, or all that stand, in the transaction that acts for the company."""
    check(options)
    parts = list(_parts(batches, options))
    show = watch or (lambda *_: nullcontext(lambda _: None))
    kept: list[int] = []
    with show("project", sum(map(len, parts)), "batches") as advance:
        for part in parts:
            kept += project_batches(company, part, options)
            advance(len(part))
    return sorted(kept)


def project_task(task: Task) -> list[int]:
    """Project a task's batches."""
    connect()
    with acting_for(task.company):
        return project_batches(task.company, task.batches, task.options)


def project_batches(company: int, batches: Sequence[int], options: Options) -> list[int]:
    """Project batches and keep the runs, in a transaction that acts for the company; return the runs' ids.

    Thirteen statements, whatever the number of batches.
    """
    check(options)
    _stand(batches, _areas(options), options)
    # A future is of all fish of a batch, and an area's limit for all that stands in it, whoever looks ahead.
    with everywhere():
        areas = _areas(options)
        shared = {area for batch in batches for area in areas[batch]}
        beside = {batch for batch, own in areas.items() if own & shared}
        mine = sorted({*batches, *beside})
        projected, surroundings = ensembles(connection.connection, company, mine, options)
    runs = [
        Projection(company_id=company, **columns)
        for columns in outcomes(projected, surroundings, options)
        if columns["batch_id"] in set(batches)
    ]
    return [run.pk for run in Projection.objects.bulk_create(runs)]


def check(options: Options) -> None:
    """Refuse what no ensemble can be drawn with."""
    if not 1 <= options.days <= LONGEST:
        raise GrilseError(f"a projection looks 1 to {LONGEST} days ahead, not {options.days}")
    if options.members < FEWEST_MEMBERS:
        raise GrilseError(f"an ensemble has at least {FEWEST_MEMBERS} members, not {options.members}")
    if not options.target_g > 0:
        raise GrilseError(f"a target weight is above 0 g, not {options.target_g:g}")


def _parts(batches: Sequence[int] | None, options: Options) -> Iterator[tuple[int, ...]]:
    """Yield batches in parts of which each is one task; those that share an area are in one part."""
    areas = _areas(options)
    wanted = sorted(areas) if batches is None else sorted(batches)
    _stand(wanted, areas, options)
    by_area: dict[int, list[int]] = {}
    for batch in wanted:
        for area in areas[batch]:
            by_area.setdefault(area, []).append(batch)
    ties = [pair for sharing in by_area.values() for pair in pairwise(sharing)]
    part: tuple[int, ...] = ()
    for group in tied(wanted, ties):
        part += group
        if len(part) >= BATCHES_A_TASK:
            yield part
            part = ()
    if part:
        yield part


def _stand(batches: Sequence[int], areas: dict[int, set[int]], options: Options) -> None:
    """Refuse batches of which nothing stands."""
    gone = [batch for batch in batches if batch not in areas]
    if gone:
        when = "" if options.as_of is None else f" on {EPOCH + timedelta(days=options.as_of)}"
        names = ", ".join(Batch.objects.filter(id__in=gone).values_list("number", flat=True))
        raise GrilseError(f"no fish of {names} stand{when}, so there is nothing to project")


def _areas(options: Options) -> dict[int, set[int]]:
    """Return the batches that stand, each with its sea areas; one statement."""
    day = None if options.as_of is None else EPOCH + timedelta(days=options.as_of)
    with connection.cursor() as cursor:
        cursor.execute(STANDING, {"day": day})
        return {batch: set(areas) for batch, areas in cursor.fetchall()}


STANDING = """
SELECT p.batch_id, array_remove(array_agg(DISTINCT c.area_id), NULL)
  FROM stock_placement p JOIN farm_container c ON c.id = p.container_id
 WHERE CASE WHEN %(day)s::date IS NULL THEN p.stop IS NULL
            ELSE p.start <= %(day)s AND coalesce(p.stop, 'infinity') > %(day)s END
 GROUP BY p.batch_id
"""
