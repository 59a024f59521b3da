"""Brings the generated history of a company to a later day: batches, feed stores, staff, hashes and estimates."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from psycopg import Connection

from grilse import engine
from grilse.django_setup import connect_django
from grilse.errors import GrilseError
from grilse.generator.advance.batch_days import AdvancedShard, AdvanceTask, CannotContinue, advance_batch
from grilse.generator.advance.shard_hashes import HashUpdate
from grilse.generator.advance.staff_days import advance_staff, append_members
from grilse.generator.advance.store_days import advance_store
from grilse.generator.database_load import hold_load_lock, write_history
from grilse.generator.load import batch_shard, store_shard
from grilse.generator.load.database_sink import DatabaseSink, DatabaseTarget
from grilse.generator.load.shards import ShardTask
from grilse.generator.models import History
from grilse.generator.schedule.plan_file import parse_plan
from grilse.generator.schedule.run import GeneratorRun, find_yesterday
from grilse.generator.staff import staff_shard
from grilse.generator.staff.directory import get_staff
from grilse.generator.staff.tickets import assign_ticket_numbers
from grilse.generator.world.world import World, parse_world
from grilse.growth.estimating.run import estimate_company, is_estimated
from grilse.growth.models import BatchState
from grilse.stock.models import Batch

AdvanceShard = Callable[[AdvanceTask], AdvancedShard]
Outcome = tuple[AdvanceTask, AdvancedShard]
StoredShards = dict[tuple[str, str], date | None]  # the last day of each shard, None if nothing can follow


@dataclass(frozen=True, kw_only=True, slots=True)
class AdvanceResult:
    """The figures of an advance."""

    company: str
    after: date
    until: date
    batches: int  # to which days were appended
    rows: dict[str, int]
    left: list[str]  # batches whose history cannot go on, with the reason
    states: int
    seconds: float


def advance_history(
    company: str | None,
    until: date | None = None,
    *,
    workers: int,
    address: str = "",
    watch: engine.ProgressDisplay = engine.ignore_progress,
) -> AdvanceResult:
    """Append the days up to `until`, yesterday if it is None; an interrupted advance continues where it stopped."""
    started = time.monotonic()
    with hold_load_lock() as connection:
        history = read_history(connection, company)
        last = until or find_yesterday()
        if last < history.until and until is not None:
            raise GrilseError(
                f"the history of {history.name} goes until {history.until}; it cannot end earlier, on {last}"
            )
        if last > datetime.now(UTC).date() + timedelta(days=1):
            raise GrilseError(f"{last} is in the future: a history ends tomorrow at the latest")
        run = history.run.extend(max(last, history.until))
        advance = _Advance(connection, history, run, workers, address, watch)
        shards = advance.append_days() if last > history.until else []
        states = advance.estimate() if shards else 0
    rows: dict[str, int] = {}
    for shard in shards:
        for table, count in shard.rows.items():
            rows[table] = rows.get(table, 0) + count
    return AdvanceResult(
        company=history.name,
        after=history.until,
        until=run.plan.until,
        batches=len(advance.batches),
        rows=dict(sorted(rows.items())),
        left=[shard.refusal for shard in shards if shard.refusal],
        states=states,
        seconds=time.monotonic() - started,
    )


@dataclass(frozen=True, slots=True)
class StoredHistory:
    """A generated history in the database."""

    company: int
    name: str
    until: date
    run: GeneratorRun


def read_history(connection: Connection[Any], company: str | None) -> StoredHistory:
    """Return the generated history of a company, or of the only company that has one; refuse others."""
    rows = connection.execute(HISTORIES, {"name": company}).fetchall()
    if not rows:
        whose = f"{company} has no" if company else "no company has a"
        raise GrilseError(
            f"{whose} complete generated history: days are appended to what `grilse generate` of this version loaded"
        )
    if len(rows) > 1:
        raise GrilseError(f"name one with --company: {', '.join(row[1] for row in rows)} have generated histories")
    id, name, until, key, plan, world, seed, readings, bias = rows[0]
    run = GeneratorRun(
        world=_take_time_zones(connection, id, parse_world(world, f"the world of {name}")),
        plan=parse_plan(plan, f"the plan of {name}"),
        seed=seed,
        readings_per_day=readings,
        catch_bias=bias,
    )
    if run.key != key:
        raise GrilseError(
            f"another version of Grilse generated the history of {name}, whose rules have changed since: generate it"
            " anew to append days"
        )
    return StoredHistory(id, name, until, run)


def _take_time_zones(connection: Connection[Any], company: int, world: World) -> World:
    """Return a world with the time zones that the geographies of a company have by now."""
    zones = dict(connection.execute(ZONES, [company]).fetchall())
    return replace(
        world,
        geographies=tuple(
            replace(geography, time_zone=zones.get(geography.name, geography.time_zone))
            for geography in world.geographies
        ),
    )


class _Advance:
    """Appends days to the shards of a history."""

    def __init__(
        self,
        connection: Connection[Any],
        history: StoredHistory,
        run: GeneratorRun,
        workers: int,
        address: str,
        watch: engine.ProgressDisplay,
    ) -> None:
        self.connection, self.history, self.run = connection, history, run
        self.workers, self.address, self.watch = workers, address, watch
        self.batches: list[str] = []
        self._was_estimated = is_estimated(history.company)

    def append_days(self) -> list[AdvancedShard]:
        """Append the days, and record that the history has them."""
        hashes = HashUpdate.begin(self.connection, self.history.company, self.run.key, self.history.until)
        stored = self._read_shards()
        batches = [
            self._build_task(batch_shard.KIND, batch.number, stored)
            for batch in self.run.plan.batches
            if stored.get((batch_shard.KIND, batch.number), self.history.until) is not None
        ]
        done = self._run_tasks("batches", advance_or_load_batch, batches)
        tasks, refused = self._prepare_staff(stored)
        done += refused
        done += self._run_tasks("feed and staff", advance_store_or_staff, [*self._list_store_tasks(stored), *tasks])
        if tasks:
            staff_shard.write_last_reports(self.history.company, self.run)
        with self.watch("hashes", 1, "pass") as advance:
            on_time = [
                (task.kind, task.key)
                for task, shard in done
                if task.after == self.history.until and not shard.changed_past and not shard.refusal
            ]
            hashes.record(self.connection, on_time)
            write_history(self.connection, self.history.company, self.run)
            advance(1)
        self.batches = [task.key for task, shard in done if task.kind == batch_shard.KIND and not shard.refusal]
        return [shard for _, shard in done]

    def _list_store_tasks(self, stored: StoredShards) -> list[AdvanceTask]:
        """Return the tasks of the sites that feed fish; the days of others pass without a record."""
        sites = [self._build_task(store_shard.KIND, site, stored) for site in self.run.list_sites()]
        self._add_shards(sites)
        fed = self.run.list_fed_sites(self.history.until)
        idle = [task.key for task in sites if task.key not in fed and task.after == self.history.until]
        self.connection.execute(PASS_DAYS, [self.run.plan.until, self.history.company, self.run.key, idle])
        return [task for task in sites if task.key not in idle]

    def _prepare_staff(self, stored: StoredShards) -> tuple[list[AdvanceTask], list[Outcome]]:
        """Write new members of the staff, and return the tasks of their days; none if the history has no staff."""
        if not any(kind == staff_shard.KIND for kind, _ in stored):
            return [], []
        staff, former = get_staff(self.run), get_staff(self.run.extend(self.history.until))
        office = self._build_task(staff_shard.COMPANY, self.run.world.name, stored)
        try:
            with self.connection.transaction():
                append_members(DatabaseSink(self.connection, self.history.company), staff, former)
        except CannotContinue as refusal:
            return [], [(office, AdvancedShard({}, refusal=f"staff: {refusal}"))]
        row = self.connection.execute(LAST_TICKET, [self.history.company]).fetchone()
        last = max(int(own.max(initial=0)) for own in assign_ticket_numbers(former).values())
        shift = max(int(row[0]) if row else 0, last) - last
        tasks = [self._build_task(staff_shard.KIND, shard, stored) for shard in staff.shard_names]
        self._add_shards(tasks)
        return [replace(task, shift=shift) for task in tasks], []

    def estimate(self) -> int:
        """Estimate the batches to which days were appended; those of a company without estimates wait for them."""
        of_company = Batch.objects.using("owner").filter(company_id=self.history.company, number__in=self.batches)
        if not self._was_estimated:
            states = BatchState.objects.using("owner").filter(company_id=self.history.company)
            of_company = of_company.filter(pk__in=states.values("batch_id"))
        ids = list(of_company.values_list("id", flat=True))
        if not ids:
            return 0
        return estimate_company(self.history.company, ids, workers=self.workers, watch=self.watch).states

    def _read_shards(self) -> StoredShards:
        rows = self.connection.execute(SHARDS, [self.history.company, self.run.key])
        return {(kind, key): until for kind, key, until in rows}

    def _build_task(self, kind: str, key: str, stored: StoredShards) -> AdvanceTask:
        after = stored.get((kind, key), self.history.until) or self.history.until
        return AdvanceTask(self.run, self.history.company, kind, key, after, (kind, key) in stored)

    def _add_shards(self, tasks: Sequence[AdvanceTask]) -> None:
        """Record the shards that are not stored yet, without rows."""
        for task in tasks:
            if not task.is_stored:
                arguments = [self.history.company, self.run.key, task.kind, task.key, self.history.until]
                self.connection.execute(ADD_SHARD, arguments)

    def _run_tasks(self, phase: str, advance_shard: AdvanceShard, tasks: Sequence[AdvanceTask]) -> list[Outcome]:
        waiting = [task for task in tasks if task.after < self.run.plan.until]
        workers, done = min(self.workers, len(waiting)), []
        with self.watch(phase, len(waiting), "shards") as advance:
            for outcome in engine.run_tasks(
                advance_shard, waiting, workers=workers, address=self.address, prepare=connect_django
            ):
                done.append((outcome.task, outcome.unwrap_result(f"the days of {outcome.task.key}")))
                advance(1)
        return done


def advance_or_load_batch(task: AdvanceTask) -> AdvancedShard:
    """Append the days of a batch, or load a batch that starts in these days."""
    if task.is_stored:
        return advance_batch(task)
    return AdvancedShard(batch_shard.load_batch(ShardTask(task.run, DatabaseTarget(task.company), task.key)))


def advance_store_or_staff(task: AdvanceTask) -> AdvancedShard:
    """Append the days of the feed stores of a site, or those of the staff of a site or office."""
    return advance_staff(task) if task.kind == staff_shard.KIND else advance_store(task)


def advance_living_histories() -> None:
    """Append yesterday, and days before it that are missing, to the histories that follow the calendar."""
    for name in History.objects.using("owner").filter(follows_calendar=True).values_list("company__name", flat=True):
        advance_history(name, workers=1)


HISTORIES = """
SELECT c.id, c.name, h.until, h.run, h.plan, h.world, h.seed, h.readings_per_day, h.catch_bias
  FROM generator_history h JOIN farm_company c ON c.id = h.company_id
 WHERE %(name)s::text IS NULL OR c.name = %(name)s ORDER BY c.name
"""
ZONES = "SELECT name, time_zone FROM farm_geography WHERE company_id = %s"
LAST_TICKET = "SELECT coalesce(max(number), 0) FROM helpdesk_ticket WHERE company_id = %s"
SHARDS = "SELECT kind, key, until FROM generator_shard WHERE company_id = %s AND run = %s"
PASS_DAYS = """
UPDATE generator_shard SET until = %s WHERE company_id = %s AND run = %s AND kind = 'store' AND key = ANY(%s)
"""
ADD_SHARD = """
INSERT INTO generator_shard (company_id, run, kind, key, until, rows, content_hash)
VALUES (%s, %s, %s, %s, %s, '{}', '')
"""
