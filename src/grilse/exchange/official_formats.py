"""The two Norwegian files: their columns, and which column of the series each is."""

from grilse.exchange.columns import PackageColumn, PackageTable, Presence
from grilse.official.models import FIRST_YEAR, LAST_YEAR
from grilse.official.series import BIOMASS, LICE, OfficialSeries

ANSWERS = {"Ja": "yes", "Nei": "no"}


def build_name_column(title: str, field: str, most: int) -> PackageColumn:
    """Return a column of whole numbers that name a row."""
    return PackageColumn(title, field=field, minimum=1, maximum=most)


def build_year_column(title: str, field: str, presence: Presence = "filled") -> PackageColumn:
    """Return a column of years."""
    return PackageColumn(title, field=field, presence=presence, minimum=FIRST_YEAR, maximum=LAST_YEAR)


def build_area_column(title: str) -> PackageColumn:
    """Return the column of production areas; blank or 0 is none."""
    return PackageColumn(title, field="production_area", presence="present", minimum=0, maximum=99)


def build_figure_column(
    title: str, field: str, presence: Presence = "present", *, least: float | None = None
) -> PackageColumn:
    """Return a column of figures; they are stored as published, so only what counts or weighs has a limit."""
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
        build_name_column("Lokalitetsnummer", "locality", 999_999),
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
FORMATS: dict[str, tuple[PackageTable, OfficialSeries]] = {
    # By the column that tells the two apart.
    "Lokalitetsnummer": (LICE_FILE, LICE),
    "MÅNED_KODE": (BIOMASS_FILE, BIOMASS),
}
