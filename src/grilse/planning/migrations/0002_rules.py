"""Isolation of companies and references within one."""

from django.db import migrations

from grilse.farm.tenancy import isolation, references


class Migration(migrations.Migration):
    dependencies = [("planning", "0001_initial"), ("stock", "0002_rules")]

    operations = [
        isolation("planning_plannedstage"),
        references("planning_plannedstage", batch_id="stock_batch"),
    ]
