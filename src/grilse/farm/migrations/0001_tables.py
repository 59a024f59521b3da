"""Geographies, sea areas, stations, halls, containers, feed stores and sensors."""

from django.db import migrations, models
from django.db.models import F, Q

from grilse.access.migration_tables import create_tracked_table, row_id
from grilse.access.tenancy import company_key, tenant_foreign_key


class Migration(migrations.Migration):
    initial = True

    dependencies = [("access", "0001_tables")]

    operations = [
        *create_tracked_table(
            "farm.Geography",
            {
                "id": row_id(),
                "name": models.CharField(max_length=120),
                "code": models.CharField(blank=True, max_length=8),
                "company": company_key(),
            },
            constraints=[models.UniqueConstraint(fields=["company", "name"], name="farm_geography_name")],
        ),
        *create_tracked_table(
            "farm.Area",
            {
                "id": row_id(),
                "name": models.CharField(max_length=120),
                "latitude": models.FloatField(null=True),
                "longitude": models.FloatField(null=True),
                "max_biomass_kg": models.FloatField(null=True),
                "fallow_days": models.PositiveSmallIntegerField(null=True),
                "company": company_key(),
                "geography": tenant_foreign_key("farm.Geography"),
            },
            indexes=[models.Index(fields=["company", "geography"], name="farm_area_geography")],
            constraints=[
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
            ],
        ),
        *create_tracked_table(
            "farm.Station",
            {
                "id": row_id(),
                "name": models.CharField(max_length=120),
                "latitude": models.FloatField(null=True),
                "longitude": models.FloatField(null=True),
                "company": company_key(),
                "geography": tenant_foreign_key("farm.Geography"),
            },
            indexes=[models.Index(fields=["company", "geography"], name="farm_station_geography")],
            constraints=[
                models.UniqueConstraint(fields=["company", "name"], name="farm_station_name"),
                models.CheckConstraint(
                    condition=Q(latitude=None) | Q(latitude__range=(-90, 90)), name="farm_station_latitude"
                ),
                models.CheckConstraint(
                    condition=Q(longitude=None) | Q(longitude__range=(-180, 180)), name="farm_station_longitude"
                ),
            ],
        ),
        *create_tracked_table(
            "farm.Hall",
            {
                "id": row_id(),
                "name": models.CharField(max_length=120),
                "stage_order": models.PositiveSmallIntegerField(null=True),
                "fallow_days": models.PositiveSmallIntegerField(null=True),
                "company": company_key(),
                "station": tenant_foreign_key("farm.Station"),
            },
            indexes=[models.Index(fields=["company", "station"], name="farm_hall_station")],
            constraints=[models.UniqueConstraint(fields=["company", "name"], name="farm_hall_name")],
        ),
        *create_tracked_table(
            "farm.Container",
            {
                "id": row_id(),
                "name": models.CharField(max_length=120),
                "kind": models.CharField(choices=[("tray", "Tray"), ("tank", "Tank"), ("pen", "Pen")], max_length=8),
                "volume_m3": models.FloatField(),
                "max_density_kg_m3": models.FloatField(null=True),
                "area": tenant_foreign_key("farm.Area", null=True),
                "company": company_key(),
                "hall": tenant_foreign_key("farm.Hall", null=True),
            },
            indexes=[
                models.Index(fields=["company", "hall"], name="farm_container_hall"),
                models.Index(fields=["company", "area"], name="farm_container_area"),
            ],
            constraints=[
                models.UniqueConstraint(fields=["company", "name"], name="farm_container_name"),
                models.CheckConstraint(condition=Q(kind__in=["tray", "tank", "pen"]), name="farm_container_kind"),
                models.CheckConstraint(condition=Q(volume_m3__gt=0), name="farm_container_volume"),
                models.CheckConstraint(
                    condition=Q(max_density_kg_m3=None) | Q(max_density_kg_m3__gt=0), name="farm_container_density"
                ),
                models.CheckConstraint(
                    condition=Q(area__isnull=False, hall=None) | Q(area=None, hall__isnull=False),
                    name="farm_container_in_one_place",
                ),
            ],
        ),
        *create_tracked_table(
            "farm.FeedStore",
            {
                "id": row_id(),
                "name": models.CharField(max_length=120),
                "capacity_kg": models.FloatField(),
                "area": tenant_foreign_key("farm.Area", null=True),
                "company": company_key(),
                "hall": tenant_foreign_key("farm.Hall", null=True),
            },
            indexes=[
                models.Index(fields=["company", "hall"], name="farm_feedstore_hall"),
                models.Index(fields=["company", "area"], name="farm_feedstore_area"),
            ],
            constraints=[
                models.UniqueConstraint(fields=["company", "name"], name="farm_feedstore_name"),
                models.CheckConstraint(condition=Q(capacity_kg__gt=0), name="farm_feedstore_capacity"),
                models.CheckConstraint(
                    condition=Q(area__isnull=False, hall=None) | Q(area=None, hall__isnull=False),
                    name="farm_feedstore_in_one_place",
                ),
            ],
        ),
        *create_tracked_table(
            "farm.Sensor",
            {
                "id": row_id(),
                "parameter": models.CharField(max_length=16),
                "installed": models.DateField(),
                "removed": models.DateField(null=True),
                "company": company_key(),
                "container": tenant_foreign_key("farm.Container"),
            },
            constraints=[
                models.UniqueConstraint(
                    fields=["company", "container", "parameter", "installed"], name="farm_sensor_once"
                ),
                models.UniqueConstraint(
                    fields=["container", "parameter"], condition=Q(removed=None), name="farm_sensor_one_active"
                ),
                models.CheckConstraint(
                    condition=Q(removed=None) | Q(removed__gte=F("installed")), name="farm_sensor_dates"
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
            ],
        ),
    ]
