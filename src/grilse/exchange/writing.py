"""A validated package into the tables of a company, by COPY, in the caller's transaction."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from django.apps import apps
from django.db.models import Model
from numpy.typing import NDArray
from psycopg import Connection

from grilse.bulk.copy import copy_in, read
from grilse.bulk.table import Table
from grilse.environment.daily import LISTED, SUMMARY
from grilse.exchange.cells import NULL, Values
from grilse.exchange.columns import Column
from grilse.exchange.feed_rules import meals_of
from grilse.exchange.order import repeats
from grilse.exchange.rows import Rows
from grilse.exchange.species import Resolved
from grilse.exchange.tables import TABLES

ABSENT = -1  # what `bulk` writes as null
Columns = dict[str, NDArray[Any]]
NAMED = {column.to for table in TABLES.values() for column in table.columns if column.to}
DAILY = (
    f"INSERT INTO environment_dailyenvironment ({LISTED}) {SUMMARY}"
    " WHERE company_id = %s AND container_id = ANY(%s) GROUP BY 1, 2, 3"
).encode()


def model(table: str) -> type[Model]:
    """Return the model of a database table."""
    room, _, name = table.partition("_")
    return apps.get_model(room, name)


@dataclass(slots=True)
class Writer:
    """Writes the tables of one package; `ids` are the rows' ids by table."""

    connection: Connection[Any]
    company: int
    tables: Mapping[str, Rows]
    resolved: Resolved
    hosts: NDArray[np.int64]  # the placement of each lice count
    ids: dict[str, NDArray[np.int64]] = field(default_factory=dict)
    written: dict[str, int] = field(default_factory=dict)
    new_geographies: list[str] = field(default_factory=list)

    def write(self, advance: Callable[[float], None]) -> None:
        """Write every table, each after those it refers to, then what is derived."""
        self.merge_geographies()
        for name, rows in self.tables.items():
            if name != "geographies" and len(rows):
                self.write_table(name, rows)
            advance(len(rows))
        containers = self.ids.get("containers", np.empty(0, np.int64)).tolist()
        self.connection.execute(DAILY, [self.company, containers])

    def merge_geographies(self) -> None:
        """Use the geographies that the company has, and make the others."""
        rows = self.tables["geographies"]
        query = "SELECT name, id FROM farm_geography WHERE company_id = %s"
        known = dict(self.connection.execute(query, [self.company]).fetchall())
        names = rows["geography"].tolist()
        new = np.array([name not in known for name in names], np.bool_)
        self.new_geographies = [name for name in names if name not in known]
        self.copy("geographies", self.columns(rows), new)
        known = dict(self.connection.execute(query, [self.company]).fetchall())
        self.ids["geographies"] = np.array([known[name] for name in names], np.int64)

    def write_table(self, name: str, rows: Rows) -> None:
        """Write one table."""
        columns = self.columns(rows)
        keep: NDArray[np.bool_] | None = None
        if name in NAMED or name == "movements":
            self.ids[name] = columns["id"] = self.reserve(rows.table.written, len(rows))
        if name == "batches":
            columns |= {"species_id": self.resolved.species, "status": self.status()}
        elif name in ("plan_stages", "placements"):
            columns["stage_id"] = self.resolved.planned if name == "plan_stages" else self.resolved.placed
        elif name == "movements":
            columns["replaces_id"] = self.replaced(rows)
        elif name == "lice":
            columns["placement_id"] = self.ids["placements"][self.hosts]
        elif name == "meals":
            self.ids[name] = columns["id"] = self.reserve(rows.table.written, len(rows))
        elif name == "draws":
            columns["meal_id"] = self.ids["meals"][meals_of(rows, self.tables["meals"])]
        elif name in ("temperature_profiles", "lice_limits"):
            keep = self.unsettled(rows)
        elif name == "health_samples":
            self.write_samples(rows, columns)
            return
        self.copy(name, columns, keep)

    def columns(self, rows: Rows) -> Columns:
        """Return what is written as it stands, and whose it is."""
        found = {
            column.field: self.stored(column, rows[column.name])
            for column in rows.table.columns
            if column.field and column.kind != "stage" and column.name != "species"
        }
        return {"company_id": np.full(len(rows), self.company, np.int64), **found}

    def stored(self, column: Column, values: Values) -> NDArray[Any]:
        """Return values as `bulk` takes them."""
        if column.kind == "reference":
            return np.append(self.ids.get(column.to, np.empty(0, np.int64)), ABSENT)[values]
        if values.dtype.kind == "O":
            return np.array(values.tolist(), np.str_)
        return np.where(values == NULL, ABSENT, values) if values.dtype.kind == "i" else values

    def copy(
        self, name: str, columns: Columns, keep: NDArray[np.bool_] | None = None, into: str = ""
    ) -> None:
        """COPY columns, or some of their rows, into the table."""
        chosen = columns if keep is None else {key: values[keep] for key, values in columns.items()}
        if len(chosen["company_id"]):
            table = Table.of(model(into or TABLES[name].written))
            copied = copy_in(self.connection, table, chosen)
            self.written[name] = self.written.get(name, 0) + (0 if into else copied)

    def reserve(self, table: str, size: int) -> NDArray[np.int64]:
        """Return new ids of a table; one statement."""
        query = (
            "SELECT nextval(s) AS id FROM (SELECT pg_get_serial_sequence(%(table)s, 'id') AS s) q,"
            " generate_series(1, %(size)s)"
        )
        return read(self.connection, query, {"id": "int8"}, {"table": table, "size": size})["id"]

    def status(self) -> NDArray[np.str_]:
        """Return whether fish of each batch still stand."""
        placements = self.tables["placements"]
        stands = np.zeros(len(self.tables["batches"]), np.bool_)
        stands[placements["batch"][~placements.given("end_date")]] = True
        return np.where(stands, "active", "closed")

    def replaced(self, rows: Rows) -> NDArray[np.int64]:
        """Return the ids of the rows that each corrects."""
        found = np.full(len(rows), ABSENT, np.int64)
        by_ref = {rows["ref"][row]: row for row in np.flatnonzero(rows.given("ref")).tolist()}
        for row in np.flatnonzero(rows.given("replaces")).tolist():
            found[row] = self.ids["movements"][by_ref[rows["replaces"][row]]]
        return found

    def unsettled(self, rows: Rows) -> NDArray[np.bool_]:
        """Return the rows of geographies that are new, and of areas: what a company has of its own stays."""
        names = self.tables["geographies"]["geography"]
        new = np.isin(names[rows["geography"]].astype(np.str_), np.array(self.new_geographies, np.str_))
        return new | (rows.given("area") if "area" in rows.columns else False)

    def write_samples(self, rows: Rows, columns: Columns) -> None:
        """Write the samples, then the scores of each."""
        later, first = repeats([rows["placement"], rows["date"]])
        one = np.ones(len(rows), np.bool_)
        one[later] = False
        sample = np.arange(len(rows))
        sample[later] = first
        ids = np.empty(len(rows), np.int64)
        ids[one] = self.reserve("health_healthsample", int(one.sum()))
        self.copy("health_samples", {**columns, "id": ids}, one)
        scores = {f"score_{level}": rows[f"score_{level}"] for level in range(4)}
        scores |= {"parameter": np.array(rows["parameter"].tolist(), np.str_), "sample_id": ids[sample]}
        scores["company_id"] = columns["company_id"]
        self.copy("health_samples", scores, rows.given("parameter"), into="health_healthscore")
