"""Lists of geographies, sites, containers, feed stores, sensors and bulk loads."""

from grilse.access.models import BulkLoad
from grilse.farm.list_filters import (
    CONTAINER_FIELDS,
    CONTAINER_FILTERS,
    PLACE_FIELDS,
    PLACE_FILTERS,
    build_geography_filter,
)
from grilse.farm.models import Area, Container, FeedStore, Geography, Hall, Sensor, Station
from grilse.farm.site_names import build_site_name
from grilse.listing.filters import build_date_filters, build_text_filter
from grilse.listing.listing import Filter, Listing, build_fields

NAME_ORDER = {"name": ("name",)}
SITE_FIELDS = build_fields("id name", geography="geography__name") | build_fields("latitude longitude")
SITE_FILTERS = {"geography": build_geography_filter(), "text": build_text_filter("name")}

GEOGRAPHIES = Listing(
    name="geographies",
    title="Regions with one climate and one set of rules",
    model=Geography,
    fields=build_fields("id name code time_zone"),
    orders=NAME_ORDER,
    filters={"text": build_text_filter("name", "code")},
)

AREAS = Listing(
    name="areas",
    title="Sea sites",
    model=Area,
    fields=SITE_FIELDS | build_fields("max_biomass_kg fallow_days"),
    orders=NAME_ORDER,
    filters=SITE_FILTERS,
)

STATIONS = Listing(
    name="stations",
    title="Freshwater sites",
    model=Station,
    fields=SITE_FIELDS,
    orders=NAME_ORDER,
    filters=SITE_FILTERS,
)

HALLS = Listing(
    name="halls",
    title="Halls of stations, each for one stage",
    model=Hall,
    fields=build_fields("id name", station="station__name", geography="station__geography__name")
    | build_fields("stage_order fallow_days"),
    orders=NAME_ORDER,
    filters={
        "station": Filter("station__name", "the station"),
        "geography": build_geography_filter("station__geography__name"),
        "stage_order": Filter("stage_order", "the order of the stage it serves", int),
        "text": build_text_filter("name"),
    },
)

CONTAINERS = Listing(
    name="containers",
    title="Trays, tanks and pens",
    model=Container,
    fields=build_fields("id name kind volume_m3 max_density_kg_m3") | PLACE_FIELDS,
    orders=NAME_ORDER,
    filters={
        **PLACE_FILTERS,
        "kind": Filter("kind", "what it is", choices=tuple(Container.Kind.values)),
        "text": build_text_filter("name"),
    },
)

FEED_STORES = Listing(
    name="feed-stores",
    title="Silos of halls and barges of areas",
    model=FeedStore,
    fields=build_fields("id name capacity_kg") | PLACE_FIELDS,
    orders=NAME_ORDER,
    filters={**PLACE_FILTERS, "text": build_text_filter("name")},
)

SENSORS = Listing(
    name="sensors",
    title="Instruments, each for one parameter in one container",
    model=Sensor,
    fields=build_fields("id")
    | CONTAINER_FIELDS
    | {"site": build_site_name("container__")}
    | build_fields("parameter installed removed"),
    orders={"container": ("container_id", "parameter", "installed")},
    filters={
        **CONTAINER_FILTERS,
        "parameter": Filter("parameter", "what it measures, as temperature"),
        "standing": Filter("removed__isnull", "whether it still measures", bool),
        **build_date_filters("installed"),
    },
)

BULK_LOADS = Listing(
    name="bulk-loads",
    title="Bulk loads, which the change history does not record row by row: kind, rows and user",
    model=BulkLoad,
    permission="farm.read",
    fields=build_fields("id kind source rows", user="user__username", at="at"),
    newest_first=True,
    filters={"kind": Filter("kind", "what was loaded"), "text": build_text_filter("source")},
)

LISTS = (GEOGRAPHIES, AREAS, STATIONS, HALLS, CONTAINERS, FEED_STORES, SENSORS, BULK_LOADS)
