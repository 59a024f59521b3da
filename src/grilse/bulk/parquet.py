"""Write columns to Parquet data sets: a part's files and its record appear only when the part is complete."""

import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import numpy as np
from numpy.typing import NDArray

from grilse.bulk.table import Table, TableColumn, convert_times, find_nulls
from grilse.errors import GrilseError

try:
    import pyarrow as pa  # type: ignore[import-untyped]  # published without types
    from pyarrow import parquet as pq
except ImportError as error:
    raise GrilseError("Parquet needs pyarrow: pip install 'grilse[parquet]'") from error

# Readers of data sets ignore names that begin with an underscore.
RECORDS = "_parts"
UNFINISHED = "_unfinished"
FILE = "part.parquet"
TYPES = {
    "text": pa.string(),
    "int2": pa.int16(),
    "int4": pa.int32(),
    "int8": pa.int64(),
    "float4": pa.float32(),
    "float8": pa.float64(),
    "date": pa.date32(),
    "timestamptz": pa.timestamp("us", tz="UTC"),
}


@dataclass(frozen=True, slots=True)
class DictionaryColumn:
    """A column of few distinct texts: (m,) texts and (n,) positions in them, negative for null."""

    texts: NDArray[np.str_]
    code: NDArray[np.integer]

    def __len__(self) -> int:
        return len(self.code)


Columns = Mapping[str, NDArray[Any] | DictionaryColumn]


class DatasetPart:
    """The files of one part, one per table, while they are written to a draft folder."""

    def __init__(self, aside: Path) -> None:
        self.draft_folder = aside
        self.files: dict[str, pq.ParquetWriter] = {}

    def write(self, table: Table, columns: Columns) -> int:
        """Append columns to the part's file of a table, as a row group, and return the number of rows.

        Parameters
        ----------
        table : the file's columns, in its order; the same in every call
        columns : one (n,) array per column, as in `grilse.bulk.binary.encode_columns`, or dictionary columns

        Raises KeyError if a column is missing; ValueError if columns differ in length, or a value does not fit its
        column's type.
        """
        arrays = [_build_array(column, columns[column.name]) for column in table.columns]
        fields = [
            pa.field(column.name, array.type, column.nullable)
            for column, array in zip(table.columns, arrays, strict=True)
        ]
        rows = pa.table(arrays, schema=pa.schema(fields))
        if table.name not in self.files:
            path = self.draft_folder / f"{table.name}.parquet"
            # Without Arrow's schema every reader sees plain texts, dictionary-encoded or not.
            self.files[table.name] = pq.ParquetWriter(path, rows.schema, compression="zstd", store_schema=False)
        if rows.num_rows:
            self.files[table.name].write_table(rows)
        return int(rows.num_rows)

    def close(self) -> None:
        """Close the files."""
        for file in self.files.values():
            file.close()

    def publish_files(self, folder: Path, partition: str) -> None:
        """Move the finished files to their places, each in one step."""
        written = {table: self.draft_folder / f"{table}.parquet" for table in self.files}
        # In parallel: a file system syncs many files in little more than the time of one.
        with ThreadPoolExecutor(len(written) or 1) as pool:
            list(pool.map(_sync_file, written.values()))
        for table, path in written.items():
            place = folder / table / partition / FILE
            place.parent.mkdir(parents=True, exist_ok=True)
            path.replace(place)


def format_partition(column: str, value: str) -> str:
    """Return the folder name of a hive partition."""
    return f"{column}={quote(value, safe=' ')}"


@contextmanager
def write_part(folder: Path, name: str, within: str, facts: dict[str, Any]) -> Iterator[DatasetPart]:
    """Write a part of a data set; when the block ends, its files are moved to their places and its record is written.

    Parameters
    ----------
    folder : of the data set; each table is a folder in it
    name : of the part's record; a part with a record is complete
    within : the partition in each table's folder, empty for a table that is not partitioned
    facts : content of the record; the caller may fill it while the part is written
    """
    (folder / UNFINISHED).mkdir(parents=True, exist_ok=True)
    # A new folder: a worker of an interrupted run may still be writing the same part.
    aside = Path(tempfile.mkdtemp(dir=folder / UNFINISHED))
    writing = DatasetPart(aside)
    try:
        try:
            yield writing
        finally:
            writing.close()
        writing.publish_files(folder, within)
        write_json(folder / RECORDS / f"{name}.json", facts)
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def remove_unfinished(folder: Path) -> None:
    """Remove the drafts of parts that were never completed; no other process may be writing."""
    shutil.rmtree(folder / UNFINISHED, ignore_errors=True)


def read_records(folder: Path) -> dict[str, dict[str, Any]]:
    """Return the records of complete parts, by name."""
    return {path.stem: json.loads(path.read_text()) for path in sorted((folder / RECORDS).glob("*.json"))}


def write_json(path: Path, facts: Mapping[str, Any]) -> None:
    """Write a small file in one step."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.write_text(json.dumps(facts, indent=2) + "\n")
    _sync_file(draft)
    draft.replace(path)


def _sync_file(path: Path) -> None:
    """Flush a file to the disk before it gets its final name."""
    with path.open("rb") as file:
        os.fsync(file.fileno())


def _build_array(column: TableColumn, values: NDArray[Any] | DictionaryColumn) -> pa.Array:
    if isinstance(values, DictionaryColumn):
        position = values.code.astype(np.int32)
        return pa.DictionaryArray.from_arrays(
            pa.array(position, mask=position < 0), pa.array(values.texts, pa.string())
        )
    values = convert_times(values, column.kind)
    mask = find_nulls(values) if column.nullable else None
    if column.kind == "text":
        return pa.array(values, pa.string(), mask=mask)
    if column.kind == "date":
        return pa.array(values.astype(np.int64).astype("datetime64[D]"), mask=mask)
    return pa.array(values, mask=mask).cast(TYPES[column.kind])
