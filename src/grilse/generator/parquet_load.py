"""Writes a history to Parquet files in a folder; rows refer to each other by natural keys instead of ids."""

import fcntl
import json
import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
from django.db.models import Model

from grilse.bulk import parquet
from grilse.bulk.parquet import DictionaryColumn
from grilse.bulk.table import Table, TableColumn
from grilse.django_setup import connect_without_database
from grilse.errors import GrilseError
from grilse.generator.load import batch_shard, store_shard
from grilse.generator.load.shards import (
    Columns,
    ReferenceColumn,
    RowKeys,
    ShardSink,
    Values,
    count_rows,
    refer_to_first,
)
from grilse.generator.load.world_shard import KIND as WORLD
from grilse.generator.load.world_shard import convert_columns, write_places
from grilse.generator.schedule.run import GeneratorRun
from grilse.generator.shard_runner import OpenProgress, ShardRunner
from grilse.generator.world.rules import STAGES
from grilse.health.models import MortalityCause
from grilse.stock.models import Species, Stage

RUN_FILE = "_run.json"
# The partition column of each kind of shard; the tables of sites are one file each.
PARTITIONS = {batch_shard.KIND: "batch", store_shard.KIND: "site"}


@dataclass(frozen=True, slots=True)
class ParquetTarget:
    """A folder of hive-partitioned data sets, one per table."""

    path: Path

    @contextmanager
    def open_shard(self, run: str, kind: str, key: str, until: date | None = None) -> Iterator["ParquetSink"]:
        """Write the files of a shard; they appear, then its record, when the block ends."""
        column = PARTITIONS.get(kind, "")
        within = parquet.format_partition(column, key) if column else ""
        facts: dict[str, Any] = {"run": run, "kind": kind, "key": key, "rows": {}}
        with parquet.write_part(self.path, parquet.format_partition(kind, key), within, facts) as part:
            sink = ParquetSink(part, column)
            yield sink
            facts["rows"] = sink.rows

    def read_finished_shards(self) -> set[tuple[str, str]]:
        """Return the finished shards."""
        return {(facts["kind"], facts["key"]) for facts in parquet.read_records(self.path).values()}

    def count_loaded_rows(self) -> dict[str, int]:
        """Return the rows of all shards, by table."""
        rows: dict[str, int] = {}
        for facts in parquet.read_records(self.path).values():
            for table, size in facts["rows"].items():
                rows[table] = rows.get(table, 0) + size
        return dict(sorted(rows.items()))

    @contextmanager
    def hold_for_run(self, run: GeneratorRun) -> Iterator[None]:
        """Reserve the folder for one command and one run, and remove the unfinished files of interrupted runs."""
        descriptor = self._open_folder()
        try:
            self._lock_folder(descriptor)
            self._claim_folder(run)
            parquet.remove_unfinished(self.path)
            yield
            parquet.remove_unfinished(self.path)
        finally:
            os.close(descriptor)

    def _open_folder(self) -> int:
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            return os.open(self.path, os.O_RDONLY)
        except OSError as error:
            raise GrilseError(f"{self.path} cannot be used: {error.strerror}; name a folder of yours") from None

    def _lock_folder(self, descriptor: int) -> None:
        """Lock the folder; the lock ends with the process."""
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise GrilseError(f"another load into {self.path} is under way; wait for it, or stop it") from None

    def _claim_folder(self, run: GeneratorRun) -> None:
        """Record the run of the folder, or refuse the folder of another run."""
        path = self.path / RUN_FILE
        if path.exists():
            other = json.loads(path.read_text())
            if (other["run"], other["until"]) != (run.key, run.plan.until.isoformat()):
                raise GrilseError(
                    f"{self.path} already holds another generated history (run {other['run']} until {other['until']});"
                    " name another folder"
                )
        elif any(self.path.iterdir()):
            raise GrilseError(f"{self.path} is not empty and holds no history; name another folder")
        else:
            parquet.write_json(path, describe_run(run))


def describe_run(run: GeneratorRun) -> dict[str, Any]:
    """Return the description of a run for its folder."""
    return {
        "run": run.key,
        "company": run.world.company,
        "world": {"name": run.world.name, "sha256": run.world.sha256},
        "seed": run.seed,
        "readings_per_day": run.readings_per_day,
        "catch_bias": run.catch_bias,
        "until": run.plan.until.isoformat(),
        "batches": [batch.number for batch in run.plan.batches],
    }


