"""Estimates of fish out of reach do not exist."""

from django.db import migrations

from grilse.access.reach import create_geography_policy
from grilse.access.tenancy import create_company_policy


class Migration(migrations.Migration):
    dependencies = [("growth", "0004_history"), ("stock", "0008_reach")]

    operations = [
        *[
            create_company_policy(f"growth_{name}event", append_only=True)
            for name in ("growthmodel", "mortalitymodel", "temperatureprofile")
        ],
        *[create_geography_policy(f"growth_{name}", "placement_id") for name in ("dailystate", "flaggedrecord")],
        create_geography_policy("growth_batchstate", "batch_id"),
        *[
            create_geography_policy(f"growth_{name}", "geography_id")
            for name in ("temperatureprofile", "temperatureprofileevent")
        ],
    ]
