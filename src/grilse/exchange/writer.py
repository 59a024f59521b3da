"""Writes a validated package into the tables of a company, by COPY, in the caller's transaction."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from django.db.models import Model
from numpy.typing import NDArray
from psycopg import Connection

from grilse.bulk.copy import copy_in, read_columns
from grilse.bulk.table import Table
from grilse.environment.daily_summaries import LISTED, OF_ZONE, SUMMARY
from grilse.exchange.columns import PackageColumn
from grilse.exchange.rows import TableRows
from grilse.exchange.rules.adjustments import find_draw_adjustments
from grilse.exchange.rules.feed import find_draw_meals
from grilse.exchange.sorting import find_repeats
from grilse.exchange.species import ResolvedSpecies
from grilse.exchange.tables import TABLES
from grilse.health.models import HealthScore
from grilse.textfiles.cells import NULL, Values

ABSENT = -1  # `bulk` writes it as null
Columns = dict[str, NDArray[Any]]
# Tables whose rows others refer to.
NAMED = {
    "movements",
    "meals",
    "store_adjustments",
    *(column.references for table in TABLES.values() for column in table.columns),
}
DRAWN_BY = {  # of each kind of draws: the table of what draws, the column that refers to it, and how it is found
    "draws": ("meals", "meal_id", find_draw_meals),
    "store_draws": ("store_adjustments", "adjustment_id", find_draw_adjustments),
}
DAILY = (
    f"INSERT INTO environment_dailyenvironment ({LISTED}) {SUMMARY} {OF_ZONE}"
    " WHERE r.company_id = %s AND r.container_id = ANY(%s) GROUP BY 1, 2, 3"
).encode()


@dataclass(slots=True)
class PackageWriter:
    """Writes the tables of one package; `ids` are the rows' ids by table."""

    connection: Connection[Any]
    company: int
    tables: Mapping[str, TableRows]
    resolved: ResolvedSpecies
    lice_placements: NDArray[np.int64]  # the placement of each lice count
    ids: dict[str, NDArray[np.int64]] = field(default_factory=dict)
    row_counts: dict[str, int] = field(default_factory=dict)
    new_geographies: list[str] = field(default_factory=list)
    unchanged: int = 0  # rows of files that the company has already

    def write(self, advance: Callable[[float], None]) -> None:
        """Write every table, each after those it refers to, then the daily summaries."""
        self.merge_geographies()
        for name, rows in self.tables.items():
            if name != "geographies" and len(rows):
                self.write_table(name, rows)
            advance(len(rows))
        containers = self.ids.get("containers", np.empty(0, np.int64)).tolist()
        self.connection.execute(DAILY, [self.company, containers])

    def merge_geographies(self) -> None:
        """Use the geographies that the company has, and create the others."""
        rows = self.tables["geographies"]
        query = "SELECT name, id FROM farm_geography WHERE company_id = %s"
        known = dict(self.connection.execute(query, [self.company]).fetchall())
        names = rows["geography"].tolist()
        new = np.array([name not in known for name in names], np.bool_)
        self.new_geographies = [name for name in names if name not in known]
        self.unchanged += int((~new & (rows.lines > 0)).sum())
        self.copy_rows("geographies", self.build_columns(rows), new)
        known = dict(self.connection.execute(query, [self.company]).fetchall())
        self.ids["geographies"] = np.array([known[name] for name in names], np.int64)

    def write_table(self, name: str, rows: TableRows) -> None:
        """Write one table."""
        columns = self.build_columns(rows)
        keep: NDArray[np.bool_] | None = None
        if name in NAMED:
            self.ids[name] = columns["id"] = self.reserve_ids(rows.table.database_table, len(rows))
        if name == "batches":
            columns |= {"species_id": self.resolved.species, "status": self.compute_status()}
        elif name in ("plan_stages", "placements"):
            columns["stage_id"] = self.resolved.planned_stages if name == "plan_stages" else self.resolved.placed_stages
        elif name == "movements":
            columns["replaces_id"] = self.find_named_movements(rows, "replaces")
        elif name == "harvest_grades":
            columns["movement_id"] = self.find_named_movements(rows, "harvest")
        elif name == "lice":
            columns["placement_id"] = self.ids["placements"][self.lice_placements]
        elif name in DRAWN_BY:
            drawn_by, column, find_positions = DRAWN_BY[name]
            columns[column] = self.ids[drawn_by][find_positions(rows, self.tables[drawn_by])]
        elif name in ("temperature_profiles", "lice_limits"):
            keep = self.select_new_rows(rows)
            self.unchanged += int((~keep).sum())
        elif name == "health_samples":
            self.write_samples(rows, columns)
            return
        self.copy_rows(name, columns, keep)

    def build_columns(self, rows: TableRows) -> Columns:
        """Return the columns that are written unchanged, with the company."""
        values = {
            column.field: self.convert_values(column, rows[column.name])
            for column in rows.table.columns
            if column.field and column.kind != "stage" and column.name != "species"
        }
        return {"company_id": np.full(len(rows), self.company, np.int64), **values}

    def convert_values(self, column: PackageColumn, values: Values) -> NDArray[Any]:
        """Return values in the form that `bulk` writes."""
        if column.kind == "reference":
            return np.append(self.ids.get(column.references, np.empty(0, np.int64)), ABSENT)[values]
        if values.dtype.kind == "O":
            return np.array(values.tolist(), np.str_)
        return np.where(values == NULL, ABSENT, values) if values.dtype.kind == "i" else values

    def copy_rows(
        self, name: str, columns: Columns, keep: NDArray[np.bool_] | None = None, model: type[Model] | None = None
    ) -> None:
        """COPY columns, or some of their rows, into the table."""
        chosen = columns if keep is None else {key: values[keep] for key, values in columns.items()}
        if len(chosen["company_id"]):
            table = Table.from_model(model or TABLES[name].model)
            copied = copy_in(self.connection, table, chosen)
            self.row_counts[name] = self.row_counts.get(name, 0) + (0 if model else copied)

    def reserve_ids(self, table: str, size: int) -> NDArray[np.int64]:
        """Return new ids of a table; one statement."""
        query = (
            "SELECT nextval(s) AS id FROM (SELECT pg_get_serial_sequence(%(table)s, 'id') AS s) q,"
            " generate_series(1, %(size)s)"
        )
        return read_columns(self.connection, query, {"id": "int8"}, {"table": table, "size": size})["id"]

    def compute_status(self) -> NDArray[np.str_]:
        """Return the status of each batch: active while one of its placements has no end."""
        placements = self.tables["placements"]
        is_active = np.zeros(len(self.tables["batches"]), np.bool_)
        is_active[placements["batch"][~placements.is_filled("end_date")]] = True
        return np.where(is_active, "active", "closed")

    def find_named_movements(self, rows: TableRows, column: str) -> NDArray[np.int64]:
        """Return the ids of the movements that a column names by their `ref`, ABSENT where it is blank."""
        ids, movements = np.full(len(rows), ABSENT, np.int64), self.tables["movements"]
        by_ref = {movements["ref"][row]: row for row in np.flatnonzero(movements.is_filled("ref")).tolist()}
        for row in np.flatnonzero(rows.is_filled(column)).tolist():
            ids[row] = self.ids["movements"][by_ref[rows[column][row]]]
        return ids

    def select_new_rows(self, rows: TableRows) -> NDArray[np.bool_]:
        """Return the rows of new geographies and of areas: existing rows of the company stay."""
        names = self.tables["geographies"]["geography"]
        new = np.isin(names[rows["geography"]].astype(np.str_), np.array(self.new_geographies, np.str_))
        return new | (rows.is_filled("area") if "area" in rows.columns else False)

    def write_samples(self, rows: TableRows, columns: Columns) -> None:
        """Write the samples, then the scores of each."""
        later, first = find_repeats([rows["placement"], rows["date"]])
        is_first = np.ones(len(rows), np.bool_)
        is_first[later] = False
        sample = np.arange(len(rows))
        sample[later] = first
        ids = np.empty(len(rows), np.int64)
        ids[is_first] = self.reserve_ids("health_healthsample", int(is_first.sum()))
        self.copy_rows("health_samples", {**columns, "id": ids}, is_first)
        scores = {f"score_{level}": rows[f"score_{level}"] for level in range(4)}
        scores |= {"parameter": np.array(rows["parameter"].tolist(), np.str_), "sample_id": ids[sample]}
        scores["company_id"] = columns["company_id"]
        self.copy_rows("health_samples", scores, rows.is_filled("parameter"), model=HealthScore)
