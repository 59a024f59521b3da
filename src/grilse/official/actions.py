"""Stores published files, and links areas of the company to localities of the authorities."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grilse.access.reasons import require_reason
from grilse.access.tenancy import get_current_actor
from grilse.bulk.copy import ParameterRows
from grilse.bulk.table import Table
from grilse.errors import GrilseError
from grilse.official.models import PRODUCTION_AREAS, File, Lice, Site
from grilse.official.queries import get_area
from grilse.official.series import OfficialSeries
from grilse.row_validation import check_fields
from grilse.stock.changes import get_psycopg_connection

ONE_AT_A_TIME = 0x6F66 << 48  # the first number of these locks


@dataclass(frozen=True, kw_only=True, slots=True)
class ParsedOfficialFile:
    """A parsed file, its rows in columns; keys of rows are unique."""

    series: OfficialSeries
    name: str
    sha256: str
    columns: Mapping[str, NDArray[Any]]
    """Key and figures, shape (n,); null as `grilse.bulk.table.find_nulls` has it."""
    came: int
    """Rows of the file, with those that repeat another one."""

    @property
    def row_count(self) -> int:
        """Return the number of rows."""
        return len(self.columns["year"])


@dataclass(frozen=True, kw_only=True, slots=True)
class OfficialFileReport:
    """The number of rows that came in a file: rows = new + revised + unchanged."""

    kind: str
    name: str
    rows: int
    new: int
    revised: int
    unchanged: int
    """Rows that were there already, or that repeat another row of the file."""


def store_official_file(delivery: ParsedOfficialFile) -> OfficialFileReport:
    """Write a file's rows: rows that differ are revised, and their old figures stored as a revision.

    The same bytes again change nothing and are not listed again; six statements.
    """
    company, connection = get_current_actor().company, get_psycopg_connection()
    # New rows are counted before they are written: two files at once would both count them.
    connection.execute("SELECT pg_advisory_xact_lock(%s)", [ONE_AT_A_TIME + company])
    whose = {"company_id": np.full(delivery.row_count, company)}
    arriving = ParameterRows(Table.from_model(delivery.series.model), {**whose, **delivery.columns})
    counts = arriving.execute(connection, _build_count_sql(delivery.series, arriving)).fetchone()
    assert counts is not None  # an aggregate has one row
    new, revised = counts
    report = OfficialFileReport(
        kind=delivery.series.kind.value,
        name=delivery.name,
        rows=delivery.came,
        new=new,
        revised=revised,
        unchanged=delivery.came - new - revised,
    )
    if new or revised or not File.objects.filter(sha256=delivery.sha256).exists():
        file = _create_file_row(delivery, report)
        arriving.execute(connection, _build_upsert_sql(delivery.series, arriving), {"file": file})
    return report


def name_site(area: str | int, locality: int, production_area: int | None = None, *, reason: str = "") -> Site:
    """Link an area to a locality; its production area is looked up in published files.

    Changing the locality of an area needs a reason.
    """
    place = get_area(area)
    site = Site.objects.filter(area=place).first()
    other = Site.objects.filter(locality=locality).exclude(area=place).select_related("area").first()
    if other is not None:
        raise GrilseError(f"locality {locality} is {other.area} already: forget it there first", field="locality")
    number = _find_production_area(locality) if production_area is None else production_area
    if not 1 <= number <= PRODUCTION_AREAS:
        raise GrilseError(
            f"there is no production area {number}: it is 1 to {PRODUCTION_AREAS}", field="production_area"
        )
    row = site or Site(company_id=get_current_actor().company, area=place)
    if site is not None and (site.locality, site.production_area) != (locality, number):
        require_reason(reason)
    row.locality, row.production_area = locality, number
    check_fields(row)
    row.save()
    return row


def forget_site(area: str | int, *, reason: str) -> None:
    """Delete the link of an area to its locality."""
    place = get_area(area)
    require_reason(reason)
    if not Site.objects.filter(area=place).delete()[0]:
        raise GrilseError(f"{place} has no locality: there is nothing to forget")


def _find_production_area(locality: int) -> int:
    rows = Lice.objects.filter(locality=locality, production_area__isnull=False)
    latest = rows.order_by("-year", "-week").values_list("production_area", flat=True).first()
    if latest is None:
        raise GrilseError(
            f"no file has the production area of locality {locality}: name one from 1 to {PRODUCTION_AREAS}, or take in"
            " the lice of its year first",
            field="production_area",
        )
    return latest


def _create_file_row(delivery: ParsedOfficialFile, report: OfficialFileReport) -> int:
    """Save the row of the file; return its id."""
    whose = get_current_actor()
    counts = {name: getattr(report, name) for name in ("kind", "name", "rows", "new", "revised", "unchanged")}
    row = File(company_id=whose.company, author_id=whose.user, sha256=delivery.sha256, **counts)
    row.save(force_insert=True)
    return row.pk


def _build_count_sql(series: OfficialSeries, arriving: ParameterRows) -> str:
    """Return the statement that counts the arriving rows that are new and that differ."""
    same = " AND ".join(_build_match_sql(series, name) for name in ("company_id", *series.key))
    return (
        "SELECT count(*) FILTER (WHERE t.id IS NULL),"
        f" count(*) FILTER (WHERE t.id IS NOT NULL AND {_build_difference_sql(series, 'a')})"
        f" FROM {arriving.source} LEFT JOIN {series.table_name} t ON {same}"
    )


def _build_upsert_sql(series: OfficialSeries, arriving: ParameterRows) -> str:
    """Return the statement that adds new rows and revises rows that differ."""
    listed = ", ".join(("company_id", *series.key, *series.figure_columns))
    revised = ", ".join(f"{name} = EXCLUDED.{name}" for name in ("file_id", *series.figure_columns))
    return (
        f"INSERT INTO {series.table_name} AS t (file_id, {listed})"
        f" SELECT %(file)s, {listed} FROM {arriving.source}"
        f" ON CONFLICT ({', '.join(('company_id', *series.key))}) DO UPDATE SET {revised}"
        f" WHERE {_build_difference_sql(series, 'EXCLUDED')}"
    )


def _build_match_sql(series: OfficialSeries, name: str) -> str:
    """Return the comparison of a key column; a nullable one cannot use a hash join."""
    if series.model._meta.get_field(name.removesuffix("_id")).null:
        return f"t.{name} IS NOT DISTINCT FROM a.{name}"
    return f"t.{name} = a.{name}"


def _build_difference_sql(series: OfficialSeries, other: str) -> str:
    stored_figures = ", ".join(f"t.{name}" for name in series.figure_columns)
    new_figures = ", ".join(f"{other}.{name}" for name in series.figure_columns)
    return f"ROW({stored_figures}) IS DISTINCT FROM ROW({new_figures})"
