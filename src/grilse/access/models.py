"""Companies, memberships, API keys, stored responses and bulk loads."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from grilse.access.audit import track_changes
from grilse.access.permissions import load_roles
from grilse.access.tenancy import TenantModel, tenant_foreign_key


class Company(models.Model):
    """A company: the tenant that owns all other rows."""

    name = models.CharField(max_length=120, unique=True)

    class Meta:
        db_table = "farm_company"

    def __str__(self) -> str:
        return self.name


@track_changes()
class Membership(TenantModel):
    """A role of a login, in a whole company or in one of its geographies."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=8, choices=[(role, role.title()) for role in load_roles()])
    geography = tenant_foreign_key("farm.Geography", null=True)
    """Where the role holds; null is the whole company."""

    class Meta:
        db_table = "farm_membership"
        constraints = [
            models.UniqueConstraint(
                fields=["company", "user", "role", "geography"], nulls_distinct=False, name="farm_membership_once"
            ),
            models.CheckConstraint(condition=Q(role__in=load_roles()), name="farm_membership_role"),
        ]

    def __str__(self) -> str:
        return self.role


@track_changes()
class ApiKey(TenantModel):
    """A key with which a program acts for a login; only its digest is stored."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=80)
    prefix = models.CharField(max_length=8)
    """The part that is not secret, by which users recognise the key."""
    digest = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField()
    """The permissions of its login that the key may use; `*` for all of them."""
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "farm_apikey"

    def __str__(self) -> str:
        return self.name


class KeptAnswer(TenantModel):
    """The response to a write with an idempotency key, returned again if the write is repeated."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, db_index=False, related_name="+")
    key = models.CharField(max_length=200)
    request = models.CharField(max_length=64)
    """Digest of method, address and body."""
    status = models.PositiveSmallIntegerField(null=True)
    """Null while the first request runs."""
    headers = models.JSONField(null=True)
    body = models.BinaryField(null=True)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "farm_keptanswer"
        constraints = [models.UniqueConstraint(fields=["company", "user", "key"], name="farm_keptanswer_once")]


class BulkLoad(TenantModel):
    """A bulk load, of whose rows triggers store no events: what was loaded, how many rows, by whom."""

    kind = models.CharField(max_length=20)
    source = models.CharField(max_length=200)
    rows = models.JSONField()
    """Number of rows by table."""
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, db_index=False, related_name="+"
    )
    at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "farm_bulkload"
