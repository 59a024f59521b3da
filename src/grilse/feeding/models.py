"""Feed, deliveries, meals, counts and losses of stores, and what drew from which delivery. Masses are grams."""

from django.db import models
from django.db.models import F, Q

from grilse.access.audit import track_changes
from grilse.access.tenancy import TenantLeaf, TenantModel, tenant_foreign_key


@track_changes()
class Feed(TenantModel):
    """A product."""

    name = models.CharField(max_length=80)
    pellet_mm = models.FloatField(null=True)
    energy_mj_kg = models.FloatField(null=True)
    price_per_kg = models.PositiveIntegerField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["company", "name"], name="feeding_feed_name")]

    def __str__(self) -> str:
        return self.name


@track_changes(exclude=["drawn", "counted_at"])
class FeedLot(TenantModel):
    """A delivery into a store, or feed that a count added; the oldest is drawn first."""

    store = tenant_foreign_key("farm.FeedStore")
    feed = tenant_foreign_key("feeding.Feed")
    number = models.CharField(max_length=60)
    delivered = models.DateField()
    grams = models.BigIntegerField()
    price_per_kg = models.PositiveIntegerField()
    supplier = models.CharField(max_length=80, blank=True)
    drawn = models.BigIntegerField(db_default=0, default=0)
    counted_at = models.DateTimeField(null=True)
    """The time of the count that added the feed; null for a delivery."""

    class Meta:
        indexes = [
            models.Index(fields=["store", "delivered", "id"], name="feeding_feedlot_fifo"),
            models.Index(fields=["company", "feed"], name="feeding_feedlot_feed"),
            models.Index(fields=["company", "delivered"], name="feeding_feedlot_listed"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["company", "number"], name="feeding_feedlot_number"),
            models.CheckConstraint(condition=Q(grams__gt=0), name="feeding_feedlot_mass"),
            models.CheckConstraint(
                condition=Q(drawn__gte=0, drawn__lte=F("grams")), name="feeding_feedlot_not_overdrawn"
            ),
        ]

    def __str__(self) -> str:
        return self.number


@track_changes(exclude=["cost"])
class Meal(TenantModel):
    """Feed given to a placement at one time."""

    placement = tenant_foreign_key("stock.Placement")
    at = models.DateTimeField()
    feed = tenant_foreign_key("feeding.Feed", null=True)
    grams = models.BigIntegerField()
    cost = models.BigIntegerField(null=True)

    class Meta:
        indexes = [models.Index(fields=["company", "at"], name="feeding_meal_listed")]
        constraints = [
            models.UniqueConstraint(fields=["placement", "at"], name="feeding_meal_once"),
            models.CheckConstraint(condition=Q(grams__gt=0), name="feeding_meal_mass"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}"


class Draw(TenantLeaf):
    """The grams of a meal that came from a lot."""

    pk = models.CompositePrimaryKey("meal_id", "lot_id")
    meal = models.ForeignKey(Meal, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+")
    lot = models.ForeignKey(FeedLot, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+")
    grams = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["lot"], name="feeding_draw_lot")]
        constraints = [models.CheckConstraint(condition=Q(grams__gt=0), name="feeding_draw_mass")]


@track_changes(exclude=["difference", "cost"])
class StoreAdjustment(TenantModel):
    """A count of the feed of one product in a store, or feed that was lost or returned."""

    class Kind(models.TextChoices):
        COUNT = "COUNT"
        SPILLED = "SPILLED"
        SPOILED = "SPOILED"
        RETURNED = "RETURNED"

    store = tenant_foreign_key("farm.FeedStore")
    feed = tenant_foreign_key("feeding.Feed")
    at = models.DateTimeField()
    kind = models.CharField(max_length=8, choices=Kind)
    grams = models.BigIntegerField()
    """Of a COUNT what is in the store, of the other kinds what left it."""
    reason = models.CharField(max_length=200, blank=True, db_default="", default="")
    difference = models.BigIntegerField(db_default=0, default=0)
    """Grams that the adjustment adds to the store, below 0 takes from it; follows from all entries before it."""
    cost = models.BigIntegerField(db_default=0, default=0)
    """Price of the feed that the adjustment takes from the store, below 0 adds to it."""

    class Meta:
        indexes = [
            models.Index(fields=["company", "feed"], name="feeding_adjustment_feed"),
            models.Index(fields=["company", "at"], name="feeding_adjustment_listed"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["store", "feed", "at", "kind"], name="feeding_adjustment_once"),
            models.CheckConstraint(condition=Q(grams__gt=0) | Q(grams=0, kind="COUNT"), name="feeding_adjustment_mass"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.at:%Y-%m-%d %H:%M}"


class StoreDraw(TenantLeaf):
    """The grams of an adjustment that came from a lot."""

    pk = models.CompositePrimaryKey("adjustment_id", "lot_id")
    adjustment = models.ForeignKey(
        StoreAdjustment, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+"
    )
    lot = models.ForeignKey(FeedLot, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+")
    grams = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["lot"], name="feeding_storedraw_lot")]
        constraints = [models.CheckConstraint(condition=Q(grams__gt=0), name="feeding_storedraw_mass")]
