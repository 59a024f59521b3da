"""Appends the days of one batch: the records after a day, fitted to what people have entered since."""

import os
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import psycopg
from numpy.typing import NDArray
from psycopg import Connection
from psycopg.types.json import Jsonb

from grilse.bulk.copy import read_columns
from grilse.bulk.table import Table
from grilse.environment.daily_summaries import LISTED, OF_ZONE, SUMMARY
from grilse.errors import GrilseError
from grilse.farm.models import Container
from grilse.farm.time_zones import build_before_sql, build_since_sql
from grilse.generator.load import batch_shard
from grilse.generator.load.batch_shard import build_references, is_finished
from grilse.generator.load.database_sink import DatabaseSink
from grilse.generator.load.shards import RowKeys
from grilse.generator.observation.batch_records import LOOK_AHEAD
from grilse.generator.observation.ledger import build_corrections, build_movement_rows
from grilse.generator.observation.records import (
    CORRECTION,
    KINDS,
    Columns,
    Records,
    build_ledger_rows,
    concatenate_columns,
    take_rows,
)
from grilse.generator.schedule.plan import BatchPlan
from grilse.generator.schedule.run import GeneratorRun, ahead_file
from grilse.generator.truth.batch_truth import BatchTruth
from grilse.generator.truth.simulation import simulate_truth
from grilse.health.models import HealthSample
from grilse.science.arrays import Counts
from grilse.science.days import from_epoch_day, to_epoch_day
from grilse.science.time_zones import compute_local_days
from grilse.stock.ledger import NOT_REPLACED
from grilse.stock.locks import lock_batches
from grilse.stock.models import Placement, TransferOrder

EDITED = "people changed the batch; the generated history goes on with its own count"
SIMULATED_AHEAD = 30  # days
OPEN = np.iinfo(np.int32).max  # the end of a placement that has not ended
Mask = NDArray[np.bool_]


class CannotContinue(GrilseError):
    """People have changed a batch so that its generated history cannot go on."""


@dataclass(frozen=True, slots=True)
class AdvanceTask:
    """A shard to bring to the last day of a run."""

    run: GeneratorRun
    company: int
    kind: str
    key: str
    after: date  # the last day of its records
    is_stored: bool = True  # a batch that starts after that day is not
    shift: int = 0  # of the numbers of new tickets, since people have opened some


@dataclass(frozen=True, slots=True)
class AdvancedShard:
    """What was appended to a shard."""

    rows: dict[str, int]
    refusal: str = ""  # why nothing was appended
    changed_past: bool = False  # whether a correction has a day that had been recorded


def advance_batch(task: AdvanceTask) -> AdvancedShard:
    """Append the days of a batch in one transaction; a batch in which it cannot go on stays as it is."""
    batch = task.run.find_batch(task.key)
    truth, records = batch_shard.simulate_and_observe(task.run, batch, _simulate_ahead(task.run, batch), task.after)
    batch_shard.save_truth_files(task.run, truth, records)
    try:
        with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
            connection.execute("SET LOCAL synchronous_commit = off")
            days = _BatchDays(DatabaseSink(connection, task.company), task, truth, records)
            days.write()
            record_advance(days.sink, task, None if is_finished(truth) else task.run.plan.until)
    except CannotContinue as refusal:
        return AdvancedShard({}, refusal=f"{task.key}: {refusal}")
    return AdvancedShard(days.sink.rows, changed_past=days.changed_past)


def _simulate_ahead(run: GeneratorRun, batch: BatchPlan) -> BatchTruth:
    """Return a truth that goes on after the run, simulated for a month more, so that the next days only read it."""
    path, needed = ahead_file(run.key, batch.number), run.plan.until + timedelta(days=LOOK_AHEAD)
    with suppress(OSError, ValueError, KeyError):
        truth = BatchTruth.load_file(path)
        if is_finished(truth) or truth.start + timedelta(days=truth.days - 1) >= needed:
            return truth
    truth = simulate_truth(run.world, batch, needed + timedelta(days=SIMULATED_AHEAD), run.seed, run.plan)
    path.parent.mkdir(parents=True, exist_ok=True)
    truth.save_file(path)
    return truth


def record_advance(sink: DatabaseSink, task: AdvanceTask, until: date | None) -> None:
    """Record the last day of a shard, in the transaction of its rows; its hash is recorded later."""
    shard = {"company": sink.company, "run": task.run.key, "kind": task.kind, "key": task.key}
    row = sink.connection.execute(READ_ROWS, shard).fetchone()
    rows = dict(row[0]) if row else {}
    rows |= {table: rows.get(table, 0) + count for table, count in sink.rows.items()}
    sink.connection.execute(RECORD_ADVANCE, {**shard, "rows": Jsonb(rows), "until": until})


