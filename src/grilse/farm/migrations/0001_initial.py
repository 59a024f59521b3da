import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [migrations.swappable_dependency(settings.AUTH_USER_MODEL)]

    operations = [
        migrations.CreateModel(
            name="Company",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=120, unique=True)),
            ],
        ),
        migrations.CreateModel(
            name="Geography",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=120)),
                ("code", models.CharField(blank=True, max_length=8)),
                (
                    "company",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="farm.company"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Area",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=120)),
                ("latitude", models.FloatField(null=True)),
                ("longitude", models.FloatField(null=True)),
                ("max_biomass_kg", models.FloatField(null=True)),
                ("fallow_days", models.PositiveSmallIntegerField(null=True)),
                (
                    "company",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="farm.company"
                    ),
                ),
                (
                    "geography",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="farm.geography",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Hall",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=120)),
                ("stage_order", models.PositiveSmallIntegerField(null=True)),
                ("fallow_days", models.PositiveSmallIntegerField(null=True)),
                (
                    "company",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="farm.company"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="FeedStore",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=120)),
                ("capacity_kg", models.FloatField()),
                (
                    "area",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="farm.area",
                    ),
                ),
                (
                    "company",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="farm.company"
                    ),
                ),
                (
                    "hall",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="farm.hall",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Container",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=120)),
                ("kind", models.CharField(choices=[("tray", "Tray"), ("tank", "Tank"), ("pen", "Pen")], max_length=8)),
                ("volume_m3", models.FloatField()),
                ("max_density_kg_m3", models.FloatField(null=True)),
                (
                    "area",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="farm.area",
                    ),
                ),
                (
                    "company",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="farm.company"
                    ),
                ),
                (
                    "hall",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="farm.hall",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Membership",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "company",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="farm.company"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="memberships",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Sensor",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("parameter", models.CharField(max_length=16)),
                ("installed", models.DateField()),
                ("removed", models.DateField(null=True)),
                (
                    "company",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="farm.company"
                    ),
                ),
                (
                    "container",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="farm.container",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Station",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=120)),
                ("latitude", models.FloatField(null=True)),
                ("longitude", models.FloatField(null=True)),
                (
                    "company",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="farm.company"
                    ),
                ),
                (
                    "geography",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="farm.geography",
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="hall",
            name="station",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="farm.station",
            ),
        ),
        migrations.AddConstraint(
            model_name="geography",
            constraint=models.UniqueConstraint(fields=("company", "name"), name="farm_geography_name"),
        ),
        migrations.AddIndex(
            model_name="area", index=models.Index(fields=["company", "geography"], name="farm_area_geography")
        ),
        migrations.AddConstraint(
            model_name="area", constraint=models.UniqueConstraint(fields=("company", "name"), name="farm_area_name")
        ),
        migrations.AddConstraint(
            model_name="area",
            constraint=models.CheckConstraint(
                condition=models.Q(("latitude", None), ("latitude__range", (-90, 90)), _connector="OR"),
                name="farm_area_latitude",
            ),
        ),
        migrations.AddConstraint(
            model_name="area",
            constraint=models.CheckConstraint(
                condition=models.Q(("longitude", None), ("longitude__range", (-180, 180)), _connector="OR"),
                name="farm_area_longitude",
            ),
        ),
        migrations.AddConstraint(
            model_name="area",
            constraint=models.CheckConstraint(
                condition=models.Q(("max_biomass_kg", None), ("max_biomass_kg__gt", 0), _connector="OR"),
                name="farm_area_biomass",
            ),
        ),
        migrations.AddIndex(
            model_name="feedstore", index=models.Index(fields=["company", "hall"], name="farm_feedstore_hall")
        ),
        migrations.AddIndex(
            model_name="feedstore", index=models.Index(fields=["company", "area"], name="farm_feedstore_area")
        ),
        migrations.AddConstraint(
            model_name="feedstore",
            constraint=models.UniqueConstraint(fields=("company", "name"), name="farm_feedstore_name"),
        ),
        migrations.AddConstraint(
            model_name="feedstore",
            constraint=models.CheckConstraint(
                condition=models.Q(("capacity_kg__gt", 0)), name="farm_feedstore_capacity"
            ),
        ),
        migrations.AddConstraint(
            model_name="feedstore",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("area__isnull", False), ("hall", None)),
                    models.Q(("area", None), ("hall__isnull", False)),
                    _connector="OR",
                ),
                name="farm_feedstore_in_one_place",
            ),
        ),
        migrations.AddIndex(
            model_name="container", index=models.Index(fields=["company", "hall"], name="farm_container_hall")
        ),
        migrations.AddIndex(
            model_name="container", index=models.Index(fields=["company", "area"], name="farm_container_area")
        ),
        migrations.AddConstraint(
            model_name="container",
            constraint=models.UniqueConstraint(fields=("company", "name"), name="farm_container_name"),
        ),
        migrations.AddConstraint(
            model_name="container",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["tray", "tank", "pen"])), name="farm_container_kind"
            ),
        ),
        migrations.AddConstraint(
            model_name="container",
            constraint=models.CheckConstraint(condition=models.Q(("volume_m3__gt", 0)), name="farm_container_volume"),
        ),
        migrations.AddConstraint(
            model_name="container",
            constraint=models.CheckConstraint(
                condition=models.Q(("max_density_kg_m3", None), ("max_density_kg_m3__gt", 0), _connector="OR"),
                name="farm_container_density",
            ),
        ),
        migrations.AddConstraint(
            model_name="container",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("area__isnull", False), ("hall", None)),
                    models.Q(("area", None), ("hall__isnull", False)),
                    _connector="OR",
                ),
                name="farm_container_in_one_place",
            ),
        ),
        migrations.AddConstraint(
            model_name="membership",
            constraint=models.UniqueConstraint(fields=("company", "user"), name="farm_membership_once"),
        ),
        migrations.AddConstraint(
            model_name="sensor",
            constraint=models.UniqueConstraint(
                fields=("company", "container", "parameter", "installed"), name="farm_sensor_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="sensor",
            constraint=models.UniqueConstraint(
                condition=models.Q(("removed", None)), fields=("container", "parameter"), name="farm_sensor_one_active"
            ),
        ),
        migrations.AddConstraint(
            model_name="sensor",
            constraint=models.CheckConstraint(
                condition=models.Q(("removed", None), ("removed__gte", models.F("installed")), _connector="OR"),
                name="farm_sensor_dates",
            ),
        ),
        migrations.AddConstraint(
            model_name="sensor",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "parameter__in",
                        ["temperature", "oxygen", "salinity", "ph", "co2", "ammonium", "nitrite", "nitrate"],
                    )
                ),
                name="farm_sensor_parameter",
            ),
        ),
        migrations.AddIndex(
            model_name="station", index=models.Index(fields=["company", "geography"], name="farm_station_geography")
        ),
        migrations.AddConstraint(
            model_name="station",
            constraint=models.UniqueConstraint(fields=("company", "name"), name="farm_station_name"),
        ),
        migrations.AddConstraint(
            model_name="station",
            constraint=models.CheckConstraint(
                condition=models.Q(("latitude", None), ("latitude__range", (-90, 90)), _connector="OR"),
                name="farm_station_latitude",
            ),
        ),
        migrations.AddConstraint(
            model_name="station",
            constraint=models.CheckConstraint(
                condition=models.Q(("longitude", None), ("longitude__range", (-180, 180)), _connector="OR"),
                name="farm_station_longitude",
            ),
        ),
        migrations.AddIndex(
            model_name="hall", index=models.Index(fields=["company", "station"], name="farm_hall_station")
        ),
        migrations.AddConstraint(
            model_name="hall", constraint=models.UniqueConstraint(fields=("company", "name"), name="farm_hall_name")
        ),
    ]
