"""The company of an import or export, and which rows of a package it has already."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from psycopg import Connection

from grilse.errors import GrilseError
from grilse.exchange.rows import TableRows
from grilse.science.time_zones import describe_unknown_zone, list_time_zones

# Tables whose names must be new to the company, or to their site in it, and the database column of the name.
NAMES = {
    "areas": "name",
    "stations": "name",
    "halls": "name",
    "containers": "name",
    "feed_stores": "name",
    "batches": "number",
    "placements": "name",
    "orders": "number",
    "feeds": "name",
    "feed_lots": "number",
}
# By the site columns of a table: the SQL of the full name of a row's site.
SITE_PATHS = {
    ("station",): "s.name",
    (
        "area",
        "hall",
    ): "coalesce(a.name, (SELECT s.name FROM farm_station s WHERE s.id = h.station_id) || '/' || h.name)",
}


def read_companies(connection: Connection[Any]) -> dict[str, int]:
    """Return the companies' ids by name."""
    return dict(connection.execute("SELECT name, id FROM farm_company ORDER BY name").fetchall())


def get_company(connection: Connection[Any], name: str | None) -> tuple[str, int]:
    """Return the name and id of the named company, or of the only one."""
    known = read_companies(connection)
    if name is not None and name in known:
        return name, known[name]
    if name is None and len(known) == 1:
        return next(iter(known.items()))
    raise GrilseError(describe_company_choice(name, known))


def choose_company(connection: Connection[Any], name: str | None, suggested: str) -> tuple[str, int | None]:
    """Return the company that a package is imported into, without an id where it does not exist yet.

    A named company that does not exist is created later; without a name it is the only company, and in a
    database without companies the one that the package came from.
    """
    known = read_companies(connection)
    if name is not None:
        return name, known.get(name)
    if len(known) > 1:
        raise GrilseError(describe_company_choice(None, known))
    return next(iter(known.items())) if known else (suggested, None)


def describe_company_choice(name: str | None, known: Mapping[str, int]) -> str:
    """Return why no company could be chosen, and what to do."""
    names = ", ".join(known)
    if not known:
        return "the database has no company yet: `grilse import` or `grilse generate` makes one"
    if name is None:
        return f"the database has {len(known)} companies: choose one with --company ({names})"
    return f"there is no company {name!r}; there is {names}"


def find_existing_rows(
    connection: Connection[Any], company: int, tables: Mapping[str, TableRows]
) -> dict[str, list[int]]:
    """Return the rows whose names the company has already, by table; a statement per table."""
    matches: dict[str, list[int]] = {}
    for name, column in NAMES.items():
        rows = tables[name]
        if not len(rows):
            continue
        sites = rows.table.site_columns
        shown = f"{SITE_PATHS[sites]} || '/' || x.name" if sites else f"x.{column}"
        source = (rows.table.fingerprint_source or rows.table.source) if sites else f"{rows.table.database_table} x"
        query = f"SELECT {shown} FROM {source} WHERE x.company_id = %s"
        used_names = {row[0] for row in connection.execute(query.encode(), [company])}
        names = [rows.get_path(row) for row in range(len(rows))] if sites else rows[rows.table.name_column].tolist()
        same = [place for place, text in enumerate(names) if text in used_names]
        if same:
            matches[name] = same
    return matches


def resolve_time_zones(connection: Connection[Any], company: int | None, geographies: TableRows) -> None:
    """Fill in the time zones of the package's geographies: the company's where it has the geography already.

    A zone that nobody knows, or another one than the company has, becomes a problem; two statements.
    """
    known = dict(connection.execute(ZONES, [company]).fetchall())
    default = connection.execute(DEFAULT_ZONE, [company]).fetchone()
    zones = geographies["time_zone"].tolist()
    for row, (name, given) in enumerate(zip(geographies["geography"].tolist(), zones, strict=True)):
        zones[row] = known.get(name) or given or (default[0] if default else "UTC")
        if given and given not in list_time_zones():
            geographies.add_problems([row], "time_zone", describe_unknown_zone(given))
            zones[row] = "UTC"
        elif given and given != zones[row]:
            why = f"the company's {name} is in {zones[row]}: leave this blank, or change it there first"
            geographies.add_problems([row], "time_zone", why)
    geographies.columns["time_zone"] = np.array(zones, object)


ZONES = "SELECT name, time_zone FROM farm_geography WHERE company_id = %s"
DEFAULT_ZONE = "SELECT time_zone FROM people_workrules WHERE company_id = %s"


def create_company(connection: Connection[Any], name: str) -> int:
    """Create a company and return its id."""
    row = connection.execute("INSERT INTO farm_company (name) VALUES (%s) RETURNING id", [name]).fetchone()
    assert row is not None  # RETURNING of one row
    return int(row[0])
