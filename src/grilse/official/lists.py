"""Lists of published series, their files and their revisions."""

from grilse.listing.filters import build_day_filters, build_text_filter, build_value_filter
from grilse.listing.listing import Listing
from grilse.official.models import Biomass, File, Lice, Revision, Site
from grilse.official.series import BIOMASS as BIOMASS_SERIES
from grilse.official.series import LICE as LICE_SERIES

NEEDS = "official.read"
KINDS = tuple(File.Kind.values)
SITE_NUMBERS = ("locality", "production_area")

FILES = Listing(
    name="official-files",
    title="Imported files of the authorities, and the rows that each changed",
    of=File,
    needs=NEEDS,
    fields={
        **{name: name for name in ("id", "kind", "name", "sha256", "rows", "new", "revised", "unchanged")},
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
    title="Localities and production areas of sea sites",
    of=Site,
    needs=NEEDS,
    fields={"id": "id", "area_id": "area_id", "area": "area__name", **{name: name for name in SITE_NUMBERS}},
    orders={"locality": ("locality",)},
    filters={
        "area": build_value_filter("area__name", "the area, by name"),
        "production_area": build_value_filter("production_area", "the production area, by number", int),
    },
)

LICE = Listing(
    name="official-lice",
    title="Lice per fish of sites by week, as published",
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
            *LICE_SERIES.figure_columns,
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
            *("id", "year", "month", "production_area", "species", "release_year"),
            *BIOMASS_SERIES.figure_columns,
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
    title="Earlier figures of published rows that a later file revised",
    of=Revision,
    needs=NEEDS,
    fields={
        **{name: name for name in ("id", "kind", "row", "was", "file_id")},
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
