"""Positions of people, journeys, the fences of sites, and visits."""

from django.db import models
from django.db.models import F, Q

from grilse.access.audit import track_changes
from grilse.access.tenancy import TenantLeaf, TenantModel, tenant_foreign_key


class TrackPoint(TenantLeaf):
    """A position that a phone reported; `client_id` and `version` identify it when it is sent again."""

    class Kind(models.TextChoices):
        """Purpose of the person."""

        TRACKING = "tracking"
        SITE_VISIT = "site visit"
        CONVEYANCE = "conveyance"
        EXTERNAL_TOUR = "external tour"
        INTERNAL_TOUR = "internal tour"

    class Fault(models.TextChoices):
        """Why a phone cannot have been at a position."""

        NO_FIX = "no fix"
        """Latitude and longitude are exactly 0."""
        SWAPPED = "swapped"
        """Latitude and longitude are swapped."""
        SIGN_LOST = "sign lost"
        """The sign of the latitude or of the longitude is lost."""
        TOO_FAST = "too fast"
        """Its mode of transport does not reach it from the positions before and after it."""

    person = tenant_foreign_key("people.Person")
    at = models.DateTimeField()
    latitude = models.FloatField()
    longitude = models.FloatField()
    accuracy_m = models.FloatField(null=True)
    kind = models.CharField(max_length=13, choices=Kind)
    reference = models.CharField(max_length=64, null=True)  # noqa: DJ001 - none is not a journey named ""
    """The phone's reference of the journey."""
    device = models.CharField(max_length=64, blank=True, db_default="", default="")
    fault = models.CharField(max_length=9, choices=Fault, null=True)  # noqa: DJ001 - null takes no space in a row
    """Why the phone cannot have been there; null where it can. Such a position is stored and not measured."""
    client_id = models.UUIDField()
    version = models.PositiveIntegerField(db_default=1, default=1)

    class Meta:
        indexes = [
            # A person's history, and their latest position.
            models.Index(fields=["company", "person", "-at", "-id"], name="people_trackpoint_history"),
            # A journey from its end.
            models.Index(
                fields=["company", "reference", "-at", "-id"],
                condition=Q(reference__isnull=False),
                name="people_trackpoint_crumbs",
            ),
            # Site visits of a day.
            models.Index(
                fields=["company", "-at", "-id"], condition=Q(kind="site visit"), name="people_trackpoint_visits"
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["company", "person", "client_id"], name="people_trackpoint_once"),
            models.CheckConstraint(condition=Q(latitude__range=(-90, 90)), name="people_trackpoint_latitude"),
            models.CheckConstraint(condition=Q(longitude__range=(-180, 180)), name="people_trackpoint_longitude"),
            models.CheckConstraint(
                condition=Q(kind__in=["tracking", "site visit", "conveyance", "external tour", "internal tour"]),
                name="people_trackpoint_kind",
            ),
            models.CheckConstraint(condition=Q(version__gte=1), name="people_trackpoint_version"),
            models.CheckConstraint(
                condition=Q(fault=None) | Q(fault__in=["no fix", "swapped", "sign lost", "too fast"]),
                name="people_trackpoint_fault",
            ),
        ]


