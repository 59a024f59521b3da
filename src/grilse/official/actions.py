"""Published files taken in, and which site of the company is which of theirs."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grilse.bulk.arriving import arriving
from grilse.bulk.table import Table
from grilse.errors import GrilseError
from grilse.farm.reasons import required_reason
from grilse.farm.rows import checked
from grilse.farm.tenancy import acting
from grilse.official.models import File, Lice, Site
from grilse.official.queries import existing
from grilse.official.series import Series
from grilse.stock.changes import psycopg_connection

ONE_AT_A_TIME = 0x6F66 << 48  # where the numbers of these locks begin
AREAS = 13  # production areas of the regulation


@dataclass(frozen=True, kw_only=True, slots=True)
class Delivery:
    """A file as a door brings it, its rows in columns; no two rows have the same key."""

    series: Series
    name: str
    sha256: str
    columns: Mapping[str, NDArray[Any]]
    """Key and figures, shape (n,); null as `grilse.bulk.kinds.absent` has it."""

    @property
    def rows(self) -> int:
        """Return the number of rows."""
        return len(self.columns["year"])


@dataclass(frozen=True, kw_only=True, slots=True)
class Taken:
    """What a file changed."""

    kind: str
    name: str
    rows: int
    new: int
    revised: int
    unchanged: int


def take_in(delivery: Delivery) -> Taken:
    """Write a file's rows: what is there and differs is revised, its old figures stay as a revision.

    The same bytes again change nothing and are not listed again. Eight statements.
    """
    company, connection = acting().company, psycopg_connection()
    # What is new is told before it is written: two files at once would both call it new.
    connection.execute("SELECT pg_advisory_xact_lock(%s)", [ONE_AT_A_TIME + company])
    filler = {"id": 0, "file_id": 0, "company_id": company}
    whose = {name: np.full(delivery.rows, value) for name, value in filler.items()}
    arrivals = arriving(connection, Table.of(delivery.series.model), {**whose, **delivery.columns})
    told = connection.execute(_telling(delivery.series, arrivals).encode()).fetchone()
    assert told is not None  # an aggregate has one row
    new, revised = told
    taken = Taken(
        kind=delivery.series.kind.value,
        name=delivery.name,
        rows=delivery.rows,
        new=new,
        revised=revised,
        unchanged=delivery.rows - new - revised,
    )
    if new or revised or not File.objects.filter(sha256=delivery.sha256).exists():
        file = _listed(delivery, taken)
        connection.execute(_writing(delivery.series, arrivals).encode(), {"file": file})
    return taken


def name_site(
    area: str | int, locality: int, production_area: int | None = None, *, reason: str = ""
) -> Site:
    """Say which site of the authorities an area is; its production area is looked up in their files.

    An area that has a locality gets another one for a reason only.
    """
    place = existing(area)
    stands = Site.objects.filter(area=place).first()
    other = Site.objects.filter(locality=locality).exclude(area=place).select_related("area").first()
    if other is not None:
        raise GrilseError(
            f"locality {locality} is {other.area} already: forget it there first", field="locality"
        )
    number = _published(locality) if production_area is None else production_area
    if not 1 <= number <= AREAS:
        raise GrilseError(
            f"there is no production area {number}: it is 1 to {AREAS}", field="production_area"
        )
    row = stands or Site(company_id=acting().company, area=place)
    if stands is not None and (stands.locality, stands.production_area) != (locality, number):
        required_reason(reason)
    row.locality, row.production_area = locality, number
    checked(row)
    row.save()
    return row


def forget_site(area: str | int, *, reason: str) -> None:
    """Take away what an area is to the authorities."""
    place = existing(area)
    required_reason(reason)
    if not Site.objects.filter(area=place).delete()[0]:
        raise GrilseError(f"{place} has no locality: there is nothing to forget")


def _published(locality: int) -> int:
    rows = Lice.objects.filter(locality=locality, production_area__isnull=False)
    latest = rows.order_by("-year", "-week").values_list("production_area", flat=True).first()
    if latest is None:
        raise GrilseError(
            f"no file has the production area of locality {locality}: name one from 1 to {AREAS}, or take in"
            " the lice of its year first",
            field="production_area",
        )
    return latest


def _listed(delivery: Delivery, taken: Taken) -> int:
    """List the file; return its id."""
    whose = acting()
    counts = {name: getattr(taken, name) for name in ("kind", "name", "rows", "new", "revised", "unchanged")}
    row = File(company_id=whose.company, author_id=whose.user, sha256=delivery.sha256, **counts)
    row.save(force_insert=True)
    return row.pk


def _telling(series: Series, arrivals: str) -> str:
    """Return the statement that tells how many arrivals are new, and how many say otherwise."""
    same = " AND ".join(_same(series, name) for name in ("company_id", *series.key))
    return (
        "SELECT count(*) FILTER (WHERE t.id IS NULL),"
        f" count(*) FILTER (WHERE t.id IS NOT NULL AND {_differs(series, 'a')})"
        f' FROM "{arrivals}" a LEFT JOIN {series.table} t ON {same}'
    )


def _writing(series: Series, arrivals: str) -> str:
    """Return the statement that adds the new arrivals and revises what says otherwise."""
    listed = ", ".join(("company_id", *series.key, *series.figures))
    revised = ", ".join(f"{name} = EXCLUDED.{name}" for name in ("file_id", *series.figures))
    return (
        f"INSERT INTO {series.table} AS t (file_id, {listed})"
        f' SELECT %(file)s, {listed} FROM "{arrivals}"'
        f" ON CONFLICT ({', '.join(('company_id', *series.key))}) DO UPDATE SET {revised}"
        f" WHERE {_differs(series, 'EXCLUDED')}"
    )


def _same(series: Series, name: str) -> str:
    """Return the test of one column of the key; one that may be null cannot be hashed."""
    if series.model._meta.get_field(name.removesuffix("_id")).null:
        return f"t.{name} IS NOT DISTINCT FROM a.{name}"
    return f"t.{name} = a.{name}"


def _differs(series: Series, other: str) -> str:
    stands = ", ".join(f"t.{name}" for name in series.figures)
    said = ", ".join(f"{other}.{name}" for name in series.figures)
    return f"ROW({stands}) IS DISTINCT FROM ROW({said})"
