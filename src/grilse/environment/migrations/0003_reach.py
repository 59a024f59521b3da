"""Readings out of reach do not exist."""

from django.db import migrations

from grilse.access.reach import create_geography_policy


class Migration(migrations.Migration):
    dependencies = [("environment", "0002_rules"), ("farm", "0004_reach")]

    operations = [
        create_geography_policy("environment_reading", "container_id"),
        create_geography_policy("environment_dailyenvironment", "container_id"),
    ]
