"""Wellbeing reports of a company or geography, only where enough people contribute that nobody can be identified."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from grilse.access.tenancy import TenantModel, tenant_foreign_key


class WellbeingReport(TenantModel):
    """Figures of 30 days; null where fewer people than the minimum would be counted."""

    geography = tenant_foreign_key("farm.Geography", null=True)
    """None is the whole company."""
    since = models.DateField()
    until = models.DateField()
    """The first day that is not counted."""
    users = models.PositiveIntegerField()
    """Active persons."""
    consented = models.PositiveIntegerField(null=True)
    active = models.PositiveIntegerField(null=True)
    """Persons with an entry that counts."""
    engagement = models.FloatField(null=True)
    """Active of users."""
    entries = models.PositiveIntegerField(null=True)
    kinds = models.JSONField(null=True)
    """Entries by kind, of the kinds that enough persons wrote."""
    mood = models.FloatField(null=True)
    stress = models.FloatField(null=True)
    energy = models.FloatField(null=True)
    withheld = models.BooleanField()
    """Whether fewer people than the minimum would be counted, or another figure would reveal theirs."""
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["company", "geography", "until"],
                nulls_distinct=False,
                name="people_wellbeingreport_once",
            ),
            models.CheckConstraint(
                condition=Q(until__gt=models.F("since")), name="people_wellbeingreport_days"
            ),
            models.CheckConstraint(
                condition=Q(withheld=False)
                | Q(
                    consented=None, active=None, engagement=None, entries=None, kinds=None,
                    mood=None, stress=None, energy=None,
                ),
                name="people_wellbeingreport_withheld",
            ),
        ]  # fmt: skip
