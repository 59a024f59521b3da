"""The generated histories, and their loaded shards."""

from django.db import models
from django.db.models.functions import Now

from grilse.access.tenancy import TenantModel


class History(TenantModel):
    """What a generated history depends on, so that it can be continued."""

    run = models.CharField(max_length=16)
    plan = models.TextField()
    """The file of the plan with which the history began."""
    world = models.TextField()
    """The file of the world."""
    seed = models.BigIntegerField()
    readings_per_day = models.PositiveSmallIntegerField()
    catch_bias = models.FloatField()
    until = models.DateField()
    """The last day of which all records are loaded."""
    follows_calendar = models.BooleanField(db_default=False, default=False)
    """Whether the worker appends each day that is over."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["company"], name="generator_history_once")]


class Shard(TenantModel):
    """A part of a run that was loaded in one transaction."""

    run = models.CharField(max_length=16)
    kind = models.CharField(max_length=8)
    key = models.CharField(max_length=80)
    rows = models.JSONField()
    content_hash = models.CharField(max_length=32)
    table_hashes = models.JSONField(db_default={}, default=dict)
    """The hash of each table, without draws and costs, which follow from other rows; empty in earlier loads."""
    row_sums = models.JSONField(db_default={}, default=dict)
    """The number of rows of each table and the sums of their hashes, to which those of later days are added."""
    until = models.DateField(null=True)
    """The last day of its records; null once nothing can follow."""
    finished_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["company", "run", "kind", "key"], name="generator_shard_once")]
