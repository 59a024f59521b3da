"""Row policies of the sites, references within a company, and the sites that a role reaches."""

from django.db import migrations

from grilse.access.migration_rules import (
    create_company_key,
    create_company_policy,
    create_company_references,
    create_geography_policy,
    create_reach_function,
    with_events,
)
from grilse.access.tenancy import COMPANY_SQL

REFERENCED_TABLES = (
    "farm_geography", "farm_area", "farm_station", "farm_hall", "farm_container", "farm_feedstore",
)  # fmt: skip
REACH_COLUMNS = {
    "farm_area": ["geography_id"],
    "farm_station": ["geography_id"],
    "farm_hall": ["station_id"],
    "farm_container": ["hall_id", "area_id"],
    "farm_feedstore": ["hall_id", "area_id"],
    "farm_sensor": ["container_id"],
}
LISTED_GEOGRAPHIES = "nullif(nullif(current_setting('app.geographies', true), '*'), '')"
OF_GEOGRAPHY = f"company_id = {COMPANY_SQL} AND geography_id IN (SELECT farm_geographies())"


class Migration(migrations.Migration):
    dependencies = [("farm", "0001_tables")]

    operations = [
        *create_company_policy("farm_geography", tracked=True),
        *[operation for table in REACH_COLUMNS for operation in create_company_policy(table, tracked=True)],
        *[create_company_key(table) for table in REFERENCED_TABLES],
        create_company_references("farm_area", geography_id="farm_geography"),
        create_company_references("farm_station", geography_id="farm_geography"),
        create_company_references("farm_hall", station_id="farm_station"),
        create_company_references("farm_container", hall_id="farm_hall", area_id="farm_area"),
        create_company_references("farm_feedstore", hall_id="farm_hall", area_id="farm_area"),
        create_company_references("farm_sensor", container_id="farm_container"),
        create_reach_function("farm_geographies", f"SELECT unnest({LISTED_GEOGRAPHIES}::bigint[])"),
        create_reach_function("farm_stations", f"SELECT id FROM farm_station WHERE {OF_GEOGRAPHY}"),
        create_reach_function("farm_areas", f"SELECT id FROM farm_area WHERE {OF_GEOGRAPHY}"),
        create_reach_function("farm_halls", "SELECT id FROM farm_hall WHERE station_id IN (SELECT farm_stations())"),
        *[
            create_reach_function(
                name,
                f"SELECT id FROM {table} WHERE hall_id IN (SELECT farm_halls())"
                " UNION ALL"
                f" SELECT id FROM {table} WHERE area_id IN (SELECT farm_areas())",
            )
            for name, table in {"farm_containers": "farm_container", "farm_stores": "farm_feedstore"}.items()
        ],
        *[create_geography_policy(table, "id", of="geography_id") for table in with_events("farm_geography")],
        *[
            create_geography_policy(table, *columns)
            for name, columns in REACH_COLUMNS.items()
            for table in with_events(name)
        ],
    ]
