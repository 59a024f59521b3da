"""Isolation of companies."""

from django.db import migrations

from grilse.access.tenancy import create_company_policy


class Migration(migrations.Migration):
    dependencies = [("generator", "0001_initial")]

    operations = [create_company_policy("generator_shard")]
