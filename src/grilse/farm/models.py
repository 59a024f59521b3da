"""Geographies, areas, stations, halls, containers, feed stores and sensors."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q

from grilse.access.audit import track_changes
from grilse.access.tenancy import TenantModel, tenant_foreign_key
from grilse.science.time_zones import describe_unknown_zone, list_time_zones


def refuse_unknown_zone(name: str) -> None:
    """Refuse a name that no time zone has."""
    if name not in list_time_zones():
        raise ValidationError(describe_unknown_zone(name))


@track_changes()
class Geography(TenantModel):
    """A region with one climate, one set of rules and one time zone."""

    name = models.CharField(max_length=120)
    code = models.CharField(max_length=8, blank=True)
    time_zone = models.CharField(
        max_length=40, blank=True, default="UTC", db_default="UTC", validators=[refuse_unknown_zone]
    )
    """The zone of its days, such as Europe/Oslo; left out, a new geography has that of the work rules, else UTC."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["company", "name"], name="farm_geography_name")]

    def __str__(self) -> str:
        return self.name


GEOGRAPHY_PATHS = ("area__geography", "hall__station__geography")
"""The ways from a container or feed store to its geography."""
SITE_PATHS = ("area", "hall__station")
"""What the name of a container or feed store with its site is made of."""


class PositionedSite(TenantModel):
    """A place with a position."""

    geography = tenant_foreign_key("farm.Geography")
    name = models.CharField(max_length=120)
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)

    class Meta:
        abstract = True
        indexes = [models.Index(fields=["company", "geography"], name="farm_%(class)s_geography")]
        constraints = [
            models.UniqueConstraint(fields=["company", "name"], name="farm_%(class)s_name"),
            models.CheckConstraint(
                condition=Q(latitude=None) | Q(latitude__range=(-90, 90)), name="farm_%(class)s_latitude"
            ),
            models.CheckConstraint(
                condition=Q(longitude=None) | Q(longitude__range=(-180, 180)), name="farm_%(class)s_longitude"
            ),
        ]

    def __str__(self) -> str:
        return self.name


@track_changes()
class Area(PositionedSite):
    """A sea site."""

    max_biomass_kg = models.FloatField(null=True)
    fallow_days = models.PositiveSmallIntegerField(null=True)

    class Meta(PositionedSite.Meta):
        constraints = [
            *PositionedSite.Meta.constraints,
            models.CheckConstraint(
                condition=Q(max_biomass_kg=None) | Q(max_biomass_kg__gt=0), name="farm_area_biomass"
            ),
        ]


@track_changes()
class Station(PositionedSite):
    """A freshwater site."""


@track_changes()
class Hall(TenantModel):
    """A building of a station, named at this station; it serves the stage of one order."""

    station = tenant_foreign_key("farm.Station")
    name = models.CharField(max_length=120)
    stage_order = models.PositiveSmallIntegerField(null=True)
    fallow_days = models.PositiveSmallIntegerField(null=True)

    class Meta:
        indexes = [models.Index(fields=["company", "station"], name="farm_hall_station")]
        constraints = [models.UniqueConstraint(fields=["company", "name", "station"], name="farm_hall_name_at_station")]

    def __str__(self) -> str:
        return f"{self.station}/{self.name}"


class InHallOrArea(TenantModel):
    """What is in a hall or in an area, named at this site; a subclass declares both references and its name."""

    name: models.CharField
    hall: models.ForeignKey
    area: models.ForeignKey

    class Meta:
        abstract = True
        indexes = [
            models.Index(fields=["company", "hall"], name="farm_%(class)s_hall"),
            models.Index(fields=["company", "area"], name="farm_%(class)s_area"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["company", "name", "hall", "area"], name="farm_%(class)s_name_at_site", nulls_distinct=False
            ),
            models.CheckConstraint(
                condition=Q(hall=None, area__isnull=False) | Q(hall__isnull=False, area=None),
                name="farm_%(class)s_in_one_place",
            ),
        ]

    def __str__(self) -> str:
        site = self.area or self.hall
        return self.name if site is None else f"{site}/{self.name}"

    @property
    def time_zone(self) -> str:
        """The time zone of its geography; no statement after `select_related(*GEOGRAPHY_PATHS)`."""
        geography: Geography = self.area.geography if self.area else self.hall.station.geography
        return geography.time_zone


@track_changes()
class Container(InHallOrArea):
    """A tray or tank in a hall, or a pen in an area."""

    class Kind(models.TextChoices):
        """The kinds of containers."""

        TRAY = "tray"
        TANK = "tank"
        PEN = "pen"

    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=8, choices=Kind)
    volume_m3 = models.FloatField()
    max_density_kg_m3 = models.FloatField(null=True)
    hall = tenant_foreign_key("farm.Hall", null=True)
    area = tenant_foreign_key("farm.Area", null=True)

    class Meta(InHallOrArea.Meta):
        constraints = [
            *InHallOrArea.Meta.constraints,
            models.CheckConstraint(condition=Q(kind__in=["tray", "tank", "pen"]), name="farm_container_kind"),
            models.CheckConstraint(condition=Q(volume_m3__gt=0), name="farm_container_volume"),
            models.CheckConstraint(
                condition=Q(max_density_kg_m3=None) | Q(max_density_kg_m3__gt=0), name="farm_container_density"
            ),
        ]


@track_changes()
class FeedStore(InHallOrArea):
    """A silo of a hall or a barge of an area."""

    name = models.CharField(max_length=120)
    capacity_kg = models.FloatField()
    hall = tenant_foreign_key("farm.Hall", null=True)
    area = tenant_foreign_key("farm.Area", null=True)

    class Meta(InHallOrArea.Meta):
        constraints = [
            *InHallOrArea.Meta.constraints,
            models.CheckConstraint(condition=Q(capacity_kg__gt=0), name="farm_feedstore_capacity"),
        ]


@track_changes()
class Sensor(TenantModel):
    """An instrument that measures one parameter in one container."""

    container = tenant_foreign_key("farm.Container")
    parameter = models.CharField(max_length=16)
    installed = models.DateField()
    removed = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "container", "parameter", "installed"], name="farm_sensor_once"),
            models.UniqueConstraint(
                fields=["container", "parameter"], condition=Q(removed=None), name="farm_sensor_one_active"
            ),
            models.CheckConstraint(
                condition=Q(removed=None) | Q(removed__gte=models.F("installed")), name="farm_sensor_dates"
            ),
            models.CheckConstraint(
                condition=Q(
                    parameter__in=["temperature", "oxygen", "salinity", "ph", "co2", "ammonium", "nitrite", "nitrate"]
                ),
                name="farm_sensor_parameter",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.parameter} from {self.installed}"
