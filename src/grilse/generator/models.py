"""The loaded shards of generated histories."""

from django.db import models
from django.db.models.functions import Now

from grilse.access.tenancy import TenantModel


class Shard(TenantModel):
    """A part of a run that was loaded in one transaction."""

    run = models.CharField(max_length=16)
    kind = models.CharField(max_length=8)
    key = models.CharField(max_length=80)
    rows = models.JSONField()
    content_hash = models.CharField(max_length=32)
    table_hashes = models.JSONField(db_default={}, default=dict)
    """The hash of each table, without draws and costs, which follow from other rows; empty in earlier loads."""
    finished_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["company", "run", "kind", "key"], name="generator_shard_once")]
