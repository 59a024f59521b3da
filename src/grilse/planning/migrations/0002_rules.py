"""Row policies of plans and projections, and references within a company."""

from django.db import migrations

from grilse.access.migration_rules import create_company_policy, create_company_references, create_geography_policy


class Migration(migrations.Migration):
    dependencies = [("planning", "0001_tables"), ("stock", "0002_rules")]

    operations = [
        *create_company_policy("planning_plannedstage", tracked=True),
        *create_company_policy("planning_projection", append_only=True),
        create_company_references("planning_plannedstage", batch_id="stock_batch"),
        create_company_references("planning_projection", batch_id="stock_batch"),
        *[
            create_geography_policy(f"planning_{name}", "batch_id")
            for name in ("plannedstage", "plannedstageevent", "projection")
        ],
    ]
