"""Row policies of models and estimates, and references within a company."""

from django.db import migrations

from grilse.access.migration_rules import (
    create_company_policy,
    create_company_references,
    create_geography_policy,
    with_events,
)


class Migration(migrations.Migration):
    dependencies = [("growth", "0001_tables"), ("stock", "0002_rules")]

    operations = [
        *create_company_policy("growth_growthmodel", tracked=True),
        *create_company_policy("growth_mortalitymodel", tracked=True),
        *create_company_policy("growth_temperatureprofile", tracked=True),
        *create_company_policy("growth_dailystate"),
        *create_company_policy("growth_batchstate"),
        *create_company_policy("growth_flaggedrecord"),
        create_company_references("growth_temperatureprofile", geography_id="farm_geography", area_id="farm_area"),
        create_company_references("growth_flaggedrecord", placement_id="stock_placement"),
        create_geography_policy("growth_dailystate", "placement_id"),
        create_geography_policy("growth_flaggedrecord", "placement_id"),
        create_geography_policy("growth_batchstate", "batch_id"),
        *[create_geography_policy(table, "geography_id") for table in with_events("growth_temperatureprofile")],
    ]
