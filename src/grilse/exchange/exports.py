"""`grilse export`: writes a company's records as a package that `grilse import` reads."""

import hashlib
import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

from psycopg import Connection
from psycopg.pq import TransactionStatus

from grilse.errors import GrilseError
from grilse.exchange.columns import PackageColumn, PackageTable
from grilse.exchange.descriptor import DESCRIPTOR, build_descriptor, build_resource
from grilse.exchange.imports import ignore_progress
from grilse.exchange.tables import TABLES

Watch = Callable[[str, float, str], AbstractContextManager[Callable[[float], None]]]


def export_package(
    connection: Connection[Any], folder: Path, company: str, company_id: int, *, watch: Watch = ignore_progress
) -> dict[str, int]:
    """Write a company's records, as of one moment, into a new folder; return the number of rows by table.

    The moment is the snapshot of the connection's transaction, else of a new one. The folder appears
    complete or not at all.
    """
    draft = create_draft_folder(folder)
    try:
        rows, resources = {}, []
        with open_snapshot(connection), watch(f"exporting {company}", len(TABLES), "tables") as advance:
            connection.execute("SET LOCAL TimeZone = 'UTC'")
            connection.execute("SET LOCAL DateStyle = 'ISO, YMD'")
            connection.execute("SET LOCAL work_mem = '256MB'")
            for name, table in TABLES.items():
                path = draft / f"{name}.csv"
                rows[name], size, checksum = write_table(connection, table, company_id, path)
                resources.append(build_resource(table, path.name, rows[name], size, checksum))
                advance(1)
        text = json.dumps(build_descriptor(folder.name, company, resources), indent=1, ensure_ascii=False)
        (draft / DESCRIPTOR).write_text(text + "\n", encoding="utf-8")
        draft.rename(folder)
    except OSError as error:
        raise GrilseError(f"{folder} cannot be written: {error.strerror}") from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return rows


@contextmanager
def open_snapshot(connection: Connection[Any]) -> Iterator[None]:
    """Read in the connection's transaction, or in a new one with a single snapshot."""
    is_free = connection.info.transaction_status is TransactionStatus.IDLE
    with connection.transaction():
        if is_free:
            connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        yield


def create_draft_folder(folder: Path) -> Path:
    """Return a new folder beside the target; refuse to overwrite anything."""
    folder = folder.absolute()
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise GrilseError(f"{folder} is not empty: name a folder that is not there yet")
    draft = folder.with_name(f".{folder.name}.part")
    try:
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(parents=True)
    except OSError as error:
        raise GrilseError(f"{draft.parent} cannot be written: {error.strerror}") from error
    return draft


def write_table(connection: Connection[Any], table: PackageTable, company_id: int, path: Path) -> tuple[int, int, str]:
    """Write one table; return its rows, bytes and checksum."""
    statement = f"COPY ({build_select_sql(table, company_id)}) TO STDOUT (FORMAT csv, HEADER, ENCODING 'UTF8')"
    checksum, size = hashlib.sha256(), 0
    with connection.cursor() as cursor, path.open("wb") as file:
        with cursor.copy(statement.encode()) as copy:
            for block in copy:
                file.write(block)
                checksum.update(block)
                size += len(block)
        return cursor.rowcount, size, checksum.hexdigest()


def build_select_sql(table: PackageTable, company_id: int) -> str:
    """Return the query of a table's rows, in an order that depends on their content alone where it can."""
    cells = ", ".join(f'{build_cell_sql(column)} AS "{column.name}"' for column in table.columns)
    order = ", ".join(build_order_sql(table.columns_by_name[name]) for name in table.sort_columns or table.key)
    last = "" if table.key and not table.sort_columns else ", x.id"
    return f"SELECT {cells} FROM {table.source} WHERE x.company_id = {int(company_id)} ORDER BY {order}{last}"


def build_cell_sql(column: PackageColumn) -> str:
    """Return the SQL of a cell in the format of a package."""
    if column.kind == "time":
        return f"replace(replace({column.sql}::text, ' ', 'T'), '+00', 'Z')"
    if column.kind == "mass":
        return f"round({column.sql} * 0.001, 3)"
    return column.sql


def build_order_sql(column: PackageColumn) -> str:
    """Return the SQL that a table is sorted by; texts by their bytes, whatever the database's language."""
    is_text = column.kind in ("text", "choice", "reference", "stage")
    return f'{column.sql} COLLATE "C"' if is_text else column.sql
