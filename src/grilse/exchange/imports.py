"""`grilse import`: imports a package completely or not at all."""

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import numpy as np
import psycopg
from numpy.typing import NDArray
from psycopg import Connection
from psycopg.types.json import Jsonb

from grilse.bulk import schema_objects
from grilse.errors import GrilseError
from grilse.exchange import company
from grilse.exchange.climate import write_climates
from grilse.exchange.package import Package, open_package
from grilse.exchange.problems import Problems
from grilse.exchange.reader import build_empty_table, read_table
from grilse.exchange.rows import TableRows
from grilse.exchange.rules import all_tables
from grilse.exchange.rules.health import find_lice_placements
from grilse.exchange.species import ResolvedSpecies, read_species, resolve_species
from grilse.exchange.tables import TABLES
from grilse.exchange.warnings import warn_unusual
from grilse.exchange.writer import PackageWriter
from grilse.growth.estimating.run import estimate_missing_batches
from grilse.textfiles.dialect import DETECT, FileDialect

IfPresent = Literal["refuse", "skip"]
Watch = Callable[[str, float, str], AbstractContextManager[Callable[[float], None]]]

MANY = 200_000  # rows, from which on it is faster to build indexes afterwards
BULKY = ("stock_movement", "environment_reading", "environment_dailyenvironment", "feeding_meal", "feeding_draw")


@contextmanager
def ignore_progress(what: str, total: float, unit: str) -> Iterator[Callable[[float], None]]:
    """Show nothing."""
    yield lambda amount: None


@dataclass(frozen=True, kw_only=True, slots=True)
class ImportReport:
    """The result of an import: came = taken + unchanged + refused."""

    package: str
    company: str
    company_made: bool = False
    skipped: bool = False
    came: int = 0  # rows of the files
    taken: int = 0
    unchanged: int = 0  # rows that the company has already
    refused: int = 0  # none, or the whole package is refused
    rows: dict[str, int] = field(default_factory=dict)  # written, by table
    states: int = 0  # daily states estimated
    warnings: list[str] = field(default_factory=list)
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class ValidatedPackage:
    """A package without problems."""

    tables: dict[str, TableRows]
    resolved: ResolvedSpecies
    lice_placements: NDArray[np.int64]
    problems: Problems


def import_package(
    connection: Connection[Any],
    folder: Path,
    *,
    company_name: str | None = None,
    if_present: IfPresent = "refuse",
    watch: Watch = ignore_progress,
    dialect: FileDialect = DETECT,
) -> ImportReport:
    """Import a package into a company; raise `PackageRefused` with the bad rows, and write nothing then.

    The connection is that of the owner role.
    """
    started = time.monotonic()
    problems = Problems()
    package = open_package(folder, problems, dialect)
    with connection.transaction():
        lock_imports(connection)
        name, key = company.choose_company(connection, company_name, package.company or package.name)
        tables = read_tables(package, problems, watch)
        if key is not None and is_imported_already(connection, key, tables, package, if_present, problems):
            came, seconds = count_rows(tables), time.monotonic() - started
            return ImportReport(
                package=package.name, company=name, skipped=True, came=came, unchanged=came, seconds=seconds
            )
        company.resolve_time_zones(connection, key, tables["geographies"])
        checked = validate_package(connection, tables, problems, package)
        is_new = key is None
        key = company.create_company(connection, name) if key is None else key
        rows, unchanged = write_package(connection, key, checked, package, watch)
        # Triggers do not record the rows of a bulk load one by one: this row sums them up.
        connection.execute(INSERT_BULK_LOAD, {"company": key, "source": package.name[:200], "rows": Jsonb(rows)})
        # The planner needs statistics of the new rows.
        for table in rows:
            connection.execute(f"ANALYZE {TABLES[table].database_table}".encode())
        states = estimate_missing_batches(connection, key)
    return ImportReport(
        package=package.name,
        company=name,
        company_made=is_new,
        came=count_rows(tables),
        taken=count_rows(tables) - unchanged,
        unchanged=unchanged,
        rows=rows,
        states=states,
        warnings=checked.problems.warnings,
        seconds=time.monotonic() - started,
    )


