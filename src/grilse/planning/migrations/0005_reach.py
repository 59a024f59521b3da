"""Plans and projections of batches out of reach do not exist."""

from django.db import migrations

from grilse.farm.reach import reach
from grilse.farm.tenancy import isolation


class Migration(migrations.Migration):
    dependencies = [("planning", "0004_history"), ("stock", "0008_reach")]

    operations = [
        isolation("planning_plannedstageevent", append_only=True),
        *[
            reach(f"planning_{name}", "batch_id")
            for name in ("plannedstage", "plannedstageevent", "projection")
        ],
    ]
