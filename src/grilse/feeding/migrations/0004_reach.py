"""Deliveries and meals out of reach do not exist."""

from django.db import migrations

from grilse.access.reach import create_geography_policy, create_parent_policy
from grilse.access.tenancy import create_company_policy


class Migration(migrations.Migration):
    dependencies = [("feeding", "0003_history"), ("stock", "0008_reach")]

    operations = [
        *[create_company_policy(f"feeding_{name}event", append_only=True) for name in ("feed", "feedlot", "meal")],
        *[create_geography_policy(f"feeding_{name}", "store_id") for name in ("feedlot", "feedlotevent")],
        *[create_geography_policy(f"feeding_{name}", "placement_id") for name in ("meal", "mealevent")],
        create_parent_policy("feeding_draw", "lot_id", "feeding_feedlot"),
    ]
