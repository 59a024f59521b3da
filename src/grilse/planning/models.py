"""When a batch is to be at which stage."""

from django.db import models
from django.db.models import F, Q

from grilse.farm.tenancy import TenantModel, tenant_link


class PlannedStage(TenantModel):
    """The dates between which a batch is planned to be at a stage (half-open)."""

    batch = tenant_link("stock.Batch")
    stage = models.ForeignKey("stock.Stage", on_delete=models.PROTECT, db_index=False, related_name="+")
    start = models.DateField()
    stop = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "batch", "stage"], name="planning_plannedstage_once"),
            models.CheckConstraint(condition=Q(stop__gt=F("start")), name="planning_plannedstage_dates"),
        ]
