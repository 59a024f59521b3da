"""Species and stages, batches and placements, and the ledger, from which all fish counts are computed."""

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.expressions import NegatedExpression
from django.db.models.functions import Now

from grilse.access.audit import track_changes
from grilse.access.tenancy import TenantModel, tenant_foreign_key


class Species(models.Model):
    """A farmed species; reference data of all companies."""

    name = models.CharField(max_length=80, unique=True)

    def __str__(self) -> str:
        return self.name


class Stage(models.Model):
    """A part of the life of a species; code uses its order, people its name."""

    class Water(models.TextChoices):
        """The water a stage lives in."""

        FRESH = "fresh"
        SEA = "sea"

    species = models.ForeignKey(Species, on_delete=models.PROTECT, related_name="stages")
    order = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=40)
    min_weight_g = models.FloatField()
    max_weight_g = models.FloatField()
    water = models.CharField(max_length=8, choices=Water)

    class Meta:
        ordering = ["order"]
        constraints = [
            models.UniqueConstraint(fields=["species", "order"], name="stock_stage_order"),
            models.UniqueConstraint(fields=["species", "name"], name="stock_stage_name"),
        ]

    def __str__(self) -> str:
        return self.name


@track_changes()
class Batch(TenantModel):
    """Fish of one origin, followed from egg to harvest."""

    class Status(models.TextChoices):
        """Whether the batch has an active placement."""

        ACTIVE = "active"
        CLOSED = "closed"

    number = models.CharField(max_length=60)
    species = models.ForeignKey(Species, on_delete=models.PROTECT, related_name="+")
    start_date = models.DateField()
    status = models.CharField(max_length=8, choices=Status, default=Status.ACTIVE)

    class Meta:
        indexes = [models.Index(fields=["company", "start_date"], name="stock_batch_listed")]
        constraints = [
            models.UniqueConstraint(fields=["company", "number"], name="stock_batch_number"),
            models.CheckConstraint(condition=Q(status__in=["active", "closed"]), name="stock_batch_status"),
        ]

    def __str__(self) -> str:
        return self.number


@track_changes()
class Placement(TenantModel):
    """A batch in a container at a stage, from `start` until `stop` (half-open).

    A placement that all fish were withdrawn from ends on the day it starts: it is in its container on no day.
    """

    batch = tenant_foreign_key("stock.Batch", related_name="placements")
    container = tenant_foreign_key("farm.Container")
    stage = models.ForeignKey(Stage, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=120)
    start = models.DateField()
    stop = models.DateField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["company", "batch"], name="stock_placement_batch"),
            models.Index(fields=["company", "start"], name="stock_placement_listed"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["company", "name"], name="stock_placement_name"),
            models.CheckConstraint(condition=Q(stop=None) | Q(stop__gte=F("start")), name="stock_placement_dates"),
        ]

    def __str__(self) -> str:
        return self.name


@track_changes()
class TransferOrder(TenantModel):
    """A planned transfer of fish: a line for each placement and container."""

    class Status(models.TextChoices):
        """The progress of an order."""

        PLANNED = "planned"
        IN_PROGRESS = "in progress"
        COMPLETED = "completed"
        CANCELLED = "cancelled"

    batch = tenant_foreign_key("stock.Batch")
    number = models.CharField(max_length=80)
    planned_date = models.DateField()
    status = models.CharField(max_length=12, choices=Status)

    class Meta:
        indexes = [
            models.Index(fields=["company", "batch"], name="stock_order_batch"),
            models.Index(fields=["company", "planned_date"], name="stock_order_listed"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["company", "number"], name="stock_order_number"),
            models.CheckConstraint(
                condition=Q(status__in=["planned", "in progress", "completed", "cancelled"]), name="stock_order_status"
            ),
        ]

    def __str__(self) -> str:
        return self.number


