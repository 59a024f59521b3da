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
from grilse.exchange.official_reader import detect_delimiter, normalize_title, read_official
from grilse.exchange.problems import Problems
from grilse.exchange.rows import TableRows
from grilse.official import actions
from grilse.official.actions import OfficialFileReport, ParsedOfficialFile
from grilse.official.series import OfficialSeries

WEEKS = 52


def import_official_file(content: bytes, name: str) -> OfficialFileReport:
    """Take a published file in for the company acted for; which it is, its header tells. Eight statements."""
    return actions.store_official_file(parse_official_file(content, name))


def parse_official_file(content: bytes, name: str) -> ParsedOfficialFile:
    """Return what a file says; refuse it whole, with every bad row named, if one will not do."""
    table, series, delimiter = detect_format(content, name)
    problems = Problems()
    # Bytes that are no UTF-8 become lone surrogates, so that the cell they stand in can be named.
    text = io.TextIOWrapper(io.BytesIO(content), "utf-8-sig", errors="surrogateescape", newline="")
    rows = read_official(table, text, name, delimiter, problems)
    unique_rows = NO_ROWS
    if rows.readable:
        if "week" in series.key:
            check_weeks(rows)
        unique_rows = find_unique_rows(rows)
    problems.raise_if_any(name)
    if not len(unique_rows):
        raise GrilseError(f"{name} has a header and no rows: {DOWNLOAD_HINT}")
    columns = {column.field: convert_figures(rows[column.name][unique_rows], column.kind) for column in table.columns}
    digest = hashlib.sha256(content).hexdigest()
    return ParsedOfficialFile(series=series, name=name, sha256=digest, columns=columns)


def detect_format(content: bytes, name: str) -> tuple[PackageTable, OfficialSeries, str]:
    """Return the format of a file, its series, and what separates its cells."""
    if content.startswith(b"PK"):
        raise GrilseError(f"{name} is a workbook, not CSV: save it as CSV UTF-8, or {DOWNLOAD_HINT}")
    first = content.split(b"\n", 1)[0].decode("utf-8-sig", errors="replace")
    delimiter = detect_delimiter(first)
    titles = {normalize_title(cell.strip('"\r')) for cell in first.split(delimiter)}
    for title, (table, series) in FORMATS.items():
        if normalize_title(title) in titles:
            return table, series, delimiter
    if "\ufffd" in first:
        raise GrilseError(f"{name} is not UTF-8: save it as CSV UTF-8, or {DOWNLOAD_HINT}")
    raise GrilseError(f"{name} has the header of no official file: {DOWNLOAD_HINT}")


def check_weeks(rows: TableRows) -> None:
    """Refuse week 53 of a year that has none."""
    years = [int(year) for year in np.unique(rows["År"]) if year != NULL]
    # 28 December is always in the last one.
    long = [year for year in years if date(year, 12, 28).isocalendar().week > WEEKS]
    rows.add_problems((rows["Uke"] > WEEKS) & ~np.isin(rows["År"], long), "Uke", f"the year has {WEEKS} weeks")


def find_unique_rows(rows: TableRows) -> NDArray[np.int64]:
    """Return the first row of each key; one that says the same again is passed over, another is refused."""
    key = list(zip(*(rows[name].tolist() for name in rows.table.key), strict=True))
    first: dict[tuple[object, ...], int] = {}
    again = [(row, first[of]) for row, of in enumerate(key) if first.setdefault(of, row) != row]
    for row, before in again:
        if is_different(rows, row, before):
            why = f"line {rows.lines[before]} has other figures for it: take one of them out"
            rows.add_problems([row], rows.table.key[0], why)
    return np.array(list(first.values()), np.int64)


def is_different(rows: TableRows, row: int, other: int) -> bool:
    """Tell whether two rows say different things; nothing twice is the same."""
    pairs = [(values[row], values[other]) for values in rows.columns.values()]
    return any(first != second and (first == first or second == second) for first, second in pairs)


def convert_figures(values: Values, kind: str) -> Values:
    """Return a column as it is kept: nothing is below zero in whole numbers, answers are in our words."""
    if kind == "integer":
        return np.where(values > 0, values, -1)
    if kind == "choice":
        return np.array([ANSWERS.get(value, "") for value in values.tolist()], np.str_)
    return values.astype(np.str_) if kind == "text" else values


NO_ROWS = np.empty(0, np.int64)
DOWNLOAD_HINT = (
    "download the weekly lice from BarentsWatch, or the total biomass by production area from"
    " Fiskeridirektoratet, as CSV"
)
