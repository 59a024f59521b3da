"""What is said among those who work on a ticket is not there for others."""

from django.db import migrations

from grilse.access.reach import create_reach_function

MINE = "nullif(current_setting('app.company', true), '')::bigint"
USER = "nullif(current_setting('app.user', true), '')::bigint"
# The roles that have helpdesk.work; a test holds them against the matrix.
ROLES = ("admin", "planner", "manager", "operator", "vet")
WORKS = f"""SELECT FROM farm_membership m
 WHERE m.company_id = {MINE} AND m.user_id = {USER} AND m.role IN {ROLES}"""
# Where whoever acts works on tickets; 0 stands for those of no site. What runs for no login works everywhere.
PLACES = f"""
SELECT g.id FROM farm_geography g
 WHERE g.company_id = {MINE}
   AND ({USER} IS NULL OR EXISTS ({WORKS} AND (m.geography_id IS NULL OR m.geography_id = g.id)))
UNION ALL
SELECT 0 WHERE {MINE} IS NOT NULL AND ({USER} IS NULL OR EXISTS ({WORKS}))
"""
SAID_TO_ALL = """
NOT internal OR (SELECT coalesce(t.geography_id, 0) FROM helpdesk_ticket t WHERE t.id = ticket_id)
                IN (SELECT helpdesk_workplaces())
"""


class Migration(migrations.Migration):
    dependencies = [("helpdesk", "0004_escalate"), ("farm", "0004_reach")]

    operations = [
        create_reach_function("helpdesk_workplaces", PLACES),
        *[
            migrations.RunSQL(
                f"CREATE POLICY internal ON helpdesk_{name} AS RESTRICTIVE FOR SELECT USING ({SAID_TO_ALL})",
                f"DROP POLICY internal ON helpdesk_{name}",
            )
            for name in ("comment", "commentevent")
        ],
    ]