@track_changes()
class TransferLine(TenantModel):
    """Fish that an order moves from a placement into a container."""

    class Status(models.TextChoices):
        """The progress of a line."""

        PLANNED = "planned"
        DONE = "done"
        CANCELLED = "cancelled"

    order = tenant_foreign_key("stock.TransferOrder", related_name="lines")
    source = tenant_foreign_key("stock.Placement")
    container = tenant_foreign_key("farm.Container")
    stage = models.ForeignKey(Stage, on_delete=models.PROTECT, related_name="+")
    count = models.PositiveIntegerField()
    status = models.CharField(max_length=12, choices=Status, db_default="planned", default=Status.PLANNED)

    class Meta:
        indexes = [
            models.Index(fields=["company", "source"], condition=Q(status="planned"), name="stock_transferline_open")
        ]
        constraints = [
            models.UniqueConstraint(fields=["company", "order", "source", "container"], name="stock_transferline_once"),
            models.CheckConstraint(condition=Q(count__gt=0), name="stock_transferline_count"),
            models.CheckConstraint(
                condition=Q(status__in=["planned", "done", "cancelled"]), name="stock_transferline_status"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source} to {self.container}"


def is_effective() -> NegatedExpression:
    """Return the condition of the rows of the ledger that no other row replaces."""
    return ~Exists(Movement.objects.filter(replaces_id=OuterRef("id")))


class MovementQuerySet(models.QuerySet["Movement"]):
    """Rows of the ledger."""

    def exclude_replaced(self) -> "MovementQuerySet":
        """Return the rows that no other row replaces."""
        return self.filter(is_effective())


class Movement(TenantModel):
    """One row of the ledger. A correction is a complete row that replaces another; the old row stays."""

    class Kind(models.TextChoices):
        """How fish enter, leave or move."""

        STOCKING = "STOCKING"
        TRANSFER = "TRANSFER"
        MORTALITY = "MORTALITY"
        CULL = "CULL"
        ESCAPE = "ESCAPE"
        HARVEST = "HARVEST"
        SALE = "SALE"
        COUNT_CORRECTION = "COUNT_CORRECTION"

    date = models.DateField()
    kind = models.CharField(max_length=16, choices=Kind)
    source = tenant_foreign_key("stock.Placement", null=True)
    target = tenant_foreign_key("stock.Placement", null=True)
    count = models.PositiveIntegerField()
    mean_weight_g = models.FloatField(null=True)
    weight_method = models.CharField(max_length=12, blank=True, db_default="")
    fish_weighed = models.PositiveIntegerField(null=True)
    cause = models.CharField(max_length=40, blank=True, db_default="")
    order = tenant_foreign_key("stock.TransferOrder", null=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, db_index=False, related_name="+"
    )
    entered_at = models.DateTimeField(db_default=Now())
    replaces = tenant_foreign_key("stock.Movement", null=True)
    reason = models.CharField(max_length=200, blank=True, db_default="", default="")
    """Why a row replaces another, or why the count was corrected; a first entry needs none."""
    last = models.BooleanField(db_default=False, default=False)
    """Whether the fish were the last of their source, which ended with them."""

    objects = MovementQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["source", "date"], condition=Q(source__isnull=False), name="stock_movement_source"),
            models.Index(fields=["target", "date"], condition=Q(target__isnull=False), name="stock_movement_target"),
            # Every edit reads linked batches and their movements; nearly all rows of a source are deaths.
            models.Index(fields=["source"], condition=~Q(kind="MORTALITY"), name="stock_movement_rare"),
            models.Index(fields=["order"], condition=Q(order__isnull=False), name="stock_movement_order"),
            models.Index(fields=["author"], condition=Q(author__isnull=False), name="stock_movement_author"),
            # Lists are ordered by date; a filter by kind usually names one of the rare kinds.
            models.Index(fields=["company", "date"], name="stock_movement_listed"),
            models.Index(
                fields=["company", "kind", "date"], condition=~Q(kind="MORTALITY"), name="stock_movement_kind_listed"
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["replaces"], condition=Q(replaces__isnull=False), name="stock_movement_replaced_once"
            ),
            models.CheckConstraint(
                condition=(
                    Q(kind="STOCKING", source=None, target__isnull=False)
                    | Q(kind="TRANSFER", source__isnull=False, target__isnull=False)
                    | Q(kind__in=["MORTALITY", "CULL", "ESCAPE", "HARVEST", "SALE"], source__isnull=False, target=None)
                    | Q(kind="COUNT_CORRECTION", source=None, target__isnull=False)
                    | Q(kind="COUNT_CORRECTION", source__isnull=False, target=None)
                ),
                name="stock_movement_sides",
            ),
            models.CheckConstraint(
                condition=Q(source=None) | Q(target=None) | ~Q(source=F("target")), name="stock_movement_goes_somewhere"
            ),
            models.CheckConstraint(condition=Q(count__gt=0) | Q(replaces__isnull=False), name="stock_movement_count"),
            models.CheckConstraint(
                condition=Q(mean_weight_g=None) | Q(mean_weight_g__gt=0), name="stock_movement_weight"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.date}"


