"""Escalation fires the levels of the company of its transaction, with the rights of its caller."""

from importlib import import_module

from django.db import migrations

from grilse.access.migration_rules import create_function

former = import_module("grilse.helpdesk.migrations.0002_rules")
ESCALATE = former.ESCALATE.replace("SECURITY DEFINER SET search_path = public, pg_temp ", "")


class Migration(migrations.Migration):
    dependencies = [("helpdesk", "0003_business_hours"), ("access", "0004_leavers_and_owner_functions")]

    operations = [
        migrations.RunSQL("DROP FUNCTION helpdesk_escalate(timestamptz)", former.ESCALATE),
        create_function(ESCALATE, "helpdesk_escalate(timestamptz)"),
    ]
