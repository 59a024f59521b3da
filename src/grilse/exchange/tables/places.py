"""What stands still: geographies, sites, containers, stores, sensors."""

from grilse.exchange.columns import Column, PackageTable

LATITUDE = Column(
    name="latitude",
    kind="number",
    about="degrees north",
    sql="x.latitude",
    field="latitude",
    least=-90,
    most=90,
)
LONGITUDE = Column(
    name="longitude",
    kind="number",
    about="degrees east",
    sql="x.longitude",
    field="longitude",
    least=-180,
    most=180,
)
GEOGRAPHY = Column(
    name="geography",
    kind="reference",
    to="geographies",
    about="the region",
    sql="g.name",
    field="geography_id",
    presence="filled",
)
FALLOW = Column(
    name="fallow_days",
    kind="integer",
    about="days it stands empty between two year-classes",
    sql="x.fallow_days",
    field="fallow_days",
    least=0,
    most=32_767,
)
HALL = Column(
    name="hall", kind="reference", to="halls", about="the hall it is in", sql="h.name", field="hall_id"
)
AREA = Column(
    name="area", kind="reference", to="areas", about="the area it is in", sql="a.name", field="area_id"
)

GEOGRAPHIES = PackageTable(
    name="geographies",
    about="Regions with one climate and one set of rules. A region that only another table names need not"
    " stand here; one that the company has is the same one.",
    key=("geography",),
    source="farm_geography x",
    implied=True,
    written="farm_geography",
    columns=(
        Column(
            name="geography", kind="text", about="its name", sql="x.name", field="name", presence="filled"
        ),
        Column(name="code", kind="text", about="a short name", sql="x.code", field="code", longest=8),
    ),
)

AREAS = PackageTable(
    name="areas",
    about="Sea sites.",
    key=("area",),
    source="farm_area x JOIN farm_geography g ON g.id = x.geography_id",
    written="farm_area",
    columns=(
        Column(name="area", kind="text", about="its name", sql="x.name", field="name", presence="filled"),
        GEOGRAPHY,
        LATITUDE,
        LONGITUDE,
        Column(
            name="max_biomass_kg",
            kind="number",
            about="the most fish that may stand there, kg",
            sql="x.max_biomass_kg",
            field="max_biomass_kg",
            above=0,
            most=1e9,
        ),
        FALLOW,
    ),
)

STATIONS = PackageTable(
    name="stations",
    about="Freshwater sites.",
    key=("station",),
    source="farm_station x JOIN farm_geography g ON g.id = x.geography_id",
    written="farm_station",
    columns=(
        Column(name="station", kind="text", about="its name", sql="x.name", field="name", presence="filled"),
        GEOGRAPHY,
        LATITUDE,
        LONGITUDE,
    ),
)

HALLS = PackageTable(
    name="halls",
    about="Buildings of a station.",
    key=("hall",),
    source="farm_hall x JOIN farm_station s ON s.id = x.station_id",
    written="farm_hall",
    columns=(
        Column(name="hall", kind="text", about="its name", sql="x.name", field="name", presence="filled"),
        Column(
            name="station",
            kind="reference",
            to="stations",
            about="the station it belongs to",
            sql="s.name",
            field="station_id",
            presence="filled",
        ),
        Column(
            name="stage_order",
            kind="integer",
            about="the order of the stage it serves",
            sql="x.stage_order",
            field="stage_order",
            least=1,
            most=32_767,
        ),
        FALLOW,
    ),
)

CONTAINERS = PackageTable(
    name="containers",
    about="Trays, tanks and pens, each in a hall or in an area.",
    key=("container",),
    source="farm_container x LEFT JOIN farm_hall h ON h.id = x.hall_id"
    " LEFT JOIN farm_area a ON a.id = x.area_id",
    written="farm_container",
    columns=(
        Column(
            name="container", kind="text", about="its name", sql="x.name", field="name", presence="filled"
        ),
        Column(
            name="kind",
            kind="choice",
            choices=("tray", "tank", "pen"),
            about="what it is",
            sql="x.kind",
            field="kind",
            presence="filled",
        ),
        Column(
            name="volume_m3",
            kind="number",
            about="its volume, m³",
            sql="x.volume_m3",
            field="volume_m3",
            presence="filled",
            above=0,
            most=1e9,
        ),
        Column(
            name="max_density_kg_m3",
            kind="number",
            about="the most fish it may hold, kg/m³",
            sql="x.max_density_kg_m3",
            field="max_density_kg_m3",
            above=0,
            most=1e9,
        ),
        AREA,
        HALL,
    ),
)

FEED_STORES = PackageTable(
    name="feed_stores",
    about="Silos of a hall and barges of an area.",
    key=("feed_store",),
    source="farm_feedstore x LEFT JOIN farm_hall h ON h.id = x.hall_id"
    " LEFT JOIN farm_area a ON a.id = x.area_id",
    written="farm_feedstore",
    columns=(
        Column(
            name="feed_store", kind="text", about="its name", sql="x.name", field="name", presence="filled"
        ),
        Column(
            name="capacity_kg",
            kind="number",
            about="what it holds, kg",
            sql="x.capacity_kg",
            field="capacity_kg",
            presence="filled",
            above=0,
            most=1e9,
        ),
        AREA,
        HALL,
    ),
)

SENSORS = PackageTable(
    name="sensors",
    about="Instruments; one of a parameter is in service in a container at a time.",
    key=("container", "parameter", "installed"),
    source="farm_sensor x JOIN farm_container c ON c.id = x.container_id",
    written="farm_sensor",
    columns=(
        Column(
            name="container",
            kind="reference",
            to="containers",
            about="where it measures",
            sql="c.name",
            field="container_id",
            presence="filled",
        ),
        Column(
            name="parameter",
            kind="choice",
            choices=("temperature", "oxygen", "salinity", "ph", "co2", "ammonium", "nitrite", "nitrate"),
            about="what it measures",
            sql="x.parameter",
            field="parameter",
            presence="filled",
        ),
        Column(
            name="installed",
            kind="date",
            about="its first day",
            sql="x.installed",
            field="installed",
            presence="filled",
            happened=True,
        ),
        Column(
            name="removed",
            kind="date",
            about="the day it was taken out; blank while in service",
            sql="x.removed",
            field="removed",
            happened=True,
        ),
    ),
)
