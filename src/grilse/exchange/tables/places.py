"""What stands still: geographies, sites, containers, stores, sensors."""

from grilse.exchange.columns import PackageColumn, PackageTable

LATITUDE = PackageColumn(
    name="latitude",
    kind="number",
    description="degrees north",
    sql="x.latitude",
    field="latitude",
    minimum=-90,
    maximum=90,
)
LONGITUDE = PackageColumn(
    name="longitude",
    kind="number",
    description="degrees east",
    sql="x.longitude",
    field="longitude",
    minimum=-180,
    maximum=180,
)
GEOGRAPHY = PackageColumn(
    name="geography",
    kind="reference",
    references="geographies",
    description="the region",
    sql="g.name",
    field="geography_id",
    presence="filled",
)
FALLOW = PackageColumn(
    name="fallow_days",
    kind="integer",
    description="days it stands empty between two year-classes",
    sql="x.fallow_days",
    field="fallow_days",
    minimum=0,
    maximum=32_767,
)
HALL = PackageColumn(
    name="hall", kind="reference", references="halls", description="the hall it is in", sql="h.name", field="hall_id"
)
AREA = PackageColumn(
    name="area", kind="reference", references="areas", description="the area it is in", sql="a.name", field="area_id"
)

GEOGRAPHIES = PackageTable(
    name="geographies",
    description="Regions with one climate and one set of rules. A region that only another table names need not"
    " stand here; one that the company has is the same one.",
    key=("geography",),
    source="farm_geography x",
    created_by_reference=True,
    database_table="farm_geography",
    columns=(
        PackageColumn(
            name="geography", kind="text", description="its name", sql="x.name", field="name", presence="filled"
        ),
        PackageColumn(name="code", kind="text", description="a short name", sql="x.code", field="code", max_length=8),
    ),
)

AREAS = PackageTable(
    name="areas",
    description="Sea sites.",
    key=("area",),
    source="farm_area x JOIN farm_geography g ON g.id = x.geography_id",
    database_table="farm_area",
    columns=(
        PackageColumn(name="area", kind="text", description="its name", sql="x.name", field="name", presence="filled"),
        GEOGRAPHY,
        LATITUDE,
        LONGITUDE,
        PackageColumn(
            name="max_biomass_kg",
            kind="number",
            description="the most fish that may stand there, kg",
            sql="x.max_biomass_kg",
            field="max_biomass_kg",
            exclusive_minimum=0,
            maximum=1e9,
        ),
        FALLOW,
    ),
)

STATIONS = PackageTable(
    name="stations",
    description="Freshwater sites.",
    key=("station",),
    source="farm_station x JOIN farm_geography g ON g.id = x.geography_id",
    database_table="farm_station",
    columns=(
        PackageColumn(
            name="station", kind="text", description="its name", sql="x.name", field="name", presence="filled"
        ),
        GEOGRAPHY,
        LATITUDE,
        LONGITUDE,
    ),
)

HALLS = PackageTable(
    name="halls",
    description="Buildings of a station.",
    key=("hall",),
    source="farm_hall x JOIN farm_station s ON s.id = x.station_id",
    database_table="farm_hall",
    columns=(
        PackageColumn(name="hall", kind="text", description="its name", sql="x.name", field="name", presence="filled"),
        PackageColumn(
            name="station",
            kind="reference",
            references="stations",
            description="the station it belongs to",
            sql="s.name",
            field="station_id",
            presence="filled",
        ),
        PackageColumn(
            name="stage_order",
            kind="integer",
            description="the order of the stage it serves",
            sql="x.stage_order",
            field="stage_order",
            minimum=1,
            maximum=32_767,
        ),
        FALLOW,
    ),
)

CONTAINERS = PackageTable(
    name="containers",
    description="Trays, tanks and pens, each in a hall or in an area.",
    key=("container",),
    source="farm_container x LEFT JOIN farm_hall h ON h.id = x.hall_id LEFT JOIN farm_area a ON a.id = x.area_id",
    database_table="farm_container",
    columns=(
        PackageColumn(
            name="container", kind="text", description="its name", sql="x.name", field="name", presence="filled"
        ),
        PackageColumn(
            name="kind",
            kind="choice",
            choices=("tray", "tank", "pen"),
            description="what it is",
            sql="x.kind",
            field="kind",
            presence="filled",
        ),
        PackageColumn(
            name="volume_m3",
            kind="number",
            description="its volume, m³",
            sql="x.volume_m3",
            field="volume_m3",
            presence="filled",
            exclusive_minimum=0,
            maximum=1e9,
        ),
        PackageColumn(
            name="max_density_kg_m3",
            kind="number",
            description="the most fish it may hold, kg/m³",
            sql="x.max_density_kg_m3",
            field="max_density_kg_m3",
            exclusive_minimum=0,
            maximum=1e9,
        ),
        AREA,
        HALL,
    ),
)

FEED_STORES = PackageTable(
    name="feed_stores",
    description="Silos of a hall and barges of an area.",
    key=("feed_store",),
    source="farm_feedstore x LEFT JOIN farm_hall h ON h.id = x.hall_id LEFT JOIN farm_area a ON a.id = x.area_id",
    database_table="farm_feedstore",
    columns=(
        PackageColumn(
            name="feed_store", kind="text", description="its name", sql="x.name", field="name", presence="filled"
        ),
        PackageColumn(
            name="capacity_kg",
            kind="number",
            description="what it holds, kg",
            sql="x.capacity_kg",
            field="capacity_kg",
            presence="filled",
            exclusive_minimum=0,
            maximum=1e9,
        ),
        AREA,
        HALL,
    ),
)

SENSORS = PackageTable(
    name="sensors",
    description="Instruments; one of a parameter is in service in a container at a time.",
    key=("container", "parameter", "installed"),
    source="farm_sensor x JOIN farm_container c ON c.id = x.container_id",
    database_table="farm_sensor",
    columns=(
        PackageColumn(
            name="container",
            kind="reference",
            references="containers",
            description="where it measures",
            sql="c.name",
            field="container_id",
            presence="filled",
        ),
        PackageColumn(
            name="parameter",
            kind="choice",
            choices=("temperature", "oxygen", "salinity", "ph", "co2", "ammonium", "nitrite", "nitrate"),
            description="what it measures",
            sql="x.parameter",
            field="parameter",
            presence="filled",
        ),
        PackageColumn(
            name="installed",
            kind="date",
            description="its first day",
            sql="x.installed",
            field="installed",
            presence="filled",
            refuse_future=True,
        ),
        PackageColumn(
            name="removed",
            kind="date",
            description="the day it was taken out; blank while in service",
            sql="x.removed",
            field="removed",
            refuse_future=True,
        ),
    ),
)
