import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [("farm", "0001_initial"), ("stock", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Feed",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=80)),
                ("pellet_mm", models.FloatField(null=True)),
                ("energy_mj_kg", models.FloatField(null=True)),
                ("price_per_kg", models.PositiveIntegerField(null=True)),
                (
                    "company",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="farm.company"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="FeedLot",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(max_length=60)),
                ("delivered", models.DateField()),
                ("grams", models.BigIntegerField()),
                ("price_per_kg", models.PositiveIntegerField()),
                ("supplier", models.CharField(blank=True, max_length=80)),
                ("drawn", models.BigIntegerField(db_default=0, default=0)),
                (
                    "company",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="farm.company"
                    ),
                ),
                (
                    "feed",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="feeding.feed",
                    ),
                ),
                (
                    "store",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="farm.feedstore",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Meal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("grams", models.BigIntegerField()),
                ("cost", models.BigIntegerField(null=True)),
                (
                    "company",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="farm.company"
                    ),
                ),
                (
                    "feed",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="feeding.feed",
                    ),
                ),
                (
                    "placement",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="stock.placement",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Draw",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "meal_id", "lot_id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("grams", models.BigIntegerField()),
                (
                    "company",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="farm.company",
                    ),
                ),
                (
                    "lot",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="feeding.feedlot",
                    ),
                ),
                (
                    "meal",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="feeding.meal",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="feed", constraint=models.UniqueConstraint(fields=("company", "name"), name="feeding_feed_name")
        ),
        migrations.AddIndex(
            model_name="feedlot", index=models.Index(fields=["store", "delivered", "id"], name="feeding_feedlot_fifo")
        ),
        migrations.AddIndex(
            model_name="feedlot", index=models.Index(fields=["company", "feed"], name="feeding_feedlot_feed")
        ),
        migrations.AddConstraint(
            model_name="feedlot",
            constraint=models.UniqueConstraint(fields=("company", "number"), name="feeding_feedlot_number"),
        ),
        migrations.AddConstraint(
            model_name="feedlot",
            constraint=models.CheckConstraint(condition=models.Q(("grams__gt", 0)), name="feeding_feedlot_mass"),
        ),
        migrations.AddConstraint(
            model_name="feedlot",
            constraint=models.CheckConstraint(
                condition=models.Q(("drawn__gte", 0), ("drawn__lte", models.F("grams"))),
                name="feeding_feedlot_not_overdrawn",
            ),
        ),
        migrations.AddConstraint(
            model_name="meal", constraint=models.UniqueConstraint(fields=("placement", "at"), name="feeding_meal_once")
        ),
        migrations.AddConstraint(
            model_name="meal",
            constraint=models.CheckConstraint(condition=models.Q(("grams__gt", 0)), name="feeding_meal_mass"),
        ),
        migrations.AddIndex(model_name="draw", index=models.Index(fields=["lot"], name="feeding_draw_lot")),
        migrations.AddConstraint(
            model_name="draw",
            constraint=models.CheckConstraint(condition=models.Q(("grams__gt", 0)), name="feeding_draw_mass"),
        ),
    ]
