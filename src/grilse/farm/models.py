"""Company, who may do what in it, its places and what stands in them."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from grilse.farm.audit import track_changes
from grilse.farm.permissions import load_roles
from grilse.farm.tenancy import TenantModel, tenant_foreign_key


class Company(models.Model):
    """The tenant of everything."""

    name = models.CharField(max_length=120, unique=True)

    def __str__(self) -> str:
        return self.name


@track_changes()
class Membership(TenantModel):
    """A role of a login, in a whole company or in one of its geographies."""

    class Role(models.TextChoices):
        """What the matrix of permissions knows."""

        ADMIN = "admin"
        PLANNER = "planner"
        MANAGER = "manager"
        OPERATOR = "operator"
        VET = "vet"
        FINANCE = "finance"
        VIEWER = "viewer"

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=8, choices=Role)
    geography = tenant_foreign_key("farm.Geography", null=True)
    """Where; none is everywhere."""

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["company", "user", "role", "geography"],
                nulls_distinct=False,
                name="farm_membership_once",
            ),
            models.CheckConstraint(condition=Q(role__in=load_roles()), name="farm_membership_role"),
        ]

    def __str__(self) -> str:
        return self.role


@track_changes()
class ApiKey(TenantModel):
    """A key with which a program acts for a login; only its digest is kept."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=80)
    prefix = models.CharField(max_length=8)
    """The part of it that is not secret, to tell it from others."""
    digest = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField()
    """Permissions that it may use, of those its login has; `*` for all of them."""
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    made_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return self.name


