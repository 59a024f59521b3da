"""The two Norwegian files: their columns, and which column of the series each is."""

from typing import Any

from grilse.exchange.columns import Column, Kind, PackageTable, Presence
from grilse.official.models import FIRST_YEAR, LAST_YEAR
from grilse.official.series import BIOMASS, LICE, Series

ANSWERS = {"Ja": "yes", "Nei": "no"}


def column(title: str, field: str, kind: Kind, presence: Presence = "present", **limits: Any) -> Column:
    """Return a column of a file that is not ours: what it says is told by those who publish it."""
    return Column(name=title, kind=kind, about="", sql=field, field=field, presence=presence, **limits)


def whole(title: str, field: str, most: int) -> Column:
    """Return a column of whole numbers that name a row."""
    return column(title, field, "integer", "filled", least=1, most=most)


def year(title: str, field: str, presence: Presence = "filled") -> Column:
    """Return a column of years."""
    return column(title, field, "integer", presence, least=FIRST_YEAR, most=LAST_YEAR)


def area(title: str) -> Column:
    """Return the column of production areas; blank or 0 is none."""
    return column(title, "production_area", "integer", least=0, most=99)


def figure(title: str, field: str, presence: Presence = "present", *, least: float | None = None) -> Column:
    """Return a column of figures; they are kept as published, so only what counts or weighs has a limit."""
    return column(title, field, "number", presence, least=least)


def answer(title: str, field: str) -> Column:
    """Return a column of yes and no."""
    return column(title, field, "choice", choices=tuple(ANSWERS))


def words(title: str, field: str, presence: Presence = "present") -> Column:
    """Return a column of text."""
    return column(title, field, "text", presence)


LICE_FILE = PackageTable(
    name="weekly lice of BarentsWatch",
    about="",
    columns=(
        whole("Uke", "week", 53),
        year("År", "year"),
        whole("Lokalitetsnummer", "locality", 999_999),
        words("Lokalitetsnavn", "name"),
        figure("Voksne hunnlus", "adult_female", least=0),
        figure("Lus i bevegelige stadier", "mobile", least=0),
        figure("Fastsittende lus", "attached", least=0),
        answer("Trolig uten fisk", "without_fish"),
        answer("Har telt lakselus", "counted"),
        figure("Lusegrense uke", "lice_limit", least=0),
        answer("Over lusegrense uke", "over_limit"),
        figure("Sjøtemperatur", "sea_temperature_c"),
        area("ProduksjonsområdeId"),
    ),
    key=("Lokalitetsnummer", "År", "Uke"),
    source="",
    written=LICE.table,
)
BIOMASS_FILE = PackageTable(
    name="biomass by production area of Fiskeridirektoratet",
    about="",
    columns=(
        year("ÅR", "year"),
        whole("MÅNED_KODE", "month", 12),
        area("PO_KODE"),
        words("ARTSID", "species", "filled"),
        year("UTSETTSÅR", "release_year", "present"),
        figure("BEHFISK_STK", "fish", least=0),
        figure("BIOMASSE_KG", "biomass_kg", least=0),
        figure("UTSETT_SMOLT_STK", "smolts_released"),
        figure("UTSETT_SMOLT_STK_MINDRE_ENN_500G", "smolts_released_below_500g"),
        figure("FORFORBRUK_KG", "feed_kg"),
        figure("UTTAK_STK", "harvested"),
        figure("UTTAK_KG", "harvested_kg"),
        figure("UTTAK_SLØYD_KG", "harvested_gutted_kg"),
        figure("UTTAK_HODEKAPPET_KG", "harvested_headed_kg"),
        figure("UTTAK_RUNDVEKT_KG", "harvested_round_kg"),
        figure("DØDFISK_STK", "deaths"),
        figure("UTKAST_STK", "discarded"),
        figure("RØMMING_STK", "escaped"),
        figure("ANDRE_STK", "other_losses"),
        # Files of before 2024 end here.
        figure("ANDRE_NY_STK", "other_losses_new", "optional"),
        figure("TELLEFEIL_STK", "count_error", "optional"),
    ),
    key=("ÅR", "MÅNED_KODE", "PO_KODE", "ARTSID", "UTSETTSÅR"),
    source="",
    written=BIOMASS.table,
)
FORMATS: dict[str, tuple[PackageTable, Series]] = {
    # By the column that tells the two apart.
    "Lokalitetsnummer": (LICE_FILE, LICE),
    "MÅNED_KODE": (BIOMASS_FILE, BIOMASS),
}
