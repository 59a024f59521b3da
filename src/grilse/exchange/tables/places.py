"""Places: geographies, sites, containers, stores, sensors, their readings and typical temperatures."""

from grilse.environment.models import Reading
from grilse.environment.parameters import PARAMETERS
from grilse.exchange.columns import PackageColumn, PackageTable
from grilse.farm.actions.places import MAX_QUANTITY, PLACE_BOUNDS
from grilse.farm.models import Area, Container, FeedStore, Geography, Hall, Sensor, Station
from grilse.farm.site_names import build_label_sql
from grilse.growth.models import TemperatureProfile

# Names as references write them: `site/name` where a name alone is ambiguous.
LABELLED_CONTAINERS = f"(SELECT o.id, {build_label_sql('farm_container', 'o')} AS name FROM farm_container o)"
LABELLED_STORES = f"(SELECT o.id, {build_label_sql('farm_feedstore', 'o')} AS name FROM farm_feedstore o)"
LABELLED_HALLS = f"(SELECT o.*, {build_label_sql('farm_hall', 'o')} AS label FROM farm_hall o)"
SITE_JOINS = "LEFT JOIN {0} h ON h.id = x.hall_id LEFT JOIN farm_area a ON a.id = x.area_id"
LATITUDE = PackageColumn("latitude", "degrees north")
LONGITUDE = PackageColumn("longitude", "degrees east")
GEOGRAPHY = PackageColumn("geography", "the region", sql="g.name", references="geographies")
FALLOW = PackageColumn("fallow_days", "days it stays empty between two year-classes")
HALL = PackageColumn("hall", "the hall it is in", sql="h.label", references="halls", fingerprint_sql="h.name")
AREA = PackageColumn("area", "the area it is in", sql="a.name", references="areas")

GEOGRAPHIES = PackageTable(
    name="geographies",
    description="Regions with one climate and one set of rules. A region that only another table names need not"
    " be listed here; one that the company has is the same one.",
    key=("geography",),
    source="farm_geography x",
    created_by_reference=True,
    model=Geography,
    columns=(
        PackageColumn("geography", "its name", field="name"),
        PackageColumn(
            "code",
            "a short name",
            fingerprint_sql="x.code || CASE x.time_zone WHEN 'UTC' THEN '' ELSE ' ' || x.time_zone END",
        ),
        PackageColumn(
            "time_zone",
            "the time zone of its days, as `Europe/Oslo`; blank: that of the company's work rules, else UTC",
            fingerprint_sql="",
        ),
    ),
)

AREAS = PackageTable(
    name="areas",
    description="Sea sites.",
    key=("area",),
    source="farm_area x JOIN farm_geography g ON g.id = x.geography_id",
    model=Area,
    columns=(
        PackageColumn("area", "its name", field="name"),
        GEOGRAPHY,
        LATITUDE,
        LONGITUDE,
        PackageColumn("max_biomass_kg", "the most fish that may be there, kg", maximum=MAX_QUANTITY),
        FALLOW,
    ),
)

STATIONS = PackageTable(
    name="stations",
    description="Freshwater sites.",
    key=("station",),
    source="farm_station x JOIN farm_geography g ON g.id = x.geography_id",
    model=Station,
    columns=(PackageColumn("station", "its name", field="name"), GEOGRAPHY, LATITUDE, LONGITUDE),
)

HALLS = PackageTable(
    name="halls",
    description="Buildings of a station.",
    key=("hall", "station"),
    site_columns=("station",),
    source="farm_hall x JOIN farm_station s ON s.id = x.station_id",
    model=Hall,
    columns=(
        PackageColumn("hall", "its name, unique at its station", field="name"),
        PackageColumn("station", "the station it belongs to", sql="s.name", references="stations"),
        PackageColumn("stage_order", "the order of the stage it serves", minimum=PLACE_BOUNDS["stage_order"][0]),
        FALLOW,
    ),
)

