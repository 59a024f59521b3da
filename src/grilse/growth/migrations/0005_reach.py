"""Estimates of fish out of reach do not exist."""

from django.db import migrations

from grilse.farm.reach import reach
from grilse.farm.tenancy import isolation


class Migration(migrations.Migration):
    dependencies = [("growth", "0004_history"), ("stock", "0008_reach")]

    operations = [
        *[
            isolation(f"growth_{name}event", append_only=True)
            for name in ("growthmodel", "mortalitymodel", "temperatureprofile")
        ],
        *[reach(f"growth_{name}", "placement_id") for name in ("dailystate", "flaggedrecord")],
        reach("growth_batchstate", "batch_id"),
        *[
            reach(f"growth_{name}", "geography_id")
            for name in ("temperatureprofile", "temperatureprofileevent")
        ],
    ]
