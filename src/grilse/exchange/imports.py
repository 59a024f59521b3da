"""`grilse import`: a package in, whole or not at all."""

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

from grilse.bulk import structure
from grilse.errors import GrilseError
from grilse.exchange import company, rules
from grilse.exchange.climate import write_climates
from grilse.exchange.package import Package, open_package
from grilse.exchange.problems import Problems
from grilse.exchange.reading import no_rows, read_table
from grilse.exchange.rows import Rows
from grilse.exchange.species import Resolved, known_species, resolve
from grilse.exchange.standing import attach_lice
from grilse.exchange.tables import TABLES
from grilse.exchange.unusual import warn
from grilse.exchange.writing import Writer
from grilse.growth.estimate import estimate_new

IfPresent = Literal["refuse", "skip"]
Watch = Callable[[str, float, str], AbstractContextManager[Callable[[float], None]]]

MANY = 200_000  # rows, from which on indexes are quicker made afterwards
BULKY = (
    "stock_movement",
    "environment_reading",
    "environment_dailyenvironment",
    "feeding_meal",
    "feeding_draw",
)


@contextmanager
def unwatched(what: str, total: float, unit: str) -> Iterator[Callable[[float], None]]:
    """Show nothing."""
    yield lambda amount: None


@dataclass(frozen=True, kw_only=True, slots=True)
class Imported:
    """What an import did."""

    package: str
    company: str
    company_made: bool = False
    skipped: bool = False
    rows: dict[str, int] = field(default_factory=dict)
    states: int = 0  # daily states estimated
    warnings: list[str] = field(default_factory=list)
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Validated:
    """A package that keeps every rule."""

    tables: dict[str, Rows]
    resolved: Resolved
    hosts: NDArray[np.int64]
    problems: Problems


def import_package(
    connection: Connection[Any],
    folder: Path,
    *,
    company_name: str | None = None,
    if_present: IfPresent = "refuse",
    watch: Watch = unwatched,
) -> Imported:
    """Bring a package into a company; raises `PackageRefused`, with every bad row, and leaves nothing then.

    The connection is the owner's.
    """
    begun = time.monotonic()
    problems = Problems()
    package = open_package(folder, problems)
    with connection.transaction():
        alone(connection)
        name, key = company.target(connection, company_name, package.company or package.name)
        tables = read_tables(package, problems, watch)
        if key is not None and is_there(connection, key, tables, package, if_present, problems):
            return Imported(
                package=package.name, company=name, skipped=True, seconds=time.monotonic() - begun
            )
        checked = validated(connection, tables, problems, package)
        made = key is None
        key = company.make(connection, name) if key is None else key
        rows = written(connection, key, checked, package, watch)
        # No trigger keeps the rows of a bulk load one by one: this says what came.
        connection.execute(TOLD, {"company": key, "source": package.name[:200], "rows": Jsonb(rows)})
        # New rows change which plans are good.
        for table in rows:
            connection.execute(f"ANALYZE {TABLES[table].written}".encode())
        states = estimate_new(connection, key)
    return Imported(
        package=package.name,
        company=name,
        company_made=made,
        rows=rows,
        states=states,
        warnings=checked.problems.warnings,
        seconds=time.monotonic() - begun,
    )


def alone(connection: Connection[Any]) -> None:
    """Hold off other imports, and refuse beside a load that has dropped indexes."""
    row = connection.execute("SELECT pg_try_advisory_xact_lock(%s)", [structure.LOADING]).fetchone()
    if not (row and row[0]):
        raise GrilseError("another load into this database is under way; wait for it, or stop it first")


def read_tables(package: Package, problems: Problems, watch: Watch) -> dict[str, Rows]:
    """Read every table of the package, each after those it refers to."""
    tables: dict[str, Rows] = {}
    size = sum(path.stat().st_size for path in package.files.values())
    with watch(f"reading {package.name}", size, "bytes") as advance:
        for name, table in TABLES.items():
            if name in package.files:
                tables[name] = read_table(table, package.files[name], tables, problems, advance)
            else:
                tables[name] = no_rows(table, tables, problems)
    return tables


def is_there(
    connection: Connection[Any],
    key: int,
    tables: dict[str, Rows],
    package: Package,
    if_present: IfPresent,
    problems: Problems,
) -> bool:
    """Return whether the company has the whole package already; blame the names that it has, if not."""
    found = company.present(connection, key, tables)
    whole = bool(found) and all(len(found.get(name, ())) == len(tables[name]) for name in company.NAMES)
    if whole and if_present == "skip":
        return True
    if whole:
        raise GrilseError(
            f"{package.name} has been imported already and nothing was written;"
            " --if-present skip makes this no error"
        )
    for name, places in found.items():
        rows = tables[name]
        rows.blame(places, rows.table.named, "the company has one of this name already")
    return False


def validated(
    connection: Connection[Any], tables: dict[str, Rows], problems: Problems, package: Package
) -> Validated:
    """Return the package if every row keeps every rule."""
    resolved = resolve(tables, known_species(connection))
    rules.check(tables)
    hosts = attach_lice(tables)
    problems.refuse(package.name)
    warn(tables, resolved, problems)
    return Validated(tables, resolved, hosts, problems)


def written(
    connection: Connection[Any], key: int, checked: Validated, package: Package, watch: Watch
) -> dict[str, int]:
    """Write the package and return the rows of each table."""
    writer = Writer(connection, key, checked.tables, checked.resolved, checked.hosts)
    total = sum(map(len, checked.tables.values()))
    try:
        with watch(f"writing {package.name}", total, "rows") as advance, indexed_after(connection, total):
            writer.write(advance)
        write_climates(connection, key, writer.new_geographies, package.files.keys())
    except (psycopg.IntegrityError, psycopg.DataError) as error:
        line = str(error).splitlines()[0]
        raise GrilseError(f"{package.name} was not imported and nothing was written: {line}") from error
    return writer.written


@contextmanager
def indexed_after(connection: Connection[Any], rows: int) -> Iterator[None]:
    """Write much into empty tables without their indexes, and make those afterwards, in one transaction."""
    parts = structure.drop(connection, BULKY) if rows > MANY else []
    yield
    # What is still to be proven of a table would keep its indexes from being made.
    connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
    connection.execute("SET LOCAL maintenance_work_mem = '512MB'")
    for types in structure.PASSES:
        for part in parts:
            if part.type in types:
                connection.execute(part.making())


TOLD = """
INSERT INTO farm_bulkload (company_id, kind, source, rows)
VALUES (%(company)s, 'import', %(source)s, %(rows)s)
"""
