"""Readings of the water and the usual temperatures."""

from grilse.exchange.columns import Column, PackageTable


def measured(name: str, about: str, least: float | None = None, most: float | None = None) -> Column:
    """Return the column of a measured parameter; blank where none was measured."""
    return Column(name=name, kind="real", about=about, sql=f"x.{name}", field=name, least=least, most=most)


ENVIRONMENT = PackageTable(
    name="environment",
    about="Readings of the water of a container. The day's mean, lowest and highest are derived at import.",
    key=("container", "at"),
    source="environment_reading x JOIN farm_container c ON c.id = x.container_id",
    written="environment_reading",
    columns=(
        Column(
            name="container",
            kind="reference",
            to="containers",
            about="where it was measured",
            sql="c.name",
            field="container_id",
            presence="filled",
        ),
        Column(
            name="at",
            kind="time",
            about="when, UTC",
            sql="x.at",
            field="at",
            presence="filled",
            happened=True,
        ),
        measured("temperature_c", "water temperature, °C", -3, 40),
        measured("oxygen_pct", "oxygen, % of saturation", 0, 300),
        measured("salinity_ppt", "salinity, ‰", 0, 100),
        measured("ph", "pH", 0, 14),
        measured("co2_mg_l", "carbon dioxide, mg/L", 0, 10_000),
        measured("ammonium_mg_l", "ammonium, mg/L", 0, 10_000),
        measured("nitrite_mg_l", "nitrite, mg/L", 0, 10_000),
        measured("nitrate_mg_l", "nitrate, mg/L", 0, 10_000),
    ),
)

TEMPERATURE_PROFILES = PackageTable(
    name="temperature_profiles",
    about="The usual sea temperature by day of the year, of a geography or of one of its areas. Where a"
    " package brings none for a geography that is new, the import makes one.",
    key=("geography", "area", "day_of_year"),
    source="growth_temperatureprofile x JOIN farm_geography g ON g.id = x.geography_id"
    " LEFT JOIN farm_area a ON a.id = x.area_id",
    written="growth_temperatureprofile",
    columns=(
        Column(
            name="geography",
            kind="reference",
            to="geographies",
            about="the region",
            sql="g.name",
            field="geography_id",
            presence="filled",
        ),
        Column(
            name="area",
            kind="reference",
            to="areas",
            about="the area, where it is of one",
            sql="a.name",
            field="area_id",
        ),
        Column(
            name="day_of_year",
            kind="integer",
            about="1 to 366",
            sql="x.day_of_year",
            field="day_of_year",
            presence="filled",
            least=1,
            most=366,
        ),
        Column(
            name="temperature_c",
            kind="number",
            about="the mean of the years, °C",
            sql="x.temperature_c",
            field="temperature_c",
            presence="filled",
            least=-3,
            most=40,
        ),
        Column(
            name="sd_c",
            kind="number",
            about="the standard deviation between years, °C",
            sql="x.sd_c",
            field="sd_c",
            presence="filled",
            least=0,
        ),
    ),
)