@track_changes()
class WeightSample(TenantModel):
    """Fish weighed to measure the mean weight of a placement."""

    placement = tenant_foreign_key("stock.Placement")
    date = models.DateField()
    fish_weighed = models.PositiveIntegerField()
    mean_weight_g = models.FloatField()
    sd_g = models.FloatField(null=True)
    mean_length_cm = models.FloatField(null=True)
    k_factor = models.FloatField(null=True)
    """Condition factor: 100 W / L³ (g, cm)."""
    method = models.CharField(max_length=12)
    selection = models.CharField(max_length=12, db_default="random", default="random")
    not_representative = models.CharField(max_length=200, blank=True, db_default="", default="")
    """Why a biologist excluded the sample; empty if it is not excluded."""

    class Meta:
        indexes = [models.Index(fields=["company", "date"], name="stock_weightsample_listed")]
        constraints = [
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
        ]

    def __str__(self) -> str:
        return f"{self.method} {self.date}"


@track_changes()
class WeighedFish(TenantModel):
    """One fish of a weight sample, in the order of weighing."""

    sample = tenant_foreign_key("stock.WeightSample", related_name="fish")
    position = models.PositiveIntegerField()
    weight_g = models.FloatField()
    length_cm = models.FloatField(null=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["company", "sample", "position"], name="stock_weighedfish_once"),
            models.CheckConstraint(condition=Q(weight_g__gt=0), name="stock_weighedfish_weight"),
            models.CheckConstraint(condition=Q(length_cm=None) | Q(length_cm__gt=0), name="stock_weighedfish_length"),
        ]


@track_changes()
class FishCount(TenantModel):
    """The fish that were counted in a placement at the end of a day; the count corrections follow from them."""

    class Method(models.TextChoices):
        """How the fish are counted."""

        COUNTER = "counter"
        PLANT = "plant"
        HAND = "hand"

    placement = tenant_foreign_key("stock.Placement")
    date = models.DateField()
    count = models.PositiveIntegerField()
    method = models.CharField(max_length=8, choices=Method)
    note = models.CharField(max_length=200, blank=True, db_default="", default="")

    class Meta:
        indexes = [models.Index(fields=["company", "date"], name="stock_fishcount_listed")]
        constraints = [
            models.UniqueConstraint(fields=["company", "placement", "date"], name="stock_fishcount_once"),
            models.CheckConstraint(condition=Q(method__in=["counter", "plant", "hand"]), name="stock_fishcount_method"),
        ]

    def __str__(self) -> str:
        return f"{self.count} on {self.date}"


@track_changes(exclude=["content"])
class Photo(TenantModel):
    """A photo that belongs to the records of one kind, of a container or a feed store, on a day.

    It refers to no row: a correction of the ledger is another row, and the photo stays with the day.
    """

    class Kind(models.TextChoices):
        """The records that it shows."""

        LOSSES = "losses"
        LICE_COUNTS = "lice-counts"
        WEIGHT_SAMPLES = "weight-samples"
        MEALS = "meals"
        DELIVERIES = "deliveries"
        TREATMENTS = "treatments"
        TRANSFERS = "transfers"
        HARVESTS = "harvests"
        HEALTH_SAMPLES = "health-samples"
        READINGS = "readings"

    kind = models.CharField(max_length=16, choices=Kind)
    date = models.DateField()
    container = tenant_foreign_key("farm.Container", null=True)
    store = tenant_foreign_key("farm.FeedStore", null=True)
    at = models.DateTimeField(db_default=Now())
    content_type = models.CharField(max_length=20)
    size = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    content = models.BinaryField()

    class Meta:
        indexes = [models.Index(fields=["company", "date"], name="stock_photo_listed")]
        constraints = [
            models.UniqueConstraint(
                fields=["company", "container", "store", "date", "kind", "digest"],
                name="stock_photo_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=Q(container__isnull=False, store=None) | Q(container=None, store__isnull=False),
                name="stock_photo_place",
            ),
        ]

    def __str__(self) -> str:
        return f"Photo of {self.kind} on {self.date}"


@track_changes()
class HarvestGrade(TenantModel):
    """Fish of one grade in a harvest."""

    movement = tenant_foreign_key("stock.Movement", null=True)
    """The harvest; empty where the placement has one on the day, or where a package does not name it."""
    placement = tenant_foreign_key("stock.Placement")
    date = models.DateField()
    grade = models.CharField(max_length=20)
    count = models.PositiveIntegerField()
    gutted_kg = models.FloatField()
    lot = models.CharField(max_length=40, blank=True, db_default="", default="")
    """The number by which the plant and its customers trace the fish to the pen."""

    class Meta:
        indexes = [models.Index(fields=["company", "date"], name="stock_harvestgrade_listed")]
        constraints = [
            models.UniqueConstraint(
                fields=["company", "placement", "date", "grade", "lot", "movement"],
                name="stock_harvestgrade_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(condition=Q(gutted_kg__gte=0), name="stock_harvestgrade_mass"),
        ]

    def __str__(self) -> str:
        return f"{self.grade} {self.date}"
