"""Readings out of reach do not exist."""

from django.db import migrations

from grilse.farm.reach import reach


class Migration(migrations.Migration):
    dependencies = [("environment", "0002_rules"), ("farm", "0004_reach")]

    operations = [
        reach("environment_reading", "container_id"),
        reach("environment_dailyenvironment", "container_id"),
    ]
