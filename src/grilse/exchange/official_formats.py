"""The two Norwegian files: their columns, and which column of the series each is."""

from typing import Any

from grilse.exchange.columns import Kind, PackageColumn, PackageTable, Presence
from grilse.official.models import FIRST_YEAR, LAST_YEAR
from grilse.official.series import BIOMASS, LICE, OfficialSeries

ANSWERS = {"Ja": "yes", "Nei": "no"}


def build_column(title: str, field: str, kind: Kind, presence: Presence = "present", **limits: Any) -> PackageColumn:
    """Return a column of a file that is not ours: what it says is told by those who publish it."""
    return PackageColumn(name=title, kind=kind, description="", sql=field, field=field, presence=presence, **limits)


def build_integer_column(title: str, field: str, most: int) -> PackageColumn:
    """Return a column of whole numbers that name a row."""
    return build_column(title, field, "integer", "filled", minimum=1, maximum=most)


def build_year_column(title: str, field: str, presence: Presence = "filled") -> PackageColumn:
    """Return a column of years."""
    return build_column(title, field, "integer", presence, minimum=FIRST_YEAR, maximum=LAST_YEAR)


def build_area_column(title: str) -> PackageColumn:
    """Return the column of production areas; blank or 0 is none."""
    return build_column(title, "production_area", "integer", minimum=0, maximum=99)


def build_figure_column(
    title: str, field: str, presence: Presence = "present", *, least: float | None = None
) -> PackageColumn:
    """Return a column of figures; they are kept as published, so only what counts or weighs has a limit."""
    return build_column(title, field, "number", presence, minimum=least)


def build_answer_column(title: str, field: str) -> PackageColumn:
    """Return a column of yes and no."""
    return build_column(title, field, "choice", choices=tuple(ANSWERS))


def build_text_column(title: str, field: str, presence: Presence = "present") -> PackageColumn:
    """Return a column of text."""
    return build_column(title, field, "text", presence)


LICE_FILE = PackageTable(
    name="weekly lice of BarentsWatch",
    description="",
    columns=(
        build_integer_column("Uke", "week", 53),
        build_year_column("År", "year"),
        build_integer_column("Lokalitetsnummer", "locality", 999_999),
        build_text_column("Lokalitetsnavn", "name"),
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
    source="",
    database_table=LICE.table_name,
)
BIOMASS_FILE = PackageTable(
    name="biomass by production area of Fiskeridirektoratet",
    description="",
    columns=(
        build_year_column("ÅR", "year"),
        build_integer_column("MÅNED_KODE", "month", 12),
        build_area_column("PO_KODE"),
        build_text_column("ARTSID", "species", "filled"),
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
    source="",
    database_table=BIOMASS.table_name,
)
FORMATS: dict[str, tuple[PackageTable, OfficialSeries]] = {
    # By the column that tells the two apart.
    "Lokalitetsnummer": (LICE_FILE, LICE),
    "MÅNED_KODE": (BIOMASS_FILE, BIOMASS),
}