class ParquetSink:
    """Writes the rows of one shard with natural keys instead of references."""

    def __init__(self, part: parquet.DatasetPart, partition: str) -> None:
        self.part = part
        self.partition = partition  # the column that the name of the folder contains instead of the file
        self.rows: dict[str, int] = {}

    def find_keys(self, model: type[Model], names: Sequence[str]) -> RowKeys:
        """Return the names themselves."""
        return RowKeys(Table.from_model(model), {"name": np.array(names, np.str_)})

    def find_stage_keys(self, species: str) -> RowKeys:
        """Return the orders of the stages."""
        return RowKeys(Table.from_model(Stage), {"order": np.arange(1, STAGES + 1)})

    def write(self, model: type[Model], columns: Columns) -> None:
        """Append rows to the model's file."""
        table = Table.from_model(model)
        written = {name: values for name, values in columns.items() if name != self.partition}
        column_values = [pair for name, values in written.items() for pair in _expand_column(table, name, values)]
        self.part.write(
            Table(table.name, tuple(column for column, _ in column_values)),
            {column.name: values for column, values in column_values},
        )
        if count_rows(columns):
            self.rows[table.name] = self.rows.get(table.name, 0) + count_rows(columns)

    def write_with_keys(self, model: type[Model], columns: Columns, names: Sequence[str]) -> RowKeys:
        """Append rows, and return their natural keys."""
        self.write(model, columns)
        return RowKeys(Table.from_model(model), {name: columns[name] for name in names})


def _find_column(table: Table, name: str) -> TableColumn:
    return next(column for column in table.columns if column.name == name)


def _expand_column(table: Table, name: str, values: Values) -> Iterator[tuple[TableColumn, Any]]:
    """Yield a column, or the columns of the natural key to which it refers."""
    if isinstance(values, ReferenceColumn):
        yield from _expand_reference(name, values, _find_column(table, f"{name}_id").nullable)
    else:
        yield _find_column(table, name), values


def _expand_reference(name: str, reference: ReferenceColumn, nullable: bool) -> Iterator[tuple[TableColumn, Any]]:
    """Yield the natural key of the referenced rows; a key of one column takes the name of the reference."""
    columns = reference.keys.columns
    for key, values in columns.items():
        own = name if len(columns) == 1 else key
        if isinstance(values, ReferenceColumn):
            yield from _expand_reference(own, values.take_positions(reference.position), nullable)
        else:
            column = TableColumn(own, _find_column(reference.keys.table, key).kind, nullable)
            if column.kind == "text":
                yield column, DictionaryColumn(values, reference.position)
            else:
                yield column, np.append(values, -1)[reference.position]


@dataclass(frozen=True, kw_only=True, slots=True)
class ParquetLoadResult:
    """The figures of a history in a folder."""

    folder: Path
    batches: int
    rows: dict[str, int]
    seconds: float


def write_history(
    run: GeneratorRun, folder: Path, *, workers: int, address: str = "", watch: OpenProgress
) -> ParquetLoadResult:
    """Write a run to a folder; a run that was interrupted continues where it stopped."""
    started = time.monotonic()
    target = ParquetTarget(folder.absolute())
    with target.hold_for_run(run):
        done = target.read_finished_shards()
        if (WORLD, run.world.name) not in done:
            with target.open_shard(run.key, WORLD, run.world.name) as sink:
                _write_reference_rows(sink, run.world.species)
                write_places(sink, run)
        runner = ShardRunner(workers=workers, address=address, watch=watch, prepare=connect_without_database)
        runner.make_shards(run, target, done)
        rows = target.count_loaded_rows()
    return ParquetLoadResult(
        folder=target.path, batches=len(run.plan.batches), rows=rows, seconds=time.monotonic() - started
    )


def _write_reference_rows(sink: ShardSink, species: str) -> None:
    """Write the rows that a database has from its migrations: the species, its stages and the causes of death."""
    species_keys = sink.write_with_keys(Species, {"name": np.array([species])}, ("name",))
    stages = import_module("grilse.stock.migrations.0002_rules").STAGES
    names = ("order", "name", "min_weight_g", "max_weight_g", "water")
    columns = convert_columns(Stage, dict(zip(names, zip(*stages, strict=True), strict=True)))
    sink.write(Stage, {"species": refer_to_first(species_keys, len(stages)), **columns})
    codes, names, above = zip(*import_module("grilse.health.migrations.0002_rules").CAUSES, strict=True)
    place = {code: position for position, code in enumerate(codes)}
    keys = RowKeys(Table.from_model(MortalityCause), {"code": np.array(codes)})
    parent = ReferenceColumn(keys, np.array([place.get(code, -1) for code in above]))
    sink.write(MortalityCause, {**convert_columns(MortalityCause, {"code": codes, "name": names}), "parent": parent})