CONTAINERS = PackageTable(
    name="containers",
    description="Trays, tanks and pens, each in a hall or in an area.",
    key=("container", "area", "hall"),
    site_columns=("area", "hall"),
    source=f"farm_container x {SITE_JOINS.format(LABELLED_HALLS)}",
    fingerprint_source=f"farm_container x {SITE_JOINS.format('farm_hall')}",
    model=Container,
    columns=(
        PackageColumn("container", "its name, unique at its site", field="name"),
        PackageColumn("kind", "what it is"),
        PackageColumn("volume_m3", "its volume, m³", maximum=MAX_QUANTITY),
        PackageColumn("max_density_kg_m3", "the most fish that may be in it, kg/m³", maximum=MAX_QUANTITY),
        AREA,
        HALL,
    ),
)

FEED_STORES = PackageTable(
    name="feed_stores",
    description="Silos of a hall and barges of an area.",
    key=("feed_store", "area", "hall"),
    site_columns=("area", "hall"),
    source=f"farm_feedstore x {SITE_JOINS.format(LABELLED_HALLS)}",
    fingerprint_source=f"farm_feedstore x {SITE_JOINS.format('farm_hall')}",
    model=FeedStore,
    columns=(
        PackageColumn("feed_store", "its name, unique at its site", field="name"),
        PackageColumn("capacity_kg", "its capacity, kg", maximum=MAX_QUANTITY),
        AREA,
        HALL,
    ),
)

SENSORS = PackageTable(
    name="sensors",
    description="Instruments; one of a parameter is in service in a container at a time.",
    key=("container", "parameter", "installed"),
    source=f"farm_sensor x JOIN {LABELLED_CONTAINERS} c ON c.id = x.container_id",
    fingerprint_source="farm_sensor x JOIN farm_container c ON c.id = x.container_id",
    model=Sensor,
    columns=(
        PackageColumn("container", "where it measures", sql="c.name", references="containers"),
        PackageColumn("parameter", "what it measures"),
        PackageColumn("installed", "its first day", refuse_future=True),
        PackageColumn("removed", "the day it was taken out; blank while in service", refuse_future=True),
    ),
)

DESCRIPTIONS = {
    "temperature_c": "water temperature, °C",
    "oxygen_pct": "oxygen, % of saturation",
    "salinity_ppt": "salinity, ‰",
    "ph": "pH",
    "co2_mg_l": "carbon dioxide, mg/L",
    "ammonium_mg_l": "ammonium, mg/L",
    "nitrite_mg_l": "nitrite, mg/L",
    "nitrate_mg_l": "nitrate, mg/L",
}

ENVIRONMENT = PackageTable(
    name="environment",
    description="Readings of the water of a container. The day's mean, lowest and highest are derived at import.",
    key=("container", "at"),
    source=f"environment_reading x JOIN {LABELLED_CONTAINERS} c ON c.id = x.container_id",
    fingerprint_source="environment_reading x JOIN farm_container c ON c.id = x.container_id",
    model=Reading,
    columns=(
        PackageColumn("container", "where it was measured", sql="c.name", references="containers"),
        PackageColumn("at", "when, with its offset from UTC", refuse_future=True),
        *(
            PackageColumn(name, DESCRIPTIONS[name], minimum=least, maximum=most)
            for name, (least, most) in PARAMETERS.items()
        ),
    ),
)

TEMPERATURE_PROFILES = PackageTable(
    name="temperature_profiles",
    description="The usual sea temperature by day of the year, of a geography or of one of its areas. Where a"
    " package brings none for a geography that is new, the import makes one.",
    key=("geography", "area", "day_of_year"),
    source="growth_temperatureprofile x JOIN farm_geography g ON g.id = x.geography_id"
    " LEFT JOIN farm_area a ON a.id = x.area_id",
    model=TemperatureProfile,
    columns=(
        PackageColumn("geography", "the region", sql="g.name", references="geographies"),
        PackageColumn("area", "the area, where it is of one", sql="a.name", references="areas"),
        PackageColumn("day_of_year", "1 to 366"),
        PackageColumn(
            "temperature_c",
            "the mean of the years, °C",
            minimum=PARAMETERS["temperature_c"][0],
            maximum=PARAMETERS["temperature_c"][1],
        ),
        PackageColumn("sd_c", "the standard deviation between years, °C", minimum=0),
    ),
)