def count_rows(tables: dict[str, TableRows]) -> int:
    """Return the rows of the files, without those that only a reference creates."""
    return sum(int((rows.lines > 0).sum()) for rows in tables.values())


def lock_imports(connection: Connection[Any]) -> None:
    """Block other imports; refuse while a load that dropped indexes is running."""
    row = connection.execute("SELECT pg_try_advisory_xact_lock(%s)", [schema_objects.BULK_LOAD_LOCK]).fetchone()
    if not (row and row[0]):
        raise GrilseError("another load into this database is under way; wait for it, or stop it first")


def read_tables(package: Package, problems: Problems, watch: Watch) -> dict[str, TableRows]:
    """Read every table of the package, each after those it refers to."""
    tables: dict[str, TableRows] = {}
    size = sum(path.stat().st_size for path in package.files.values())
    with watch(f"reading {package.name}", size, "bytes") as advance:
        for name, table in TABLES.items():
            if name in package.files:
                tables[name] = read_table(table, package.files[name], tables, problems, advance, package.dialects[name])
            else:
                readable = name not in package.unreadable
                tables[name] = build_empty_table(table, tables, problems, readable=readable)
    return tables


def is_imported_already(
    connection: Connection[Any],
    key: int,
    tables: dict[str, TableRows],
    package: Package,
    if_present: IfPresent,
    problems: Problems,
) -> bool:
    """Return whether the company has the complete package already; report names that it has, if not."""
    existing_rows = company.find_existing_rows(connection, key, tables)
    is_complete = bool(existing_rows) and all(
        len(existing_rows.get(name, ())) == len(tables[name]) for name in company.NAMES
    )
    if is_complete and if_present == "skip":
        return True
    if is_complete:
        raise GrilseError(
            f"{package.name} has been imported already and nothing was written; --if-present skip makes this no error"
        )
    for name, places in existing_rows.items():
        rows = tables[name]
        rows.add_problems(places, rows.table.name_column, "the company has one of this name already")
    return False


def validate_package(
    connection: Connection[Any], tables: dict[str, TableRows], problems: Problems, package: Package
) -> ValidatedPackage:
    """Return the validated package; raise `PackageRefused` if a row breaks a rule."""
    resolved = resolve_species(tables, read_species(connection))
    all_tables.check_tables(tables)
    hosts = find_lice_placements(tables)
    problems.raise_if_any(package.name)
    warn_unusual(tables, resolved, problems)
    return ValidatedPackage(tables, resolved, hosts, problems)


def write_package(
    connection: Connection[Any], key: int, checked: ValidatedPackage, package: Package, watch: Watch
) -> tuple[dict[str, int], int]:
    """Write the package; return the rows of each table, and how many the company has already."""
    writer = PackageWriter(connection, key, checked.tables, checked.resolved, checked.lice_placements)
    total = sum(map(len, checked.tables.values()))
    try:
        with watch(f"writing {package.name}", total, "rows") as advance, rebuild_indexes_after(connection, total):
            writer.write(advance)
        write_climates(connection, key, writer.new_geographies, package.files.keys())
    except (psycopg.IntegrityError, psycopg.DataError) as error:
        line = str(error).splitlines()[0]
        raise GrilseError(f"{package.name} was not imported and nothing was written: {line}") from error
    return writer.row_counts, writer.unchanged


@contextmanager
def rebuild_indexes_after(connection: Connection[Any], rows: int) -> Iterator[None]:
    """Write many rows into empty tables without their indexes, and build those afterwards."""
    parts = schema_objects.drop_schema_objects(connection, BULKY) if rows > MANY else []
    yield
    # Pending constraint checks of a table would block its indexes.
    connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
    connection.execute("SET LOCAL maintenance_work_mem = '512MB'")
    for types in schema_objects.CREATION_ORDER:
        for part in parts:
            if part.type in types:
                connection.execute(part.build_create_sql())


INSERT_BULK_LOAD = """
INSERT INTO farm_bulkload (company_id, kind, source, rows)
VALUES (%(company)s, 'import', %(source)s, %(rows)s)
"""
