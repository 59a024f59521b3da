"""Lists of places, and of what stands in them."""

from grilse.access.models import BulkLoad
from grilse.farm.models import Area, Container, FeedStore, Geography, Hall, Sensor, Station
from grilse.listing.filters import (
    build_container_filters,
    build_date_filters,
    build_geography_name,
    build_place_filters,
    build_site_name,
    build_text_filter,
    build_value_filter,
)
from grilse.listing.listing import Listing

NAME_ORDER = {"name": ("name",)}
READ_PERMISSION = "farm.read"

GEOGRAPHIES = Listing(
    name="geographies",
    title="Regions with one climate and one set of rules",
    of=Geography,
    needs=READ_PERMISSION,
    fields={"id": "id", "name": "name", "code": "code"},
    orders=NAME_ORDER,
    filters={"text": build_text_filter("name", "code")},
)

AREAS = Listing(
    name="areas",
    title="Sea sites",
    of=Area,
    needs=READ_PERMISSION,
    fields={
        "id": "id",
        "name": "name",
        "geography": "geography__name",
        "latitude": "latitude",
        "longitude": "longitude",
        "max_biomass_kg": "max_biomass_kg",
        "fallow_days": "fallow_days",
    },
    orders=NAME_ORDER,
    filters={"geography": build_value_filter("geography__name", "the region"), "text": build_text_filter("name")},
)

STATIONS = Listing(
    name="stations",
    title="Freshwater sites",
    of=Station,
    needs=READ_PERMISSION,
    fields={
        "id": "id",
        "name": "name",
        "geography": "geography__name",
        "latitude": "latitude",
        "longitude": "longitude",
    },
    orders=NAME_ORDER,
    filters={"geography": build_value_filter("geography__name", "the region"), "text": build_text_filter("name")},
)

HALLS = Listing(
    name="halls",
    title="Buildings of stations, each for the stage of one order",
    of=Hall,
    needs=READ_PERMISSION,
    fields={
        "id": "id",
        "name": "name",
        "station": "station__name",
        "geography": "station__geography__name",
        "stage_order": "stage_order",
        "fallow_days": "fallow_days",
    },
    orders=NAME_ORDER,
    filters={
        "station": build_value_filter("station__name", "the station"),
        "geography": build_value_filter("station__geography__name", "the region"),
        "stage_order": build_value_filter("stage_order", "the order of the stage it serves", int),
        "text": build_text_filter("name"),
    },
)

CONTAINERS = Listing(
    name="containers",
    title="Trays, tanks and pens",
    of=Container,
    needs=READ_PERMISSION,
    fields={
        "id": "id",
        "name": "name",
        "kind": "kind",
        "volume_m3": "volume_m3",
        "max_density_kg_m3": "max_density_kg_m3",
        "hall": "hall__name",
        "area": "area__name",
        "geography": build_geography_name(),
    },
    orders=NAME_ORDER,
    filters={
        **build_place_filters(),
        "kind": build_value_filter("kind", "what it is", choices=tuple(Container.Kind.values)),
        "text": build_text_filter("name"),
    },
)

FEED_STORES = Listing(
    name="feed-stores",
    title="Silos of halls and barges of areas",
    of=FeedStore,
    needs=READ_PERMISSION,
    fields={
        "id": "id",
        "name": "name",
        "capacity_kg": "capacity_kg",
        "hall": "hall__name",
        "area": "area__name",
        "geography": build_geography_name(),
    },
    orders=NAME_ORDER,
    filters={**build_place_filters(), "text": build_text_filter("name")},
)

SENSORS = Listing(
    name="sensors",
    title="Instruments, each for one parameter in one container",
    of=Sensor,
    needs=READ_PERMISSION,
    fields={
        "id": "id",
        "container_id": "container_id",
        "container": "container__name",
        "site": build_site_name("container__"),
        "parameter": "parameter",
        "installed": "installed",
        "removed": "removed",
    },
    orders={"container": ("container_id", "parameter", "installed")},
    filters={
        **build_container_filters(),
        "parameter": build_value_filter("parameter", "what it measures, as temperature"),
        "standing": build_value_filter("removed__isnull", "whether it still measures", bool),
        **build_date_filters("installed"),
    },
)

BULK_LOADS = Listing(
    name="bulk-loads",
    title="Rows that came in bulk, which no history keeps one by one: what, how many, by whom",
    of=BulkLoad,
    needs=READ_PERMISSION,
    fields={"id": "id", "kind": "kind", "source": "source", "rows": "rows", "user": "user__username", "at": "at"},
    orders={"entry": ("id",)},
    newest_first=True,
    filters={"kind": build_value_filter("kind", "what it was"), "text": build_text_filter("source")},
)

LISTS = (GEOGRAPHIES, AREAS, STATIONS, HALLS, CONTAINERS, FEED_STORES, SENSORS, BULK_LOADS)
