import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [("farm", "0001_initial"), ("stock", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="PlannedStage",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("start", models.DateField()),
                ("stop", models.DateField()),
                (
                    "batch",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="stock.batch",
                    ),
                ),
                (
                    "company",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="farm.company"
                    ),
                ),
                (
                    "stage",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="stock.stage"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("company", "batch", "stage"), name="planning_plannedstage_once"),
                    models.CheckConstraint(
                        condition=models.Q(("stop__gt", models.F("start"))), name="planning_plannedstage_dates"
                    ),
                ]
            },
        )
    ]
