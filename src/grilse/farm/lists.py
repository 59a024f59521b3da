"""Lists of places, and of what stands in them."""

from grilse.farm.listing import Listing
from grilse.farm.listing_filters import contains, dates, geography, is_, of_container, places, site
from grilse.farm.models import Area, BulkLoad, Container, FeedStore, Geography, Hall, Sensor, Station

NAME = {"name": ("name",)}
NEEDS = "farm.read"

GEOGRAPHIES = Listing(
    name="geographies",
    title="Regions with one climate and one set of rules",
    of=Geography,
    needs=NEEDS,
    fields={"id": "id", "name": "name", "code": "code"},
    orders=NAME,
    filters={"text": contains("name", "code")},
)

AREAS = Listing(
    name="areas",
    title="Sea sites",
    of=Area,
    needs=NEEDS,
    fields={
        "id": "id",
        "name": "name",
        "geography": "geography__name",
        "latitude": "latitude",
        "longitude": "longitude",
        "max_biomass_kg": "max_biomass_kg",
        "fallow_days": "fallow_days",
    },
    orders=NAME,
    filters={"geography": is_("geography__name", "the region"), "text": contains("name")},
)

STATIONS = Listing(
    name="stations",
    title="Freshwater sites",
    of=Station,
    needs=NEEDS,
    fields={
        "id": "id",
        "name": "name",
        "geography": "geography__name",
        "latitude": "latitude",
        "longitude": "longitude",
    },
    orders=NAME,
    filters={"geography": is_("geography__name", "the region"), "text": contains("name")},
)

HALLS = Listing(
    name="halls",
    title="Buildings of stations, each for the stage of one order",
    of=Hall,
    needs=NEEDS,
    fields={
        "id": "id",
        "name": "name",
        "station": "station__name",
        "geography": "station__geography__name",
        "stage_order": "stage_order",
        "fallow_days": "fallow_days",
    },
    orders=NAME,
    filters={
        "station": is_("station__name", "the station"),
        "geography": is_("station__geography__name", "the region"),
        "stage_order": is_("stage_order", "the order of the stage it serves", int),
        "text": contains("name"),
    },
)

CONTAINERS = Listing(
    name="containers",
    title="Trays, tanks and pens",
    of=Container,
    needs=NEEDS,
    fields={
        "id": "id",
        "name": "name",
        "kind": "kind",
        "volume_m3": "volume_m3",
        "max_density_kg_m3": "max_density_kg_m3",
        "hall": "hall__name",
        "area": "area__name",
        "geography": geography(),
    },
    orders=NAME,
    filters={
        **places(),
        "kind": is_("kind", "what it is", choices=tuple(Container.Kind.values)),
        "text": contains("name"),
    },
)

FEED_STORES = Listing(
    name="feed-stores",
    title="Silos of halls and barges of areas",
    of=FeedStore,
    needs=NEEDS,
    fields={
        "id": "id",
        "name": "name",
        "capacity_kg": "capacity_kg",
        "hall": "hall__name",
        "area": "area__name",
        "geography": geography(),
    },
    orders=NAME,
    filters={**places(), "text": contains("name")},
)

SENSORS = Listing(
    name="sensors",
    title="Instruments, each for one parameter in one container",
    of=Sensor,
    needs=NEEDS,
    fields={
        "id": "id",
        "container_id": "container_id",
        "container": "container__name",
        "site": site("container__"),
        "parameter": "parameter",
        "installed": "installed",
        "removed": "removed",
    },
    orders={"container": ("container_id", "parameter", "installed")},
    filters={
        **of_container(),
        "parameter": is_("parameter", "what it measures, as temperature"),
        "standing": is_("removed__isnull", "whether it still measures", bool),
        **dates("installed"),
    },
)

BULK_LOADS = Listing(
    name="bulk-loads",
    title="Rows that came in bulk, which no history keeps one by one: what, how many, by whom",
    of=BulkLoad,
    needs=NEEDS,
    fields={
        "id": "id",
        "kind": "kind",
        "source": "source",
        "rows": "rows",
        "user": "user__username",
        "at": "at",
    },
    orders={"entry": ("id",)},
    newest_first=True,
    filters={"kind": is_("kind", "what it was"), "text": contains("source")},
)

LISTS = (GEOGRAPHIES, AREAS, STATIONS, HALLS, CONTAINERS, FEED_STORES, SENSORS, BULK_LOADS)
