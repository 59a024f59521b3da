"""Isolation of companies."""

from django.db import migrations

from grilse.farm.tenancy import isolation


class Migration(migrations.Migration):
    dependencies = [("generator", "0001_initial")]

    operations = [isolation("generator_shard")]
