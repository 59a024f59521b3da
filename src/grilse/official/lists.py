"""Lists of published series, of the files they came in, and of what a later file revised."""

from grilse.listing.filters import build_day_filters, build_text_filter, build_value_filter
from grilse.listing.listing import Listing
from grilse.official.models import Biomass, File, Lice, Revision, Site

NEEDS = "official.read"
KINDS = tuple(File.Kind.values)

FILES = Listing(
    name="official-files",
    title="Files of the authorities that were taken in, and what each changed",
    of=File,
    needs=NEEDS,
    fields={
        "id": "id",
        "kind": "kind",
        "name": "name",
        "sha256": "sha256",
        "rows": "rows",
        "new": "new",
        "revised": "revised",
        "unchanged": "unchanged",
        "author": "author__username",
        "at": "at",
    },
    orders={"entry": ("id",)},
    newest_first=True,
    filters={
        "kind": build_value_filter("kind", "the series it brings", choices=KINDS),
        "text": build_text_filter("name"),
        **build_day_filters("at"),
    },
)

SITES = Listing(
    name="official-sites",
    title="What the authorities know sea sites as",
    of=Site,
    needs=NEEDS,
    fields={
        "id": "id",
        "area_id": "area_id",
        "area": "area__name",
        "locality": "locality",
        "production_area": "production_area",
    },
    orders={"locality": ("locality",)},
    filters={
        "area": build_value_filter("area__name", "the area, by name"),
        "production_area": build_value_filter("production_area", "the production area, by number", int),
    },
)

LICE = Listing(
    name="official-lice",
    title="Lice a fish of sites by week, as published",
    of=Lice,
    needs=NEEDS,
    fields={
        name: name
        for name in (
            "id",
            "locality",
            "name",
            "production_area",
            "year",
            "week",
            "adult_female",
            "mobile",
            "attached",
            "without_fish",
            "counted",
            "lice_limit",
            "over_limit",
            "sea_temperature_c",
            "file_id",
        )
    },
    orders={"locality": ("locality", "year", "week")},
    filters={
        "locality": build_value_filter("locality", "the site, by its number", int),
        "production_area": build_value_filter(
            "production_area", "the production area, by number", int, within=("year",)
        ),
        "year": build_value_filter("year", "the ISO year", int, within=("locality", "production_area")),
    },
)

BIOMASS = Listing(
    name="official-biomass",
    title="Stocks of production areas by month, as published",
    of=Biomass,
    needs=NEEDS,
    fields={
        name: name
        for name in (
            "id",
            "year",
            "month",
            "production_area",
            "species",
            "release_year",
            "fish",
            "biomass_kg",
            "smolts_released",
            "smolts_released_below_500g",
            "feed_kg",
            "harvested",
            "harvested_kg",
            "harvested_gutted_kg",
            "harvested_headed_kg",
            "harvested_round_kg",
            "deaths",
            "discarded",
            "escaped",
            "other_losses",
            "other_losses_new",
            "count_error",
            "file_id",
        )
    },
    orders={"month": ("year", "month", "id")},
    newest_first=True,
    filters={
        "production_area": build_value_filter("production_area", "the production area, by number", int),
        "year": build_value_filter("year", "the year", int),
        "species": build_value_filter("species", "the species, as the register writes it"),
        "release_year": build_value_filter("release_year", "the year in which the fish were put to sea", int),
    },
)

REVISIONS = Listing(
    name="official-revisions",
    title="What published rows said before a later file",
    of=Revision,
    needs=NEEDS,
    fields={
        "id": "id",
        "kind": "kind",
        "row": "row",
        "was": "was",
        "file_id": "file_id",
        "file": "file__name",
        "author": "author__username",
        "at": "at",
    },
    orders={"entry": ("id",)},
    newest_first=True,
    filters={
        "kind": build_value_filter("kind", "the series", choices=KINDS),
        "row": build_value_filter("row", "the row, by id", int, within=("kind",)),
        **build_day_filters("at"),
    },
)

LISTS = (FILES, SITES, LICE, BIOMASS, REVISIONS)
