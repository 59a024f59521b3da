"""Plans and projections of batches out of reach do not exist."""

from django.db import migrations

from grilse.access.reach import create_geography_policy
from grilse.access.tenancy import create_company_policy


class Migration(migrations.Migration):
    dependencies = [("planning", "0004_history"), ("stock", "0008_reach")]

    operations = [
        create_company_policy("planning_plannedstageevent", append_only=True),
        *[
            create_geography_policy(f"planning_{name}", "batch_id")
            for name in ("plannedstage", "plannedstageevent", "projection")
        ],
    ]