class _BatchDays:
    """The days of a batch after a day; placements are positions in its truth, days are since 1970-01-01."""

    def __init__(self, sink: DatabaseSink, task: AdvanceTask, truth: BatchTruth, records: Records) -> None:
        self.sink, self.task, self.records, self.changed_past = sink, task, records, False
        self._first = to_epoch_day(truth.start)
        self._after, self._until = to_epoch_day(task.after), to_epoch_day(task.run.plan.until)
        self._batch = _lock_batch(sink.connection, sink.company, task.key)
        placements = records.tables["stock_placement"]
        stored = read_columns(sink.connection, PLACEMENTS, PLACEMENT_KINDS, {"batch": self._batch})
        place = {name: row for row, name in enumerate(stored["name"].tolist())}
        row = np.array([place.get(name, -1) for name in placements["name"].tolist()], np.int64)
        self._ids, self._containers = (np.append(stored[name], -1)[row] for name in ("id", "container_id"))
        self._is_new = placements["start"] > self._after
        # What is generated for a placement that people removed, or after the day on which they ended it, is left out.
        end = np.append(np.where(stored["stop"] < 0, OPEN, stored["stop"]), -1)[row]
        self._end = np.where(self._is_new, OPEN, end)
        self._refuse_taken_places(placements, row)
        self._zone = task.run.world.get_geography(task.run.find_batch(task.key).geography).time_zone
        at = records.tables["environment_reading"]["at"]
        self._reading_day = compute_local_days(at, [self._zone], np.zeros(at.size, np.int64))

    def write(self) -> None:
        """Write the rows of all tables, and end what ended."""
        entered = self._read_entered_rows()
        events, stop = self._take_later_events(entered)
        tables = {name: self._take_later_rows(name, rows, entered) for name, rows in self.records.tables.items()}
        tables["stock_movement"] = self._build_movements(events, stop)
        keys = self._write_placements(tables.pop("stock_placement"))
        self._write_orders(tables, keys)
        self._write_samples(tables, keys)
        tables["stock_harvestgrade"] = _take_harvested_grades(tables)
        for model in batch_shard.DATED_TABLES:
            rows = tables[model._meta.db_table]
            self.sink.write(model, build_references(model, rows, keys))
        self._summarize_entered_days(entered)
        self._end_placements(stop)

    def _refuse_taken_places(self, placements: Columns, stored: Counts) -> None:
        """Refuse to place fish where people have placed others."""
        if (self._is_new & (stored >= 0)).any():
            raise CannotContinue("people have made its next placements")
        names = np.unique(placements["container"][self._is_new]).tolist()
        first = placements["start"][self._is_new].min(initial=OPEN)
        if not names:
            return
        arguments = {"company": self.sink.company, "names": names, "first": from_epoch_day(first)}
        occupant = self.sink.connection.execute(TAKEN, arguments).fetchone()
        if occupant is not None:
            raise CannotContinue(f"batch {occupant[0]} is in {occupant[1]}, where its fish go next")

    def _read_entered_rows(self) -> set[tuple[str, int, int]]:
        """Return table or kind, placement and day of what people have entered for later days; one statement.

        Readings have a time, in microseconds, instead of a day.
        """
        place = {id: position for position, id in enumerate(self._ids.tolist()) if id >= 0}
        arguments = {"placements": list(place), "after": self.task.after}
        kinds = {"what": "text", "placement": "int8", "day": "int8"}
        rows = read_columns(self.sink.connection, ENTERED, kinds, arguments)
        columns = (rows[name].tolist() for name in kinds)
        return {(what, place[placement], day) for what, placement, day in zip(*columns, strict=True)}

    def _is_free(self, what: NDArray[Any] | str, placement: Counts, day: Counts, entered: set[Any]) -> Mask:
        """Return which rows are of later days, of placements that hold fish then, and not entered by people."""
        free = (day > self._after) & (day < self._end[placement])
        if entered:
            kinds = np.broadcast_to(np.asarray(what, object), placement.shape)
            keys = zip(kinds.tolist(), placement.tolist(), day.tolist(), strict=True)
            free &= np.array([key not in entered for key in keys], np.bool_)
        return free

    def _take_later_rows(self, table: str, rows: Columns, entered: set[Any]) -> Columns:
        if table == "stock_placement":
            return take_rows(rows, self._is_new)
        if table in ("stock_transferorder", "health_healthscore", "planning_plannedstage", "stock_movement"):
            return rows  # orders and scores follow the rows to which they belong
        if table == "environment_reading":
            free = self._is_free("", rows["container"], self._reading_day, entered)
            keys = zip(rows["container"].tolist(), rows["at"].tolist(), strict=True)
            if entered:
                free &= np.array([(table, *key) not in entered for key in keys], np.bool_)
            return take_rows(rows, free)
        if table == "environment_dailyenvironment":
            entered = {(table, place, self._find_day(at)) for what, place, at in entered if what == READING}
            return take_rows(rows, self._is_free(table, rows["container"], rows["date"], entered))
        day = rows["start" if table == "health_treatment" else "date"]
        return take_rows(rows, self._is_free(table, rows["placement"], day, entered))

    def _find_day(self, at: int) -> int:
        return int(compute_local_days(np.array([at]), [self._zone], np.zeros(1, np.int64))[0])

    def _summarize_entered_days(self, entered: set[Any]) -> None:
        """Summarize the days of containers whose readings are of people and of the generated sensors."""
        days = {(place, self._find_day(at)) for what, place, at in entered if what == READING}
        later = sorted((place, day) for place, day in days if self._after < day <= self._until)
        arguments = {
            "placements": [int(self._ids[place]) for place, _ in later],
            "days": [from_epoch_day(day) for _, day in later],
        }
        if later:
            self.sink.connection.execute(DELETE_SUMMARIES, arguments)
            self.sink.connection.execute(SUMMARIZE.encode(), arguments)

    def _take_later_events(self, entered: set[Any]) -> tuple[Columns, Counts]:
        """Return the later movements without corrections, and the day of the batch on which each placement ends.

        A new placement to which no fish come, since people have ended their placements, is left out.
        """
        events = take_rows(self.records.events, self._find_free_events(self.records.events, entered))
        if self._is_new.any():
            filled = np.isin(np.arange(self._ids.size), events["target"])
            self._end[self._is_new & ~filled] = -1
            self._is_new &= filled
            events = take_rows(events, self._find_free_events(events, entered))
        elif (self._end < OPEN).all():
            raise CannotContinue("people have ended all of its placements")
        stop = self.records.stop.copy()
        ended = np.flatnonzero(self._end < OPEN)
        stop[ended] = self._end[ended] - self._first
        return events, stop

    def _find_free_events(self, events: Columns, entered: set[Any]) -> Mask:
        """Return which movements are of later days, and of placements that hold fish then on both sides."""
        day = events["day"] + self._first
        free = np.ones(day.size, np.bool_)
        kinds = np.array(KINDS, object)[events["kind"]]
        for side in ("source", "target"):
            # Placements of days to come are not yet recorded.
            recorded = (events[side] >= 0) & (events[side] < self._ids.size)
            place = np.where(recorded, events[side], 0)
            what = kinds if side == "source" else ""
            free &= np.where(recorded, self._is_free(what, place, day, entered), day > self._after)
        return free

    def _build_movements(self, events: Columns, stop: Counts) -> Columns:
        """Return the later movements with the corrections that the stored and the new rows need."""
        stored = self._read_ledger()
        corrections = build_corrections(concatenate_columns([stored, events]), stop)
        rows = build_movement_rows(events, self._first, corrections)
        rows = take_rows(rows, rows["date"] <= self._until)
        is_late = rows["date"] <= self._after
        self.changed_past = bool(is_late.any())
        edited = np.isin(np.where(rows["source"] < 0, rows["target"], rows["source"]), self._find_edited(stored))
        corrects = rows["kind"] == CORRECTION
        return rows | {"reason": np.where(corrects & edited, EDITED, "")}

    def _read_ledger(self) -> Columns:
        """Return the stored movements of the batch that nothing replaces; -1 for a side that is not generated."""
        kinds = {"date": "date", "source": "int8", "target": "int8", "count": "int8"}
        rows = read_columns(
            self.sink.connection, LEDGER, kinds, {"placements": [id for id in self._ids.tolist() if id >= 0]}
        )
        order = np.argsort(self._ids, kind="stable")
        sides = {}
        for side in ("source", "target"):
            position = order[np.minimum(np.searchsorted(self._ids[order], rows[side]), order.size - 1)]
            sides[side] = np.where((rows[side] >= 0) & (self._ids[position] == rows[side]), position, -1)
        day, source, target = rows["date"] - self._first, sides["source"], sides["target"]
        return build_ledger_rows("MORTALITY", day=day, count=rows["count"], source=source, target=target)

    def _find_edited(self, stored: Columns) -> Counts:
        """Return the placements whose stored count is not that of the generated ledger."""
        own = self.records.tables["stock_movement"]
        generated = take_rows(own, own["date"] <= self._after)
        size = self._ids.size
        change = np.zeros(size, np.int64)
        for rows, sign in ((stored, 1), (generated, -1)):
            for side, direction in (("target", 1), ("source", -1)):
                has_side = rows[side] >= 0
                np.add.at(change, rows[side][has_side], sign * direction * rows["count"][has_side])
        return np.flatnonzero(change)

    def _write_placements(self, rows: Columns) -> dict[str, RowKeys]:
        """Write the new placements, and return the keys of all rows to which others refer."""
        containers = self.records.tables["stock_placement"]["container"]
        try:
            new = self.sink.find_keys(Container, containers[self._is_new].tolist())
        except GrilseError as missing:
            raise CannotContinue(str(missing)) from None
        self._containers[self._is_new] = new.columns["id"]
        keys = {
            "batch": RowKeys(Table("stock_batch", ()), {"id": np.array([self._batch])}),
            "stage": self.sink.find_stage_keys(self.task.run.world.species),
            "container": RowKeys(new.table, {"id": self._containers}),
        }
        rows = {**rows, "container": np.flatnonzero(self._is_new)}
        written = self.sink.write_with_keys(Placement, build_references(Placement, rows, keys), ("name",))
        self._ids[self._is_new] = written.columns["id"]
        return keys | {"placement": RowKeys(written.table, {"id": self._ids})}

    def _write_orders(self, tables: dict[str, Columns], keys: dict[str, RowKeys]) -> None:
        """Write the orders of the written transfers."""
        rows, moved = tables.pop("stock_transferorder"), tables["stock_movement"]["order"]
        ids = np.full(len(rows["number"]), -1, np.int64)
        used = np.unique(moved[moved >= 0])
        stored = dict(self.sink.connection.execute(ORDERS, [self._batch]).fetchall())
        known = [order for order in used.tolist() if rows["number"][order] in stored]
        ids[known] = [stored[rows["number"][order]] for order in known]
        new = np.setdiff1d(used, known).astype(np.int64)
        columns = build_references(TransferOrder, take_rows(rows, new), keys)
        written = self.sink.write_with_keys(TransferOrder, columns, ("number",))
        ids[new] = np.asarray(written.columns["id"])
        keys["order"] = RowKeys(written.table, {"id": ids})

    def _write_samples(self, tables: dict[str, Columns], keys: dict[str, RowKeys]) -> None:
        """Write the health samples, and keep the scores of these."""
        complete, rows = self.records.tables["health_healthsample"], tables.pop("health_healthsample")
        written = self.sink.write_with_keys(HealthSample, build_references(HealthSample, rows, keys), ("placement",))
        ids = dict(zip(_list_keys(rows), np.asarray(written.columns["id"]).tolist(), strict=True))
        of_sample = np.array([ids.get(key, -1) for key in _list_keys(complete)], np.int64)
        keys["sample"] = RowKeys(written.table, {"id": of_sample})
        scores = tables["health_healthscore"]
        tables["health_healthscore"] = take_rows(scores, of_sample[scores["sample"]] >= 0)

    def _end_placements(self, stop: Counts) -> None:
        """End the placements that the fish have left, and close the batch with its last placement."""
        day = stop[: self._ids.size] + self._first
        ending = (stop[: self._ids.size] >= 0) & (day <= self._until) & (self._end == OPEN) & ~self._is_new
        connection = self.sink.connection
        arguments = {
            "placements": self._ids[ending].tolist(),
            "days": [from_epoch_day(end) for end in day[ending].tolist()],
            "batch": self._batch,
        }
        connection.execute(END_PLACEMENTS, arguments)
        outside = connection.execute(OUTSIDE, arguments).fetchone()
        if outside is not None:
            raise CannotContinue(f"people have entered a record of {outside[0]} after the day on which it ends")
        connection.execute(CLOSE_BATCH, arguments)


