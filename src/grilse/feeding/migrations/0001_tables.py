"""Feeds, lots, meals and draws."""

from django.db import migrations, models
from django.db.models import F, Q

from grilse.access.migration_tables import create_table, create_tracked_table, row_id
from grilse.access.tenancy import company_key, company_reference, tenant_foreign_key


class Migration(migrations.Migration):
    initial = True

    dependencies = [("stock", "0001_tables")]

    operations = [
        *create_tracked_table(
            "feeding.Feed",
            {
                "id": row_id(),
                "name": models.CharField(max_length=80),
                "pellet_mm": models.FloatField(null=True),
                "energy_mj_kg": models.FloatField(null=True),
                "price_per_kg": models.PositiveIntegerField(null=True),
                "company": company_key(),
            },
            constraints=[models.UniqueConstraint(fields=["company", "name"], name="feeding_feed_name")],
        ),
        *create_tracked_table(
            "feeding.FeedLot",
            {
                "id": row_id(),
                "number": models.CharField(max_length=60),
                "delivered": models.DateField(),
                "grams": models.BigIntegerField(),
                "price_per_kg": models.PositiveIntegerField(),
                "supplier": models.CharField(blank=True, max_length=80),
                "drawn": models.BigIntegerField(db_default=0, default=0),
                "company": company_key(),
                "feed": tenant_foreign_key("feeding.Feed"),
                "store": tenant_foreign_key("farm.FeedStore"),
            },
            exclude=["drawn"],
            indexes=[
                models.Index(fields=["store", "delivered", "id"], name="feeding_feedlot_fifo"),
                models.Index(fields=["company", "feed"], name="feeding_feedlot_feed"),
                models.Index(fields=["company", "delivered"], name="feeding_feedlot_listed"),
            ],
            constraints=[
                models.UniqueConstraint(fields=["company", "number"], name="feeding_feedlot_number"),
                models.CheckConstraint(condition=Q(grams__gt=0), name="feeding_feedlot_mass"),
                models.CheckConstraint(
                    condition=Q(drawn__gte=0, drawn__lte=F("grams")), name="feeding_feedlot_not_overdrawn"
                ),
            ],
        ),
        *create_tracked_table(
            "feeding.Meal",
            {
                "id": row_id(),
                "at": models.DateTimeField(),
                "grams": models.BigIntegerField(),
                "cost": models.BigIntegerField(null=True),
                "company": company_key(),
                "feed": tenant_foreign_key("feeding.Feed", null=True),
                "placement": tenant_foreign_key("stock.Placement"),
            },
            exclude=["cost"],
            indexes=[models.Index(fields=["company", "at"], name="feeding_meal_listed")],
            constraints=[
                models.UniqueConstraint(fields=["placement", "at"], name="feeding_meal_once"),
                models.CheckConstraint(condition=Q(grams__gt=0), name="feeding_meal_mass"),
            ],
        ),
        create_table(
            "Draw",
            {
                "pk": models.CompositePrimaryKey(
                    "meal_id", "lot_id", blank=True, editable=False, primary_key=True, serialize=False
                ),
                "grams": models.BigIntegerField(),
                "company": company_reference(),
                "lot": models.ForeignKey(
                    "feeding.FeedLot", models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+"
                ),
                "meal": models.ForeignKey(
                    "feeding.Meal", models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+"
                ),
            },
            indexes=[models.Index(fields=["lot"], name="feeding_draw_lot")],
            constraints=[models.CheckConstraint(condition=Q(grams__gt=0), name="feeding_draw_mass")],
        ),
    ]