@track_changes()
class Journey(TenantModel):
    """A journey of a person; its length is that of its points, and is computed again when one comes late."""

    class Kind(models.TextChoices):
        """Purpose."""

        CONVEYANCE = "conveyance"
        EXTERNAL_TOUR = "external tour"
        INTERNAL_TOUR = "internal tour"
        SITE_VISIT = "site visit"
        TRACKING = "tracking"

    class Mode(models.TextChoices):
        """Mode of transport; empty where unknown."""

        CAR = "car"
        BOAT = "boat"
        FERRY = "ferry"
        BICYCLE = "bicycle"
        FOOT = "foot"
        OTHER = "other"

    class Review(models.TextChoices):
        """Whether somebody has looked at a journey with faulty positions; empty where it has none."""

        OPEN = "open"
        """To be looked at; it is not paid until then."""
        CONFIRMED = "confirmed"
        """It is paid for the length of its plausible positions."""
        REJECTED = "rejected"
        """It is not paid."""

    person = tenant_foreign_key("people.Person")
    reference = models.CharField(max_length=64)
    """The phone's own name of it, which its points carry too."""
    version = models.PositiveIntegerField(db_default=1, default=1)
    """0 until the phone has sent it: so far it is known from its points only."""
    kind = models.CharField(max_length=13, choices=Kind)
    mode = models.CharField(max_length=7, choices=Mode, blank=True, db_default="", default="")
    purpose = models.CharField(max_length=200, blank=True, db_default="", default="")
    begun_at = models.DateTimeField(null=True)
    """Start according to the phone; its points, where there are any, are more precise."""
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField()
    points = models.PositiveIntegerField(db_default=0, default=0)
    distance_m = models.FloatField(db_default=0.0, default=0.0)
    """The length of its plausible positions."""
    faulty_points = models.PositiveIntegerField(db_default=0, default=0)
    review = models.CharField(max_length=9, choices=Review, blank=True, db_default="", default="")

    class Meta:
        indexes = [
            models.Index(fields=["company", "-started_at", "-id"], name="people_journey_listed"),
            models.Index(fields=["company", "person", "-started_at", "-id"], name="people_journey_of_person"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["company", "person", "reference"], name="people_journey_once"),
            models.CheckConstraint(condition=Q(ended_at__gte=F("started_at")), name="people_journey_times"),
            models.CheckConstraint(condition=Q(distance_m__gte=0), name="people_journey_distance"),
            models.CheckConstraint(
                condition=Q(mode__in=["", "car", "boat", "ferry", "bicycle", "foot", "other"]),
                name="people_journey_mode",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["tracking", "site visit", "conveyance", "external tour", "internal tour"]),
                name="people_journey_kind",
            ),
            models.CheckConstraint(
                condition=Q(review="", faulty_points=0)
                | Q(review__in=["open", "confirmed", "rejected"], faulty_points__gt=0),
                name="people_journey_review",
            ),
        ]

    def __str__(self) -> str:
        return self.reference


@track_changes()
class TransportRate(TenantModel):
    """What the company pays for a kilometre by a mode of transport, from a day on."""

    mode = models.CharField(max_length=7, choices=Journey.Mode)
    valid_from = models.DateField()
    per_km_minor = models.PositiveIntegerField()
    """In hundredths of the company's currency."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "mode", "valid_from"], name="people_transportrate_once"),
            models.CheckConstraint(
                condition=Q(mode__in=["car", "boat", "ferry", "bicycle", "foot", "other"]),
                name="people_transportrate_mode",
            ),
        ]

    def __str__(self) -> str:
        return f"for {self.mode} from {self.valid_from}"


@track_changes()
class Fence(TenantModel):
    """A circle around a site; a person within it is on a visit."""

    area = tenant_foreign_key("farm.Area", null=True)
    station = tenant_foreign_key("farm.Station", null=True)
    latitude = models.FloatField()
    longitude = models.FloatField()
    radius_m = models.FloatField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["company", "area", "station"], nulls_distinct=False, name="people_fence_once"
            ),
            models.CheckConstraint(
                condition=Q(area=None, station__isnull=False) | Q(area__isnull=False, station=None),
                name="people_fence_of_one_site",
            ),
            models.CheckConstraint(condition=Q(radius_m__gt=0), name="people_fence_radius"),
            models.CheckConstraint(condition=Q(latitude__range=(-90, 90)), name="people_fence_latitude"),
            models.CheckConstraint(condition=Q(longitude__range=(-180, 180)), name="people_fence_longitude"),
        ]

    def __str__(self) -> str:
        return f"around {self.area or self.station}"


class Visit(TenantModel):
    """A stay of a person within a site's fence, first to last point; derived from points, never entered."""

    person = tenant_foreign_key("people.Person")
    fence = tenant_foreign_key("people.Fence")
    arrived_at = models.DateTimeField()
    left_at = models.DateTimeField()
    points = models.PositiveIntegerField()

    class Meta:
        indexes = [
            models.Index(fields=["company", "-arrived_at", "-id"], name="people_visit_listed"),
            models.Index(fields=["company", "fence", "-arrived_at", "-id"], name="people_visit_of_site"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["company", "person", "fence", "arrived_at"], name="people_visit_once"),
            models.CheckConstraint(condition=Q(left_at__gte=F("arrived_at")), name="people_visit_times"),
        ]
