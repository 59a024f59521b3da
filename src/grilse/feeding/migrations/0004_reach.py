"""Deliveries and meals out of reach do not exist."""

from django.db import migrations

from grilse.farm.reach import of_parent, reach
from grilse.farm.tenancy import isolation


class Migration(migrations.Migration):
    dependencies = [("feeding", "0003_history"), ("stock", "0008_reach")]

    operations = [
        *[isolation(f"feeding_{name}event", append_only=True) for name in ("feed", "feedlot", "meal")],
        *[reach(f"feeding_{name}", "store_id") for name in ("feedlot", "feedlotevent")],
        *[reach(f"feeding_{name}", "placement_id") for name in ("meal", "mealevent")],
        of_parent("feeding_draw", "lot_id", "feeding_feedlot"),
    ]
