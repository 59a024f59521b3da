"""The back-test of a generated history: batches side by side, then added up."""

import json
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache
from itertools import groupby
from typing import Any

import numpy as np
import psycopg
from psycopg import Connection

from grilse import engine
from grilse.connect import connect
from grilse.errors import GrilseError
from grilse.exchange.company import existing
from grilse.generator.backtest.compare import compare
from grilse.generator.backtest.part import Part, added
from grilse.generator.backtest.seen import Seen
from grilse.generator.backtest.truth import true_rows
from grilse.generator.run import truth_file
from grilse.generator.truth import BatchTruth
from grilse.growth.evidence import gathered
from grilse.growth.groups import groups_of
from grilse.growth.hindcasts import learning_days
from grilse.growth.known import read_known
from grilse.growth.learning import lesson
from grilse.growth.usual import usual_of
from grilse.growth.versions import EPOCH, kept, version_of
from grilse.science.estimation import Version, estimate_groups

BATCHES_A_TASK = 12
FOREVER = 1 << 30  # days: whenever it was harvested

Watch = Callable[[str, float, str], AbstractContextManager[Callable[[float], None]]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Generated:
    """A generated batch."""

    id: int
    number: str
    run: str
    company: int


@dataclass(frozen=True, slots=True)
class Lesson:
    """What had been learned by a day, small enough to be sent to other processes."""

    company: int
    before: date
    learned: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Task:
    """Batches that one process compares."""

    batches: tuple[Generated, ...]
    lessons: tuple[Lesson, ...]


def generated(connection: Connection[Any], company: str | None) -> list[Generated]:
    """Return the generated batches whose truth lies here; refuses where there is none."""
    if company is not None:
        existing(connection, company)
    rows = connection.execute(GENERATED, {"company": company}).fetchall()
    batches = [Generated(id=id, number=key, run=run, company=of) for id, key, run, of in rows]
    if not batches:
        raise GrilseError(
            "there is no generated history to back-test: `grilse demo` or `grilse generate` makes one;"
            " `--package DIR` takes real pens"
        )
    kept = [batch for batch in batches if truth_file(batch.run, batch.number).exists()]
    if not kept:
        folder = truth_file(batches[0].run, batches[0].number).parent
        raise GrilseError(
            f"the hidden truth of the history is not in {folder} (it was made in another GRILSE_HOME, or"
            " deleted); make it again with `grilse generate PLAN --seed N` of the same plan and seed"
        )
    return kept


def held_against_truth(
    connection: Connection[Any],
    company: str | None,
    number: int | None,
    *,
    learn: bool = True,
    workers: int = 1,
    address: str = "",
    watch: Watch,
) -> Part:
    """Compare so many generated batches, or all, with what had been learned by each day, or without."""
    chosen = spread(generated(connection, company), number)
    learned = lessons(connection, chosen, workers, address, watch) if learn else []
    return compared(connection, chosen, learned, workers, address, watch)


def spread(batches: Sequence[Generated], number: int | None) -> list[Generated]:
    """Return so many batches, evenly spread; all where no number is given."""
    if number is None or number >= len(batches):
        return list(batches)
    return [batches[(2 * place + 1) * len(batches) // (2 * number)] for place in range(number)]


def lessons(
    connection: Connection[Any], batches: Sequence[Generated], workers: int, address: str, watch: Watch
) -> list[Lesson]:
    """Learn on the first days of quarters from what was harvested before them; in memory."""
    found = []
    for company in sorted({batch.company for batch in batches}):
        shown = gathered(connection, company, FOREVER, workers=workers, address=address, watch=watch)
        for day in learning_days([one.out for one in shown]):
            learned = kept(lesson([one for one in shown if one.out < day]))
            found.append(Lesson(company, EPOCH + timedelta(days=day), json.dumps(learned)))
    return found


def compared(
    connection: Connection[Any],
    batches: Sequence[Generated],
    learned: Sequence[Lesson],
    workers: int,
    address: str,
    watch: Watch,
) -> Part:
    """Compare batches with their truths; one worker uses the connection, several have their own."""
    tasks = [
        Task(
            batches=tuple(own[start : start + BATCHES_A_TASK]),
            lessons=tuple(one for one in learned if one.company == company),
        )
        for company, group in groupby(batches, key=lambda batch: batch.company)
        for own in [list(group)]
        for start in range(0, len(own), BATCHES_A_TASK)
    ]
    parts: dict[int, Part] = {}
    with watch("back-test", len(batches), "batches") as advance:
        for task, part in _each_compared(connection, tasks, workers, address):
            parts[task.batches[0].id] = part
            advance(len(task.batches))
    # In the order of the batches, whoever was first: sums of floats depend on it.
    return added([parts[task.batches[0].id] for task in tasks])


def _each_compared(
    connection: Connection[Any], tasks: Sequence[Task], workers: int, address: str
) -> Iterator[tuple[Task, Part]]:
    if workers <= 1 and not address:
        yield from ((task, compare_batches(connection, task)) for task in tasks)
        return
    for done in engine.run(
        compare_task, tasks, workers=min(workers, len(tasks)), address=address, prepare=connect
    ):
        yield done.task, done.value(f"comparing batches {[batch.number for batch in done.task.batches]}")


def compare_task(task: Task) -> Part:
    """Compare a task's batches over a connection of its own."""
    connect()
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        connection.read_only = True
        return compare_batches(connection, task)


def compare_batches(connection: Connection[Any], task: Task) -> Part:
    """Read, estimate and compare a task's batches; nine statements and one for each batch."""
    known = read_known(connection, task.batches[0].company, [batch.id for batch in task.batches])
    names = list(groups_of(known))
    groups = [named.group for named in names]
    versions = versions_of(task.lessons)
    withheld = estimate_groups(groups, versions, harvests=False)
    told = estimate_groups(groups, versions, harvests=True)
    unfed = [replace(group, feed=np.zeros_like(group.feed)) for group in groups]
    alone = estimate_groups(unfed, versions, harvests=False)
    truths = {batch.id: BatchTruth.load(truth_file(batch.run, batch.number)) for batch in task.batches}
    parts = []
    for named, without, whole, weights in zip(names, withheld, told, alone, strict=True):
        own = {truths[id].number: truths[id] for id in named.batches.tolist()}
        seen = Seen(
            named=named,
            true=true_rows(connection, named, own),
            usual=usual_of(known, named.placements),
            withheld=without,
            told=whole,
            alone=weights,
        )
        parts.append(compare(seen, versions))
    return added(parts)


@lru_cache(maxsize=1)
def versions_of(learned: tuple[Lesson, ...]) -> list[Version]:
    """Build the versions once in each process."""
    return [version_of(one.before, json.loads(one.learned)) for one in learned]


GENERATED = """
SELECT b.id, s.key, s.run, s.company_id
  FROM generator_shard s
  JOIN stock_batch b ON b.company_id = s.company_id AND b.number = s.key
  JOIN farm_company c ON c.id = s.company_id
 WHERE s.kind = 'batch' AND (%(company)s::text IS NULL OR c.name = %(company)s)
   AND EXISTS (SELECT FROM stock_placement p WHERE p.batch_id = b.id)
 ORDER BY s.company_id, s.key COLLATE "C"
"""
