"""Row policies of jobs: a finished job never changes, and the application role deletes none."""

from django.db import migrations

from grilse.access.migration_rules import create_policies, create_reach_policy, enable_row_security
from grilse.access.tenancy import CURRENT_COMPANY_SQL

OF_COMPANY = f"company_id = {CURRENT_COMPANY_SQL}"
LISTED_GEOGRAPHIES = "nullif(nullif(current_setting('app.geographies', true), '*'), '')"


class Migration(migrations.Migration):
    dependencies = [("jobs", "0001_tables")]

    operations = [
        enable_row_security("jobs_job"),
        create_policies(
            "jobs_job",
            company_reads=f"FOR SELECT USING ({OF_COMPANY})",
            company_adds=f"FOR INSERT WITH CHECK ({OF_COMPANY})",
            company_changes=(
                f"FOR UPDATE USING ({OF_COMPANY} AND state IN ('waiting', 'running')) WITH CHECK ({OF_COMPANY})"
            ),
        ),
        # A job is hidden if it reads places out of reach; a job of the whole company reads all of them.
        create_reach_policy("jobs_job", f"geographies <@ {LISTED_GEOGRAPHIES}::bigint[]"),
    ]
