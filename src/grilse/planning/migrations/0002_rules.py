"""Isolation of companies and references within one."""

from django.db import migrations

from grilse.access.tenancy import create_company_policy, create_company_references


class Migration(migrations.Migration):
    dependencies = [("planning", "0001_initial"), ("stock", "0002_rules")]

    operations = [
        create_company_policy("planning_plannedstage"),
        create_company_references("planning_plannedstage", batch_id="stock_batch"),
    ]
