"""Readings of the water and typical temperatures."""

from grilse.environment.models import Reading
from grilse.environment.parameters import PARAMETERS
from grilse.exchange.columns import PackageColumn, PackageTable
from grilse.growth.models import TemperatureProfile

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
    source="environment_reading x JOIN farm_container c ON c.id = x.container_id",
    model=Reading,
    columns=(
        PackageColumn("container", "where it was measured", sql="c.name", references="containers"),
        PackageColumn("at", "when, UTC", refuse_future=True),
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
