"""Imports files that Norwegian authorities publish, as downloaded: all rows or none."""

import hashlib
import io
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from grilse.errors import GrilseError
from grilse.exchange.columns import PackageColumn, PackageTable, Presence
from grilse.exchange.official_reader import OfficialReader
from grilse.exchange.problems import Problems
from grilse.exchange.rows import TableRows
from grilse.official import actions
from grilse.official.actions import OfficialFileReport, ParsedOfficialFile
from grilse.official.models import FIRST_YEAR, LAST_YEAR, MAX_AREA_CODE, MAX_LOCALITY
from grilse.official.series import BIOMASS, LICE, OfficialSeries
from grilse.textfiles.cells import NULL, Values
from grilse.textfiles.dialect import DETECT, FileDialect
from grilse.textfiles.text_file import TextFile

WEEKS = 52
MAX_TITLES = 8
"""Titles of a header that a refusal shows."""
MOST_ROWS = 1_000_000
"""A million rows take about half a gigabyte while they are read."""
ANSWERS = {"Ja": "yes", "Nei": "no"}


def build_name_column(title: str, field: str, most: int) -> PackageColumn:
    """Return a column of integers that name a row."""
    return PackageColumn(title, field=field, minimum=1, maximum=most)


def build_year_column(title: str, field: str, presence: Presence = "filled") -> PackageColumn:
    """Return a column of years."""
    return PackageColumn(title, field=field, presence=presence, minimum=FIRST_YEAR, maximum=LAST_YEAR)


def build_area_column(title: str) -> PackageColumn:
    """Return the column of production areas; blank or 0 is none."""
    return PackageColumn(title, field="production_area", presence="present", minimum=0, maximum=MAX_AREA_CODE)


def build_figure_column(
    title: str, field: str, presence: Presence = "present", *, least: float | None = None
) -> PackageColumn:
    """Return a column of figures; they are stored as published, so only counts and weights have a limit."""
    return PackageColumn(title, field=field, presence=presence, minimum=least)


def build_answer_column(title: str, field: str) -> PackageColumn:
    """Return a column of yes and no."""
    return PackageColumn(title, field=field, presence="present", choices=tuple(ANSWERS))


LICE_FILE = PackageTable(
    name="weekly lice of BarentsWatch",
    description="",
    columns=(
        build_name_column("Uke", "week", 53),
        build_year_column("År", "year"),
        build_name_column("Lokalitetsnummer", "locality", MAX_LOCALITY),
        PackageColumn("Lokalitetsnavn", field="name", presence="present"),
        build_figure_column("Voksne hunnlus", "adult_female", least=0),
        build_figure_column("Lus i bevegelige stadier", "mobile", least=0),
        build_figure_column("Fastsittende lus", "attached", least=0),
        build_answer_column("Trolig uten fisk", "without_fish"),
        build_answer_column("Har telt lakselus", "counted"),
        build_figure_column("Lusegrense uke", "lice_limit", least=0),
        build_answer_column("Over lusegrense uke", "over_limit"),
        build_figure_column("Sjøtemperatur", "sea_temperature_c"),
        build_area_column("ProduksjonsområdeId"),
    ),
    key=("Lokalitetsnummer", "År", "Uke"),
    model=LICE.model,
)
BIOMASS_FILE = PackageTable(
    name="biomass by production area of Fiskeridirektoratet",
    description="",
    columns=(
        build_year_column("ÅR", "year"),
        build_name_column("MÅNED_KODE", "month", 12),
        build_area_column("PO_KODE"),
        PackageColumn("ARTSID", field="species"),
        build_year_column("UTSETTSÅR", "release_year", "present"),
        build_figure_column("BEHFISK_STK", "fish", least=0),
        build_figure_column("BIOMASSE_KG", "biomass_kg", least=0),
        build_figure_column("UTSETT_SMOLT_STK", "smolts_released"),
        build_figure_column("UTSETT_SMOLT_STK_MINDRE_ENN_500G", "smolts_released_below_500g"),
        build_figure_column("FORFORBRUK_KG", "feed_kg"),
        build_figure_column("UTTAK_STK", "harvested"),
        build_figure_column("UTTAK_KG", "harvested_kg"),
        build_figure_column("UTTAK_SLØYD_KG", "harvested_gutted_kg"),
        build_figure_column("UTTAK_HODEKAPPET_KG", "harvested_headed_kg"),
        build_figure_column("UTTAK_RUNDVEKT_KG", "harvested_round_kg"),
        build_figure_column("DØDFISK_STK", "deaths"),
        build_figure_column("UTKAST_STK", "discarded"),
        build_figure_column("RØMMING_STK", "escaped"),
        build_figure_column("ANDRE_STK", "other_losses"),
        # Files of before 2024 end here.
        build_figure_column("ANDRE_NY_STK", "other_losses_new", "optional"),
        build_figure_column("TELLEFEIL_STK", "count_error", "optional"),
    ),
    key=("ÅR", "MÅNED_KODE", "PO_KODE", "ARTSID", "UTSETTSÅR"),
    model=BIOMASS.model,
)


@dataclass(frozen=True, slots=True)
class OfficialFormat:
    """A file that Grilse imports: its columns, its series, and the titles of columns that are not stored."""

    table: PackageTable
    series: OfficialSeries
    remedy: str
    """How to get the file."""
    other_columns: tuple[str, ...]


