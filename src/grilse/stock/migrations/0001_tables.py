"""Species, stages, batches, placements, transfers, the movement ledger, samples and harvest grades."""

from django.conf import settings
from django.db import migrations, models
from django.db.models import F, Q
from django.db.models.functions import Now

from grilse.access.migration_tables import create_table, create_tracked_table, row_id
from grilse.access.tenancy import company_key, tenant_foreign_key


class Migration(migrations.Migration):
    initial = True

    dependencies = [("farm", "0001_tables"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]

    operations = [
        create_table("Species", {"id": row_id(), "name": models.CharField(max_length=80, unique=True)}),
        create_table(
            "Stage",
            {
                "id": row_id(),
                "order": models.PositiveSmallIntegerField(),
                "name": models.CharField(max_length=40),
                "min_weight_g": models.FloatField(),
                "max_weight_g": models.FloatField(),
                "water": models.CharField(choices=[("fresh", "Fresh"), ("sea", "Sea")], max_length=8),
                "species": models.ForeignKey("stock.Species", models.PROTECT, related_name="stages"),
            },
            ordering=["order"],
            constraints=[
                models.UniqueConstraint(fields=["species", "order"], name="stock_stage_order"),
                models.UniqueConstraint(fields=["species", "name"], name="stock_stage_name"),
            ],
        ),
        *create_tracked_table(
            "stock.Batch",
            {
                "id": row_id(),
                "number": models.CharField(max_length=60),
                "start_date": models.DateField(),
                "status": models.CharField(
                    choices=[("active", "Active"), ("closed", "Closed")], default="active", max_length=8
                ),
                "company": company_key(),
                "species": models.ForeignKey("stock.Species", models.PROTECT, related_name="+"),
            },
            indexes=[models.Index(fields=["company", "start_date"], name="stock_batch_listed")],
            constraints=[
                models.UniqueConstraint(fields=["company", "number"], name="stock_batch_number"),
                models.CheckConstraint(condition=Q(status__in=["active", "closed"]), name="stock_batch_status"),
            ],
        ),
        *create_tracked_table(
            "stock.Placement",
            {
                "id": row_id(),
                "name": models.CharField(max_length=120),
                "start": models.DateField(),
                "stop": models.DateField(blank=True, null=True),
                "batch": tenant_foreign_key("stock.Batch", related_name="placements"),
                "company": company_key(),
                "container": tenant_foreign_key("farm.Container"),
                "stage": models.ForeignKey("stock.Stage", models.PROTECT, related_name="+"),
            },
            indexes=[
                models.Index(fields=["company", "batch"], name="stock_placement_batch"),
                models.Index(fields=["company", "start"], name="stock_placement_listed"),
            ],
            constraints=[
                models.UniqueConstraint(fields=["company", "name"], name="stock_placement_name"),
                models.CheckConstraint(condition=Q(stop=None) | Q(stop__gt=F("start")), name="stock_placement_dates"),
            ],
        ),
        *create_tracked_table(
            "stock.TransferOrder",
            {
                "id": row_id(),
                "number": models.CharField(max_length=80),
                "planned_date": models.DateField(),
                "status": models.CharField(
                    choices=[
                        ("planned", "Planned"),
                        ("in progress", "In Progress"),
                        ("completed", "Completed"),
                        ("cancelled", "Cancelled"),
                    ],
                    max_length=12,
                ),
                "batch": tenant_foreign_key("stock.Batch"),
                "company": company_key(),
            },
            indexes=[
                models.Index(fields=["company", "batch"], name="stock_order_batch"),
                models.Index(fields=["company", "planned_date"], name="stock_order_listed"),
            ],
            constraints=[
                models.UniqueConstraint(fields=["company", "number"], name="stock_order_number"),
                models.CheckConstraint(
                    condition=Q(status__in=["planned", "in progress", "completed", "cancelled"]),
                    name="stock_order_status",
                ),
            ],
        ),
        *create_tracked_table(
            "stock.TransferLine",
            {
                "id": row_id(),
                "count": models.PositiveIntegerField(),
                "status": models.CharField(
                    choices=[("planned", "Planned"), ("done", "Done"), ("cancelled", "Cancelled")],
                    db_default="planned",
                    default="planned",
                    max_length=12,
                ),
                "company": company_key(),
                "container": tenant_foreign_key("farm.Container"),
                "order": tenant_foreign_key("stock.TransferOrder", related_name="lines"),
                "source": tenant_foreign_key("stock.Placement"),
                "stage": models.ForeignKey("stock.Stage", models.PROTECT, related_name="+"),
            },
            indexes=[
                models.Index(
                    fields=["company", "source"], condition=Q(status="planned"), name="stock_transferline_open"
                )
            ],
            constraints=[
                models.UniqueConstraint(
                    fields=["company", "order", "source", "container"], name="stock_transferline_once"
                ),
                models.CheckConstraint(condition=Q(count__gt=0), name="stock_transferline_count"),
                models.CheckConstraint(
                    condition=Q(status__in=["planned", "done", "cancelled"]), name="stock_transferline_status"
                ),
            ],
        ),
        create_table(
            "Movement",
            {
                "id": row_id(),
                "date": models.DateField(),
                "kind": models.CharField(
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
                "count": models.PositiveIntegerField(),
                "mean_weight_g": models.FloatField(null=True),
                "weight_method": models.CharField(blank=True, db_default="", max_length=12),
                "fish_weighed": models.PositiveIntegerField(null=True),
                "cause": models.CharField(blank=True, db_default="", max_length=40),
                "entered_at": models.DateTimeField(db_default=Now()),
                "author": models.ForeignKey(
                    settings.AUTH_USER_MODEL, models.PROTECT, db_index=False, null=True, related_name="+"
                ),
                "company": company_key(),
                "replaces": tenant_foreign_key("stock.Movement", null=True),
                "source": tenant_foreign_key("stock.Placement", null=True),
                "target": tenant_foreign_key("stock.Placement", null=True),
                "order": tenant_foreign_key("stock.TransferOrder", null=True),
                "reason": models.CharField(blank=True, db_default="", default="", max_length=200),
            },
            indexes=[
                models.Index(
                    fields=["source", "date"], condition=Q(source__isnull=False), name="stock_movement_source"
                ),
                models.Index(
                    fields=["target", "date"], condition=Q(target__isnull=False), name="stock_movement_target"
                ),
                models.Index(fields=["source"], condition=~Q(kind="MORTALITY"), name="stock_movement_rare"),
                models.Index(fields=["order"], condition=Q(order__isnull=False), name="stock_movement_order"),
                models.Index(fields=["author"], condition=Q(author__isnull=False), name="stock_movement_author"),
                models.Index(fields=["company", "date"], name="stock_movement_listed"),
                models.Index(
                    fields=["company", "kind", "date"],
                    condition=~Q(kind="MORTALITY"),
                    name="stock_movement_kind_listed",
                ),
            ],
            constraints=[
                models.UniqueConstraint(
                    fields=["replaces"], condition=Q(replaces__isnull=False), name="stock_movement_replaced_once"
                ),
                models.CheckConstraint(
                    condition=Q(kind="STOCKING", source=None, target__isnull=False)
                    | Q(kind="TRANSFER", source__isnull=False, target__isnull=False)
                    | Q(kind__in=["MORTALITY", "CULL", "ESCAPE", "HARVEST", "SALE"], source__isnull=False, target=None)
                    | Q(kind="COUNT_CORRECTION", source=None, target__isnull=False)
                    | Q(kind="COUNT_CORRECTION", source__isnull=False, target=None),
                    name="stock_movement_sides",
                ),
                models.CheckConstraint(
                    condition=Q(source=None) | Q(target=None) | ~Q(source=F("target")),
                    name="stock_movement_goes_somewhere",
                ),
                models.CheckConstraint(
                    condition=Q(count__gt=0) | Q(replaces__isnull=False), name="stock_movement_count"
                ),
                models.CheckConstraint(
                    condition=Q(mean_weight_g=None) | Q(mean_weight_g__gt=0), name="stock_movement_weight"
                ),
            ],
        ),
        *create_tracked_table(
            "stock.WeightSample",
            {
                "id": row_id(),
                "date": models.DateField(),
                "fish_weighed": models.PositiveIntegerField(),
                "mean_weight_g": models.FloatField(),
                "sd_g": models.FloatField(null=True),
                "method": models.CharField(max_length=12),
                "selection": models.CharField(db_default="random", default="random", max_length=12),
                "company": company_key(),
                "placement": tenant_foreign_key("stock.Placement"),
                "not_representative": models.CharField(blank=True, db_default="", default="", max_length=200),
                "k_factor": models.FloatField(null=True),
                "mean_length_cm": models.FloatField(null=True),
            },
            indexes=[models.Index(fields=["company", "date"], name="stock_weightsample_listed")],
            constraints=[
                models.UniqueConstraint(
                    fields=["company", "placement", "date", "method", "selection"], name="stock_weightsample_once"
                ),
                models.CheckConstraint(condition=Q(fish_weighed__gt=0), name="stock_weightsample_fish"),
                models.CheckConstraint(condition=Q(mean_weight_g__gt=0), name="stock_weightsample_weight"),
                models.CheckConstraint(condition=Q(sd_g=None) | Q(sd_g__gte=0), name="stock_weightsample_sd"),
                models.CheckConstraint(
                    condition=Q(mean_length_cm=None) | Q(mean_length_cm__gt=0), name="stock_weightsample_length"
                ),
                models.CheckConstraint(
                    condition=Q(method__in=["HAND", "CAMERA", "GRADER", "HARVEST"]), name="stock_weightsample_method"
                ),
                models.CheckConstraint(
                    condition=Q(selection__in=["random", "largest", "smallest"]), name="stock_weightsample_selection"
                ),
            ],
        ),
        *create_tracked_table(
            "stock.WeighedFish",
            {
                "id": row_id(),
                "position": models.PositiveIntegerField(),
                "weight_g": models.FloatField(),
                "length_cm": models.FloatField(null=True),
                "company": company_key(),
                "sample": tenant_foreign_key("stock.WeightSample", related_name="fish"),
            },
            ordering=["position"],
            constraints=[
                models.UniqueConstraint(fields=["company", "sample", "position"], name="stock_weighedfish_once"),
                models.CheckConstraint(condition=Q(weight_g__gt=0), name="stock_weighedfish_weight"),
                models.CheckConstraint(
                    condition=Q(length_cm=None) | Q(length_cm__gt=0), name="stock_weighedfish_length"
                ),
            ],
        ),
        *create_tracked_table(
            "stock.HarvestGrade",
            {
                "id": row_id(),
                "date": models.DateField(),
                "grade": models.CharField(max_length=20),
                "count": models.PositiveIntegerField(),
                "gutted_kg": models.FloatField(),
                "company": company_key(),
                "placement": tenant_foreign_key("stock.Placement"),
                "lot": models.CharField(blank=True, db_default="", default="", max_length=40),
            },
            indexes=[models.Index(fields=["company", "date"], name="stock_harvestgrade_listed")],
            constraints=[
                models.UniqueConstraint(
                    fields=["company", "placement", "date", "grade", "lot"], name="stock_harvestgrade_once"
                ),
                models.CheckConstraint(condition=Q(gutted_kg__gte=0), name="stock_harvestgrade_mass"),
            ],
        ),
    ]
