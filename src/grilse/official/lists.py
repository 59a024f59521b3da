"""Lists of published series, of the files they came in, and of rows that a later file revised."""

from grilse.listing.filters import build_day_filters, build_text_filter
from grilse.listing.listing import Filter, Listing, build_fields
from grilse.official.models import Biomass, File, Lice, Revision, Site

KINDS = tuple(File.Kind.values)
PRODUCTION_AREA_HELP = "the production area, by number"

FILES = Listing(
    name="official-files",
    title="Imported files of the authorities, and what each changed",
    model=File,
    fields=build_fields("id kind name sha256 rows new revised unchanged", author="author__username", at="at"),
    newest_first=True,
    filters={
        "kind": Filter("kind", "the series in it", choices=KINDS),
        "text": build_text_filter("name"),
        **build_day_filters("at"),
    },
)

SITES = Listing(
    name="official-sites",
    title="Locality numbers and production areas of sea sites",
    model=Site,
    fields=build_fields("id area_id", area="area__name") | build_fields("locality production_area"),
    orders={"locality": ("locality",)},
    filters={
        "area": Filter("area__name", "the area, by name"),
        "production_area": Filter("production_area", PRODUCTION_AREA_HELP, int),
    },
)

LICE = Listing(
    name="official-lice",
    title="Lice per fish of sites by week, as published",
    model=Lice,
    fields=build_fields(
        "id locality name production_area year week adult_female mobile attached without_fish counted lice_limit"
        " over_limit sea_temperature_c file_id"
    ),
    orders={"locality": ("locality", "year", "week")},
    filters={
        "locality": Filter("locality", "the site, by its number", int),
        "production_area": Filter("production_area", PRODUCTION_AREA_HELP, int, required_with=("year",)),
        "year": Filter("year", "the ISO year", int, required_with=("locality", "production_area")),
    },
)

BIOMASS = Listing(
    name="official-biomass",
    title="Stocks of production areas by month, as published",
    model=Biomass,
    fields=build_fields(
        "id year month production_area species release_year fish biomass_kg smolts_released"
        " smolts_released_below_500g feed_kg harvested harvested_kg harvested_gutted_kg harvested_headed_kg"
        " harvested_round_kg deaths discarded escaped other_losses other_losses_new count_error file_id"
    ),
    orders={"month": ("year", "month", "id")},
    newest_first=True,
    filters={
        "production_area": Filter("production_area", PRODUCTION_AREA_HELP, int),
        "year": Filter("year", "the year", int),
        "species": Filter("species", "the species, as the register writes it"),
        "release_year": Filter("release_year", "the year in which the fish were put to sea", int),
    },
)

REVISIONS = Listing(
    name="official-revisions",
    title="Published rows as they were before a later file revised them",
    model=Revision,
    fields=build_fields("id kind row was file_id", file="file__name", author="author__username", at="at"),
    newest_first=True,
    filters={
        "kind": Filter("kind", "the series", choices=KINDS),
        "row": Filter("row", "the row, by id", int, required_with=("kind",)),
        **build_day_filters("at"),
    },
)

LISTS = (FILES, SITES, LICE, BIOMASS, REVISIONS)