LICE_REMEDY = "download the weekly lice from BarentsWatch, as CSV"
BIOMASS_REMEDY = "download the total biomass by production area (biostat-total-omr.csv) from Fiskeridirektoratet"
LICE_FORMAT = OfficialFormat(
    LICE_FILE,
    LICE,
    LICE_REMEDY,
    ("Kommunenummer", "Kommune", "Fylkesnummer", "Fylke", "Lat", "Lon", "Produksjonsområde"),
)
BIOMASS_FORMAT = OfficialFormat(BIOMASS_FILE, BIOMASS, BIOMASS_REMEDY, ("MÅNED", "PO_NAVN"))
ALL_TITLES = {
    name: name
    for known in (LICE_FORMAT, BIOMASS_FORMAT)
    for name in (*known.table.columns_by_name, *known.other_columns, "Tiltak", "Sykdom", "Rømming")
}
# By titles, the first that a header has: what the file is, and how to get the one that is imported.
OTHER_FILES: tuple[tuple[tuple[str, ...], str, str], ...] = (
    (("Lokalitetsnummer", "Tiltak"), "the treatments against lice of BarentsWatch", LICE_REMEDY),
    (("Lokalitetsnummer", "Sykdom"), "the fish diseases of BarentsWatch", LICE_REMEDY),
    (("Lokalitetsnummer", "Rømming"), "the escapes of BarentsWatch", LICE_REMEDY),
    (("MÅNED_KODE", "FYLKE", "BIOMASSE_KG"), "the biomass by county of Fiskeridirektoratet", BIOMASS_REMEDY),
    (("MÅNED_KODE", "FYLKE"), "a table by county of Fiskeridirektoratet", BIOMASS_REMEDY),
)


def import_official_file(content: bytes, name: str, dialect: FileDialect = DETECT) -> OfficialFileReport:
    """Import a published file for the acting company; its header identifies the series. Eight statements."""
    return actions.store_official_file(parse_official_file(content, name, dialect))


def parse_official_file(content: bytes, name: str, dialect: FileDialect = DETECT) -> ParsedOfficialFile:
    """Return the content of a file; raise `PackageRefused` with every bad row if there is one."""
    chosen = detect_format(content, name, dialect)
    if content.count(b"\n") > MOST_ROWS:
        raise GrilseError(f"{name} has more than {MOST_ROWS:,} rows: import a file of fewer years")
    table, series, problems = chosen.table, chosen.series, Problems()
    reader = OfficialReader(table, name, {}, problems, dialect=dialect, other_columns=chosen.other_columns)
    reader.read(io.BytesIO(content), lambda amount: None)
    rows = reader.build_table_rows()
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
    return ParsedOfficialFile(series=series, name=name, sha256=digest, columns=columns, came=len(rows))


def detect_format(content: bytes, name: str, dialect: FileDialect) -> OfficialFormat:
    """Return the format of a file by its header; refuse other files by what they are."""
    header = TextFile(name, io.BytesIO(content), ALL_TITLES, dialect, fold=str.casefold).header
    titles = {title.casefold() for title in header}
    for known, what, remedy in OTHER_FILES:
        if titles.issuperset(map(str.casefold, known)):
            raise GrilseError(f"{name} is {what}, which Grilse does not import: {remedy}")
    # By the column that distinguishes the two.
    for title, chosen in (("Lokalitetsnummer", LICE_FORMAT), ("MÅNED_KODE", BIOMASS_FORMAT)):
        if title in header:
            refuse_other_table(name, header, chosen)
            return chosen
    raise GrilseError(f"{name} has the header of no official file: {DOWNLOAD_HINT}")


def refuse_other_table(name: str, header: list[str], chosen: OfficialFormat) -> None:
    """Refuse a file that lacks most columns: it is another table of the same authority."""
    required = set(map(str.casefold, chosen.table.required_columns))
    if len(required.difference(map(str.casefold, header))) * 2 > len(required):
        raise GrilseError(
            f"{name} has the columns {', '.join(header[:MAX_TITLES])}, so it is not the {chosen.table.name}:"
            f" {chosen.remedy}"
        )


def check_weeks(rows: TableRows) -> None:
    """Refuse week 53 of a year that has none."""
    years = [int(year) for year in np.unique(rows["År"]) if year != NULL]
    # 28 December is always in the last week of its ISO year.
    long = [year for year in years if date(year, 12, 28).isocalendar().week > WEEKS]
    rows.add_problems((rows["Uke"] > WEEKS) & ~np.isin(rows["År"], long), "Uke", f"the year has {WEEKS} weeks")


def find_unique_rows(rows: TableRows) -> NDArray[np.int64]:
    """Return the first row of each key; skip equal repeats and refuse repeats with other figures."""
    key = list(zip(*(rows[name].tolist() for name in rows.table.key), strict=True))
    first: dict[tuple[object, ...], int] = {}
    again = [(row, first[of]) for row, of in enumerate(key) if first.setdefault(of, row) != row]
    for row, before in again:
        if is_different(rows, row, before):
            why = f"line {rows.lines[before]} has other figures for it: take one of them out"
            rows.add_problems([row], rows.table.key[0], why)
    return np.array(list(first.values()), np.int64)


def is_different(rows: TableRows, row: int, other: int) -> bool:
    """Return whether two rows differ; two blanks are equal."""
    pairs = [(values[row], values[other]) for values in rows.columns.values()]
    return any(first != second and (first == first or second == second) for first, second in pairs)


def convert_figures(values: Values, kind: str) -> Values:
    """Return a column as it is stored: integers not above zero as null, answers as yes and no."""
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
