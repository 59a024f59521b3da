import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [("farm", "0001_initial"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]

    operations = [
        migrations.CreateModel(
            name="Species",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=80, unique=True)),
            ],
        ),
        migrations.CreateModel(
            name="Batch",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(max_length=60)),
                ("start_date", models.DateField()),
                (
                    "status",
                    models.CharField(
                        choices=[("active", "Active"), ("closed", "Closed")], default="active", max_length=8
                    ),
                ),
                (
                    "company",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="farm.company"
                    ),
                ),
                (
                    "species",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="stock.species"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Stage",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("order", models.PositiveSmallIntegerField()),
                ("name", models.CharField(max_length=40)),
                ("min_weight_g", models.FloatField()),
                ("max_weight_g", models.FloatField()),
                ("water", models.CharField(choices=[("fresh", "Fresh"), ("sea", "Sea")], max_length=8)),
                (
                    "species",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="stages", to="stock.species"
                    ),
                ),
            ],
            options={"ordering": ["order"]},
        ),
        migrations.CreateModel(
            name="Placement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=120)),
                ("start", models.DateField()),
                ("stop", models.DateField(blank=True, null=True)),
                (
                    "batch",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="placements",
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
                    "container",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="farm.container",
                    ),
                ),
                (
                    "stage",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="stock.stage"),
                ),
            ],
        ),
        migrations.CreateModel(
            name="TransferOrder",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(max_length=80)),
                ("planned_date", models.DateField()),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("planned", "Planned"),
                            ("in progress", "In Progress"),
                            ("completed", "Completed"),
                            ("cancelled", "Cancelled"),
                        ],
                        max_length=12,
                    ),
                ),
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
            ],
        ),
        migrations.CreateModel(
            name="Movement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("date", models.DateField()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("STOCKING", "Stocking"),
                            ("TRANSFER", "Transfer"),
                            ("MORTALITY", "Mortality"),
                            ("CULL", "Cull"),
                            ("ESCAPE", "Escape"),
                            ("HARVEST", "Harvest"),
                            ("SALE", "Sale"),
                            ("COUNT_CORRECTION", "Count Correction"),
                        ],
                        max_length=16,
                    ),
                ),
                ("count", models.PositiveIntegerField()),
                ("mean_weight_g", models.FloatField(null=True)),
                ("weight_method", models.CharField(blank=True, db_default="", max_length=12)),
                ("fish_weighed", models.PositiveIntegerField(null=True)),
                ("cause", models.CharField(blank=True, db_default="", max_length=40)),
                ("entered_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "author",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "company",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="farm.company"
                    ),
                ),
                (
                    "replaces",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="stock.movement",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="stock.placement",
                    ),
                ),
                (
                    "target",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="stock.placement",
                    ),
                ),
                (
                    "order",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="stock.transferorder",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="WeightSample",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("date", models.DateField()),
                ("fish_weighed", models.PositiveIntegerField()),
                ("mean_weight_g", models.FloatField()),
                ("sd_g", models.FloatField(null=True)),
                ("method", models.CharField(max_length=12)),
                ("selection", models.CharField(db_default="random", default="random", max_length=12)),
                (
                    "company",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="farm.company"
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
            name="HarvestGrade",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("date", models.DateField()),
                ("grade", models.CharField(max_length=20)),
                ("count", models.PositiveIntegerField()),
                ("gutted_kg", models.FloatField()),
                (
                    "company",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="farm.company"
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
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("company", "placement", "date", "grade"), name="stock_harvestgrade_once"
                    ),
                    models.CheckConstraint(condition=models.Q(("gutted_kg__gte", 0)), name="stock_harvestgrade_mass"),
                ]
            },
        ),
        migrations.AddConstraint(
            model_name="batch",
            constraint=models.UniqueConstraint(fields=("company", "number"), name="stock_batch_number"),
        ),
        migrations.AddConstraint(
            model_name="batch",
            constraint=models.CheckConstraint(
                condition=models.Q(("status__in", ["active", "closed"])), name="stock_batch_status"
            ),
        ),
        migrations.AddConstraint(
            model_name="stage",
            constraint=models.UniqueConstraint(fields=("species", "order"), name="stock_stage_order"),
        ),
        migrations.AddConstraint(
            model_name="stage", constraint=models.UniqueConstraint(fields=("species", "name"), name="stock_stage_name")
        ),
        migrations.AddIndex(
            model_name="placement", index=models.Index(fields=["company", "batch"], name="stock_placement_batch")
        ),
        migrations.AddConstraint(
            model_name="placement",
            constraint=models.UniqueConstraint(fields=("company", "name"), name="stock_placement_name"),
        ),
        migrations.AddConstraint(
            model_name="placement",
            constraint=models.CheckConstraint(
                condition=models.Q(("stop", None), ("stop__gt", models.F("start")), _connector="OR"),
                name="stock_placement_dates",
            ),
        ),
        migrations.AddIndex(
            model_name="transferorder", index=models.Index(fields=["company", "batch"], name="stock_order_batch")
        ),
        migrations.AddConstraint(
            model_name="transferorder",
            constraint=models.UniqueConstraint(fields=("company", "number"), name="stock_order_number"),
        ),
        migrations.AddConstraint(
            model_name="transferorder",
            constraint=models.CheckConstraint(
                condition=models.Q(("status__in", ["planned", "in progress", "completed", "cancelled"])),
                name="stock_order_status",
            ),
        ),
        migrations.AddIndex(
            model_name="movement",
            index=models.Index(
                condition=models.Q(("source__isnull", False)), fields=["source", "date"], name="stock_movement_source"
            ),
        ),
        migrations.AddIndex(
            model_name="movement",
            index=models.Index(
                condition=models.Q(("target__isnull", False)), fields=["target", "date"], name="stock_movement_target"
            ),
        ),
        migrations.AddIndex(
            model_name="movement",
            index=models.Index(
                condition=models.Q(("order__isnull", False)), fields=["order"], name="stock_movement_order"
            ),
        ),
        migrations.AddIndex(
            model_name="movement",
            index=models.Index(
                condition=models.Q(("author__isnull", False)), fields=["author"], name="stock_movement_author"
            ),
        ),
        migrations.AddConstraint(
            model_name="movement",
            constraint=models.UniqueConstraint(
                condition=models.Q(("replaces__isnull", False)),
                fields=("replaces",),
                name="stock_movement_replaced_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="movement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "STOCKING"), ("source", None), ("target__isnull", False)),
                    models.Q(("kind", "TRANSFER"), ("source__isnull", False), ("target__isnull", False)),
                    models.Q(
                        ("kind__in", ["MORTALITY", "CULL", "ESCAPE", "HARVEST", "SALE"]),
                        ("source__isnull", False),
                        ("target", None),
                    ),
                    models.Q(("kind", "COUNT_CORRECTION"), ("source", None), ("target__isnull", False)),
                    models.Q(("kind", "COUNT_CORRECTION"), ("source__isnull", False), ("target", None)),
                    _connector="OR",
                ),
                name="stock_movement_sides",
            ),
        ),
        migrations.AddConstraint(
            model_name="movement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("source", None),
                    ("target", None),
                    models.Q(("source", models.F("target")), _negated=True),
                    _connector="OR",
                ),
                name="stock_movement_goes_somewhere",
            ),
        ),
        migrations.AddConstraint(
            model_name="movement",
            constraint=models.CheckConstraint(
                condition=models.Q(("count__gt", 0), ("replaces__isnull", False), _connector="OR"),
                name="stock_movement_count",
            ),
        ),
        migrations.AddConstraint(
            model_name="movement",
            constraint=models.CheckConstraint(
                condition=models.Q(("mean_weight_g", None), ("mean_weight_g__gt", 0), _connector="OR"),
                name="stock_movement_weight",
            ),
        ),
        migrations.AddConstraint(
            model_name="weightsample",
            constraint=models.UniqueConstraint(
                fields=("company", "placement", "date", "method", "selection"), name="stock_weightsample_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="weightsample",
            constraint=models.CheckConstraint(
                condition=models.Q(("fish_weighed__gt", 0)), name="stock_weightsample_fish"
            ),
        ),
        migrations.AddConstraint(
            model_name="weightsample",
            constraint=models.CheckConstraint(
                condition=models.Q(("mean_weight_g__gt", 0)), name="stock_weightsample_weight"
            ),
        ),
        migrations.AddConstraint(
            model_name="weightsample",
            constraint=models.CheckConstraint(
                condition=models.Q(("sd_g", None), ("sd_g__gte", 0), _connector="OR"), name="stock_weightsample_sd"
            ),
        ),
        migrations.AddConstraint(
            model_name="weightsample",
            constraint=models.CheckConstraint(
                condition=models.Q(("method__in", ["HAND", "CAMERA", "GRADER", "HARVEST"])),
                name="stock_weightsample_method",
            ),
        ),
        migrations.AddConstraint(
            model_name="weightsample",
            constraint=models.CheckConstraint(
                condition=models.Q(("selection__in", ["random", "largest", "smallest"])),
                name="stock_weightsample_selection",
            ),
        ),
    ]