def _lock_batch(connection: Connection[Any], company: int, number: str) -> int:
    """Lock a batch and return its id."""
    row = connection.execute(FIND_BATCH, [company, number]).fetchone()
    if row is None:
        raise CannotContinue("people have removed it")
    lock_batches(connection, company, row)
    return int(row[0])


def _list_keys(samples: Columns) -> list[tuple[int, int]]:
    return list(zip(samples["placement"].tolist(), samples["date"].tolist(), strict=True))


def _take_harvested_grades(tables: dict[str, Columns]) -> Columns:
    """Return the grades of the written harvests."""
    movements, grades = tables["stock_movement"], tables["stock_harvestgrade"]
    harvests = take_rows(movements, movements["kind"] == "HARVEST")
    harvested = set(zip(harvests["source"].tolist(), harvests["date"].tolist(), strict=True))
    return take_rows(grades, np.array([key in harvested for key in _list_keys(grades)], np.bool_))


FIND_BATCH = "SELECT id FROM stock_batch WHERE company_id = %s AND number = %s"
PLACEMENT_KINDS = {"id": "int8", "container_id": "int8", "name": "text", "stop": "date"}
PLACEMENTS = "SELECT id, container_id, name, stop FROM stock_placement WHERE batch_id = %(batch)s"
ORDERS = "SELECT number, id FROM stock_transferorder WHERE batch_id = %s"
TAKEN = """
SELECT b.number, c.name FROM stock_placement p JOIN farm_container c ON c.id = p.container_id
  JOIN stock_batch b ON b.id = p.batch_id
 WHERE c.company_id = %(company)s AND c.name = ANY(%(names)s) AND (p.stop IS NULL OR p.stop > %(first)s) LIMIT 1
"""
LEDGER = f"""
SELECT m.date, m.source_id AS source, m.target_id AS target, m.count FROM stock_movement m
 WHERE (m.source_id = ANY(%(placements)s) OR m.target_id = ANY(%(placements)s)) AND {NOT_REPLACED.format("m")}
"""
READING = "environment_reading"
# Health scores follow their sample, and transfers are not left out.
ENTERED = " UNION ALL ".join(
    (
        *(
            f"SELECT '{table}' AS what, placement_id AS placement, {day} - date '1970-01-01' AS day FROM {table}"
            f" WHERE placement_id = ANY(%(placements)s) AND {day} > %(after)s"
            for table, day in {
                "stock_weightsample": "date",
                "stock_harvestgrade": "date",
                "health_licecount": "date",
                "health_healthsample": "date",
                "health_treatment": "start",
            }.items()
        ),
        """
SELECT kind, source_id, date - date '1970-01-01' FROM stock_movement
 WHERE source_id = ANY(%(placements)s) AND date > %(after)s AND kind <> 'TRANSFER'
""",
        f"""
SELECT '{READING}', p.id, (extract(epoch FROM r.at) * 1000000)::bigint FROM stock_placement p
  JOIN environment_reading r ON r.container_id = p.container_id AND r.at >= %(after)s
 WHERE p.id = ANY(%(placements)s) AND r.entered_at IS NOT NULL
""",
    )
)
SUMMARIZE = f"""
INSERT INTO environment_dailyenvironment ({LISTED}) {SUMMARY} {OF_ZONE}
  JOIN stock_placement p ON p.container_id = r.container_id
  JOIN unnest(%(placements)s::bigint[], %(days)s::date[]) AS e (id, day) ON e.id = p.id
   AND {build_since_sql("r.at", "e.day")} AND {build_before_sql("r.at", "e.day + 1")}
 GROUP BY 1, 2, 3
"""
DELETE_SUMMARIES = """
DELETE FROM environment_dailyenvironment d
 USING unnest(%(placements)s::bigint[], %(days)s::date[]) AS e (id, day), stock_placement p
 WHERE p.id = e.id AND d.container_id = p.container_id AND d.date = e.day
"""
END_PLACEMENTS = """
UPDATE stock_placement p SET stop = e.day FROM unnest(%(placements)s::bigint[], %(days)s::date[]) AS e (id, day)
 WHERE p.id = e.id
"""
OUTSIDE = """
SELECT p.name FROM stock_placement p JOIN stock_movement m ON m.source_id = p.id
 WHERE p.id = ANY(%(placements)s) AND m.count > 0 AND m.date > p.stop LIMIT 1
"""
CLOSE_BATCH = """
UPDATE stock_batch b SET status = 'closed'
 WHERE b.id = %(batch)s AND b.status <> 'closed'
   AND NOT EXISTS (SELECT FROM stock_placement p WHERE p.batch_id = b.id AND p.stop IS NULL)
"""
READ_ROWS = """
SELECT rows FROM generator_shard WHERE company_id = %(company)s AND run = %(run)s AND kind = %(kind)s AND key = %(key)s
"""
RECORD_ADVANCE = """
UPDATE generator_shard SET until = %(until)s, rows = %(rows)s, content_hash = '', finished_at = now()
 WHERE company_id = %(company)s AND run = %(run)s AND kind = %(kind)s AND key = %(key)s
"""
