"""Readings of the water and the usual temperatures."""

from grilse.exchange.columns import PackageColumn, PackageTable


def build_measurement_column(
    name: str, about: str, least: float | None = None, most: float | None = None
) -> PackageColumn:
    """Return the column of a measured parameter; blank where none was measured."""
    return PackageColumn(
        name=name, kind="real", description=about, sql=f"x.{name}", field=name, minimum=least, maximum=most
    )


ENVIRONMENT = PackageTable(
    name="environment",
    description="Readings of the water of a container. The day's mean, lowest and highest are derived at import.",
    key=("container", "at"),
    source="environment_reading x JOIN farm_container c ON c.id = x.container_id",
    database_table="environment_reading",
    columns=(
        PackageColumn(
            name="container",
            kind="reference",
            references="containers",
            description="where it was measured",
            sql="c.name",
            field="container_id",
            presence="filled",
        ),
        PackageColumn(
            name="at",
            kind="time",
            description="when, UTC",
            sql="x.at",
            field="at",
            presence="filled",
            refuse_future=True,
        ),
        build_measurement_column("temperature_c", "water temperature, °C", -3, 40),
        build_measurement_column("oxygen_pct", "oxygen, % of saturation", 0, 300),
        build_measurement_column("salinity_ppt", "salinity, ‰", 0, 100),
        build_measurement_column("ph", "pH", 0, 14),
        build_measurement_column("co2_mg_l", "carbon dioxide, mg/L", 0, 10_000),
        build_measurement_column("ammonium_mg_l", "ammonium, mg/L", 0, 10_000),
        build_measurement_column("nitrite_mg_l", "nitrite, mg/L", 0, 10_000),
        build_measurement_column("nitrate_mg_l", "nitrate, mg/L", 0, 10_000),
    ),
)

TEMPERATURE_PROFILES = PackageTable(
    name="temperature_profiles",
    description="The usual sea temperature by day of the year, of a geography or of one of its areas. Where a"
    " package brings none for a geography that is new, the import makes one.",
    key=("geography", "area", "day_of_year"),
    source="growth_temperatureprofile x JOIN farm_geography g ON g.id = x.geography_id"
    " LEFT JOIN farm_area a ON a.id = x.area_id",
    database_table="growth_temperatureprofile",
    columns=(
        PackageColumn(
            name="geography",
            kind="reference",
            references="geographies",
            description="the region",
            sql="g.name",
            field="geography_id",
            presence="filled",
        ),
        PackageColumn(
            name="area",
            kind="reference",
            references="areas",
            description="the area, where it is of one",
            sql="a.name",
            field="area_id",
        ),
        PackageColumn(
            name="day_of_year",
            kind="integer",
            description="1 to 366",
            sql="x.day_of_year",
            field="day_of_year",
            presence="filled",
            minimum=1,
            maximum=366,
        ),
        PackageColumn(
            name="temperature_c",
            kind="number",
            description="the mean of the years, °C",
            sql="x.temperature_c",
            field="temperature_c",
            presence="filled",
            minimum=-3,
            maximum=40,
        ),
        PackageColumn(
            name="sd_c",
            kind="number",
            description="the standard deviation between years, °C",
            sql="x.sd_c",
            field="sd_c",
            presence="filled",
            minimum=0,
        ),
    ),
)
