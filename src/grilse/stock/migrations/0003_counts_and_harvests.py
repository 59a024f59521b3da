"""Counts of fish, grades that belong to their harvest, and placements that all fish were withdrawn from."""

from django.db import migrations, models
from django.db.migrations.operations import SeparateDatabaseAndState
from django.db.models import F, Q

from grilse.access.migration_rules import (
    create_company_policy,
    create_company_references,
    create_geography_policy,
    with_events,
)
from grilse.access.migration_tables import create_tracked_table, renew_change_triggers, row_id
from grilse.access.tenancy import company_key, tenant_foreign_key

GRADE_COLUMNS = ("company_id", "count", "date", "grade", "gutted_kg", "id", "lot", "movement_id", "placement_id")
# The index of this column is built concurrently, by the next migration.
ADD_EVENT_COLUMN = SeparateDatabaseAndState(
    [
        migrations.RunSQL(
            "ALTER TABLE stock_harvestgradeevent ADD movement_id bigint",
            "ALTER TABLE stock_harvestgradeevent DROP movement_id",
        )
    ],
    [
        migrations.AddField(
            "harvestgradeevent",
            "movement",
            models.ForeignKey(
                "stock.Movement",
                models.DO_NOTHING,
                blank=True,
                db_constraint=False,
                null=True,
                related_name="+",
                related_query_name="+",
            ),
        )
    ],
)


class Migration(migrations.Migration):
    dependencies = [("stock", "0002_rules")]

    operations = [
        *create_tracked_table(
            "stock.FishCount",
            {
                "id": row_id(),
                "date": models.DateField(),
                "count": models.PositiveIntegerField(),
                "method": models.CharField(
                    choices=[("counter", "Counter"), ("plant", "Plant"), ("hand", "Hand")], max_length=8
                ),
                "note": models.CharField(blank=True, db_default="", default="", max_length=200),
                "company": company_key(),
                "placement": tenant_foreign_key("stock.Placement"),
            },
            indexes=[models.Index(fields=["company", "date"], name="stock_fishcount_listed")],
            constraints=[
                models.UniqueConstraint(fields=["company", "placement", "date"], name="stock_fishcount_once"),
                models.CheckConstraint(
                    condition=Q(method__in=["counter", "plant", "hand"]), name="stock_fishcount_method"
                ),
            ],
        ),
        *create_company_policy("stock_fishcount", tracked=True),
        create_company_references("stock_fishcount", placement_id="stock_placement"),
        *[create_geography_policy(table, "placement_id") for table in with_events("stock_fishcount")],
        *renew_change_triggers(
            "stock.HarvestGrade",
            GRADE_COLUMNS,
            migrations.AddField("harvestgrade", "movement", tenant_foreign_key("stock.Movement", null=True)),
            ADD_EVENT_COLUMN,
        ),
        create_company_references("stock_harvestgrade", movement_id="stock_movement"),
        migrations.AddField("movement", "last", models.BooleanField(db_default=False, default=False)),
        migrations.RemoveConstraint("placement", "stock_placement_dates"),
        migrations.AddConstraint(
            "placement",
            models.CheckConstraint(condition=Q(stop=None) | Q(stop__gte=F("start")), name="stock_placement_dates"),
        ),
    ]
