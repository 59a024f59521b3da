"""Files that Norwegian authorities publish, taken in as they are downloaded: all rows, or none."""

import hashlib
import io
from datetime import date

import numpy as np
from numpy.typing import NDArray

from grilse.errors import GrilseError
from grilse.exchange.cells import NULL, Values
from grilse.exchange.columns import PackageTable
from grilse.exchange.official_formats import ANSWERS, FORMATS
from grilse.exchange.official_reading import delimiter_of, read_official, titled
from grilse.exchange.problems import Problems
from grilse.exchange.rows import Rows
from grilse.official import actions
from grilse.official.actions import Delivery, Taken
from grilse.official.series import Series

WEEKS = 52


def take_in(content: bytes, name: str) -> Taken:
    """Take a published file in for the company acted for; which it is, its header tells. Eight statements."""
    return actions.take_in(delivery(content, name))


def delivery(content: bytes, name: str) -> Delivery:
    """Return what a file says; refuse it whole, with every bad row named, if one will not do."""
    table, series, delimiter = recognised(content, name)
    problems = Problems()
    # Bytes that are no UTF-8 become lone surrogates, so that the cell they stand in can be named.
    text = io.TextIOWrapper(io.BytesIO(content), "utf-8-sig", errors="surrogateescape", newline="")
    rows = read_official(table, text, name, delimiter, problems)
    kept = NONE
    if rows.readable:
        if "week" in series.key:
            blame_weeks(rows)
        kept = once(rows)
    problems.refuse(name)
    if not len(kept):
        raise GrilseError(f"{name} has a header and no rows: {MEANT}")
    columns = {column.field: stored(rows[column.name][kept], column.kind) for column in table.columns}
    digest = hashlib.sha256(content).hexdigest()
    return Delivery(series=series, name=name, sha256=digest, columns=columns)


def recognised(content: bytes, name: str) -> tuple[PackageTable, Series, str]:
    """Return the format of a file, its series, and what separates its cells."""
    if content.startswith(b"PK"):
        raise GrilseError(f"{name} is a workbook, not CSV: save it as CSV UTF-8, or {MEANT}")
    first = content.split(b"\n", 1)[0].decode("utf-8-sig", errors="replace")
    delimiter = delimiter_of(first)
    titles = {titled(cell.strip('"\r')) for cell in first.split(delimiter)}
    for title, (table, series) in FORMATS.items():
        if titled(title) in titles:
            return table, series, delimiter
    if "\ufffd" in first:
        raise GrilseError(f"{name} is not UTF-8: save it as CSV UTF-8, or {MEANT}")
    raise GrilseError(f"{name} has the header of no official file: {MEANT}")


def blame_weeks(rows: Rows) -> None:
    """Refuse week 53 of a year that has none."""
    years = [int(year) for year in np.unique(rows["År"]) if year != NULL]
    # 28 December is always in the last one.
    long = [year for year in years if date(year, 12, 28).isocalendar().week > WEEKS]
    rows.blame((rows["Uke"] > WEEKS) & ~np.isin(rows["År"], long), "Uke", f"the year has {WEEKS} weeks")


def once(rows: Rows) -> NDArray[np.int64]:
    """Return the first row of each key; one that says the same again is passed over, another is refused."""
    key = list(zip(*(rows[name].tolist() for name in rows.table.key), strict=True))
    first: dict[tuple[object, ...], int] = {}
    again = [(row, first[of]) for row, of in enumerate(key) if first.setdefault(of, row) != row]
    for row, before in again:
        if differ(rows, row, before):
            why = f"line {rows.lines[before]} has other figures for it: take one of them out"
            rows.blame([row], rows.table.key[0], why)
    return np.array(list(first.values()), np.int64)


def differ(rows: Rows, row: int, other: int) -> bool:
    """Tell whether two rows say different things; nothing twice is the same."""
    pairs = [(values[row], values[other]) for values in rows.columns.values()]
    return any(one != two and (one == one or two == two) for one, two in pairs)


def stored(values: Values, kind: str) -> Values:
    """Return a column as it is kept: nothing is below zero in whole numbers, answers are in our words."""
    if kind == "integer":
        return np.where(values > 0, values, -1)
    if kind == "choice":
        return np.array([ANSWERS.get(value, "") for value in values.tolist()], np.str_)
    return values.astype(np.str_) if kind == "text" else values


NONE = np.empty(0, np.int64)
MEANT = (
    "download the weekly lice from BarentsWatch, or the total biomass by production area from"
    " Fiskeridirektoratet, as CSV"
)
