"""Isolation of companies and references within one."""

from django.db import migrations

from grilse.access.tenancy import create_company_policy, create_company_references


class Migration(migrations.Migration):
    dependencies = [("growth", "0001_initial"), ("farm", "0002_rules")]

    operations = [
        *[
            create_company_policy(f"growth_{name}")
            for name in ("growthmodel", "mortalitymodel", "temperatureprofile", "dailystate", "batchstate")
        ],
        create_company_references("growth_temperatureprofile", geography_id="farm_geography", area_id="farm_area"),
    ]