class KeptAnswer(TenantModel):
    """What a write under an idempotency key answered, for whoever sends it again."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, db_index=False, related_name="+"
    )
    key = models.CharField(max_length=200)
    request = models.CharField(max_length=64)
    """Digest of method, address and body."""
    status = models.PositiveSmallIntegerField(null=True)
    """Null while the first is at work."""
    headers = models.JSONField(null=True)
    body = models.BinaryField(null=True)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "user", "key"], name="farm_keptanswer_once")
        ]


class BulkLoad(TenantModel):
    """Rows that came in bulk, which no trigger kept one by one: what, how many, by whom."""

    kind = models.CharField(max_length=20)
    source = models.CharField(max_length=200)
    rows = models.JSONField()
    """How many, by table."""
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, db_index=False, related_name="+"
    )
    at = models.DateTimeField(db_default=Now())


@track_changes()
class Geography(TenantModel):
    """A region with one climate and one set of rules."""

    name = models.CharField(max_length=120)
    code = models.CharField(max_length=8, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["company", "name"], name="farm_geography_name")]

    def __str__(self) -> str:
        return self.name


@track_changes()
class Area(TenantModel):
    """A sea site."""

    geography = tenant_foreign_key("farm.Geography")
    name = models.CharField(max_length=120)
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    max_biomass_kg = models.FloatField(null=True)
    fallow_days = models.PositiveSmallIntegerField(null=True)

    class Meta:
        indexes = [models.Index(fields=["company", "geography"], name="farm_area_geography")]
        constraints = [
            models.UniqueConstraint(fields=["company", "name"], name="farm_area_name"),
            models.CheckConstraint(
                condition=Q(latitude=None) | Q(latitude__range=(-90, 90)), name="farm_area_latitude"
            ),
            models.CheckConstraint(
                condition=Q(longitude=None) | Q(longitude__range=(-180, 180)), name="farm_area_longitude"
            ),
            models.CheckConstraint(
                condition=Q(max_biomass_kg=None) | Q(max_biomass_kg__gt=0), name="farm_area_biomass"
            ),
        ]

    def __str__(self) -> str:
        return self.name


@track_changes()
class Station(TenantModel):
    """A freshwater site."""

    geography = tenant_foreign_key("farm.Geography")
    name = models.CharField(max_length=120)
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)

    class Meta:
        indexes = [models.Index(fields=["company", "geography"], name="farm_station_geography")]
        constraints = [
            models.UniqueConstraint(fields=["company", "name"], name="farm_station_name"),
            models.CheckConstraint(
                condition=Q(latitude=None) | Q(latitude__range=(-90, 90)), name="farm_station_latitude"
            ),
            models.CheckConstraint(
                condition=Q(longitude=None) | Q(longitude__range=(-180, 180)), name="farm_station_longitude"
            ),
        ]

    def __str__(self) -> str:
        return self.name


@track_changes()
class Hall(TenantModel):
    """A building of a station; it serves the stage of one order."""

    station = tenant_foreign_key("farm.Station")
    name = models.CharField(max_length=120)
    stage_order = models.PositiveSmallIntegerField(null=True)
    fallow_days = models.PositiveSmallIntegerField(null=True)

    class Meta:
        indexes = [models.Index(fields=["company", "station"], name="farm_hall_station")]
        constraints = [models.UniqueConstraint(fields=["company", "name"], name="farm_hall_name")]

    def __str__(self) -> str:
        return self.name


@track_changes()
class Container(TenantModel):
    """A tray or tank in a hall, or a pen in an area."""

    class Kind(models.TextChoices):
        """What fish can stand in."""

        TRAY = "tray"
        TANK = "tank"
        PEN = "pen"

    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=8, choices=Kind)
    volume_m3 = models.FloatField()
    max_density_kg_m3 = models.FloatField(null=True)
    hall = tenant_foreign_key("farm.Hall", null=True)
    area = tenant_foreign_key("farm.Area", null=True)

    class Meta:
        indexes = [
            models.Index(fields=["company", "hall"], name="farm_container_hall"),
            models.Index(fields=["company", "area"], name="farm_container_area"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["company", "name"], name="farm_container_name"),
            models.CheckConstraint(condition=Q(kind__in=["tray", "tank", "pen"]), name="farm_container_kind"),
            models.CheckConstraint(condition=Q(volume_m3__gt=0), name="farm_container_volume"),
            models.CheckConstraint(
                condition=Q(max_density_kg_m3=None) | Q(max_density_kg_m3__gt=0),
                name="farm_container_density",
            ),
            models.CheckConstraint(
                condition=Q(hall=None, area__isnull=False) | Q(hall__isnull=False, area=None),
                name="farm_container_in_one_place",
            ),
        ]

    def __str__(self) -> str:
        return self.name


@track_changes()
class FeedStore(TenantModel):
    """A silo of a hall or a barge of an area."""

    name = models.CharField(max_length=120)
    capacity_kg = models.FloatField()
    hall = tenant_foreign_key("farm.Hall", null=True)
    area = tenant_foreign_key("farm.Area", null=True)

    class Meta:
        indexes = [
            models.Index(fields=["company", "hall"], name="farm_feedstore_hall"),
            models.Index(fields=["company", "area"], name="farm_feedstore_area"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["company", "name"], name="farm_feedstore_name"),
            models.CheckConstraint(condition=Q(capacity_kg__gt=0), name="farm_feedstore_capacity"),
            models.CheckConstraint(
                condition=Q(hall=None, area__isnull=False) | Q(hall__isnull=False, area=None),
                name="farm_feedstore_in_one_place",
            ),
        ]

    def __str__(self) -> str:
        return self.name


@track_changes()
class Sensor(TenantModel):
    """An instrument that measures one parameter in one container."""

    container = tenant_foreign_key("farm.Container")
    parameter = models.CharField(max_length=16)
    installed = models.DateField()
    removed = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["company", "container", "parameter", "installed"], name="farm_sensor_once"
            ),
            models.UniqueConstraint(
                fields=["container", "parameter"], condition=Q(removed=None), name="farm_sensor_one_active"
            ),
            models.CheckConstraint(
                condition=Q(removed=None) | Q(removed__gte=models.F("installed")), name="farm_sensor_dates"
            ),
            models.CheckConstraint(
                condition=Q(
                    parameter__in=[
                        "temperature",
                        "oxygen",
                        "salinity",
                        "ph",
                        "co2",
                        "ammonium",
                        "nitrite",
                        "nitrate",
                    ]
                ),
                name="farm_sensor_parameter",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.parameter} from {self.installed}"
