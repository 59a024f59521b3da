"""Journal entries, the kept versions of synced items, and consents."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from grilse.access.audit import track_changes
from grilse.access.tenancy import TenantModel, tenant_foreign_key

# The texts are in no history: the audit shows only the author that an entry changed, and when.
WRITTEN = ("title", "body", "mood", "stress", "energy", "tags")


@track_changes(exclude=WRITTEN)
class JournalEntry(TenantModel):
    """An entry of a journal; the row policy shows it to the readers that its privacy names."""

    class Kind(models.TextChoices):
        """Subject of the entry."""

        NOTE = "note"
        MOOD = "mood"
        WORK = "work"
        SAFETY = "safety"
        HEALTH = "health"
        IDEA = "idea"

    class Privacy(models.TextChoices):
        """Its readers beside the author."""

        PRIVATE = "private"
        AGGREGATE = "aggregate"
        MANAGER = "manager"
        TEAM = "team"
        SHARED = "shared"

    person = tenant_foreign_key("people.Person")
    kind = models.CharField(max_length=8, choices=Kind)
    at = models.DateTimeField()
    title = models.CharField(max_length=200, blank=True, db_default="", default="")
    body = models.TextField(blank=True, db_default="", default="")
    privacy = models.CharField(max_length=9, choices=Privacy, default=Privacy.PRIVATE)
    mood = models.PositiveSmallIntegerField(null=True)
    stress = models.PositiveSmallIntegerField(null=True)
    energy = models.PositiveSmallIntegerField(null=True)
    tags = ArrayField(models.CharField(max_length=40), default=list)
    draft = models.BooleanField(db_default=False, default=False)
    deleted_at = models.DateTimeField(null=True)
    client_id = models.UUIDField()
    version = models.PositiveIntegerField(db_default=1, default=1)

    class Meta:
        indexes = [
            models.Index(
                fields=["company", "person", "-at", "-id"],
                condition=Q(deleted_at=None),
                name="people_journalentry_author",
            ),
            models.Index(
                fields=["company", "person", "kind", "-at", "-id"],
                condition=Q(deleted_at=None),
                name="people_journalentry_kind",
            ),
            # Entries that the author may restore.
            models.Index(
                fields=["company", "person", "-deleted_at", "-id"],
                condition=Q(deleted_at__isnull=False),
                name="people_journalentry_gone",
            ),
            # Entries that others may read, newest first.
            models.Index(
                fields=["company", "-at", "-id"],
                condition=Q(deleted_at=None, draft=False, privacy__in=["manager", "team", "shared"]),
                name="people_journalentry_told",
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["company", "person", "client_id"], name="people_journalentry_once"),
            models.CheckConstraint(
                condition=Q(kind__in=["note", "mood", "work", "safety", "health", "idea"]),
                name="people_journalentry_kind_known",
            ),
            models.CheckConstraint(
                condition=Q(privacy__in=["private", "aggregate", "manager", "team", "shared"]),
                name="people_journalentry_privacy",
            ),
            models.CheckConstraint(condition=Q(mood=None) | Q(mood__range=(1, 10)), name="people_journalentry_mood"),
            models.CheckConstraint(
                condition=Q(stress=None) | Q(stress__range=(1, 5)), name="people_journalentry_stress"
            ),
            models.CheckConstraint(
                condition=Q(energy=None) | Q(energy__range=(1, 10)), name="people_journalentry_energy"
            ),
            models.CheckConstraint(condition=Q(version__gte=1), name="people_journalentry_version"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.at:%Y-%m-%d %H:%M}"


class KeptVersion(TenantModel):
    """A sent version that another version replaced or contradicted: kept until the author settles it."""

    class Why(models.TextChoices):
        """Why it is not the current version."""

        CONFLICT = "conflict"
        """The same version was stored with other content."""
        OLDER = "older"
        """A later version was stored."""

    class Of(models.TextChoices):
        """The kind of item."""

        POINT = "point"
        JOURNEY = "journey"
        ENTRY = "entry"

    person = tenant_foreign_key("people.Person")
    of = models.CharField(max_length=7, choices=Of)
    client_id = models.CharField(max_length=64)
    version = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    content = models.JSONField()
    why = models.CharField(max_length=8, choices=Why)
    at = models.DateTimeField(db_default=Now())
    settled_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["company", "person", "-at", "-id"],
                condition=Q(settled_at=None, why="conflict"),
                name="people_keptversion_open",
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["company", "person", "of", "client_id", "version", "digest"], name="people_keptversion_once"
            ),
            models.CheckConstraint(condition=Q(why__in=["conflict", "older"]), name="people_keptversion_why"),
            models.CheckConstraint(condition=Q(of__in=["point", "journey", "entry"]), name="people_keptversion_of"),
        ]


@track_changes()
class Consent(TenantModel):
    """A consent of a person and its period; nobody else reads it."""

    class Purpose(models.TextChoices):
        """What a consent allows."""

        WELLBEING = "wellbeing"
        """Entries that are not private are counted in the wellbeing report."""
        TRACKING = "tracking"
        """Positions outside visits and journeys are stored too."""

    person = tenant_foreign_key("people.Person")
    purpose = models.CharField(max_length=9, choices=Purpose)
    given_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["company", "person", "-given_at", "-id"], name="people_consent_of_person")]
        constraints = [
            models.UniqueConstraint(
                fields=["company", "person", "purpose"], condition=Q(withdrawn_at=None), name="people_consent_one_open"
            ),
            models.CheckConstraint(condition=Q(purpose__in=["wellbeing", "tracking"]), name="people_consent_purpose"),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None) | Q(withdrawn_at__gte=models.F("given_at")), name="people_consent_times"
            ),
        ]
