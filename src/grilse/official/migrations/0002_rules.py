"""Row policies of official figures, references within a company, and figures before a revision."""

from django.db import migrations

from grilse.access.migration_rules import (
    create_company_key,
    create_company_policy,
    create_company_references,
    create_function,
    create_geography_policy,
    create_policies,
    create_statement_trigger,
    with_events,
)
from grilse.access.tenancy import CURRENT_COMPANY_SQL

SERIES = ("lice", "biomass")
OF_COMPANY = f"company_id = {CURRENT_COMPANY_SQL}"
STORE_REVISED_FIGURES = """
CREATE FUNCTION official_revised() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO official_revision (company_id, kind, row, was, file_id, author_id)
  SELECT was.company_id, TG_ARGV[0], was.id, to_jsonb(was) - '{id,company_id}'::text[], says.file_id,
         nullif(current_setting('app.user', true), '')::bigint
    FROM was JOIN says USING (id)
   WHERE to_jsonb(was) IS DISTINCT FROM to_jsonb(says);
  RETURN NULL;
END $$
"""


class Migration(migrations.Migration):
    dependencies = [("official", "0001_tables"), ("farm", "0002_rules")]

    operations = [
        *create_company_policy("official_file", append_only=True),
        *create_company_policy("official_revision", append_only=True),
        *create_company_policy("official_site", tracked=True),
        *[create_geography_policy(table, "area_id") for table in with_events("official_site")],
        create_company_key("official_file"),
        create_company_references("official_site", area_id="farm_area"),
        create_company_references("official_revision", file_id="official_file"),
        create_function(STORE_REVISED_FIGURES, "official_revised()"),
        *[
            operation
            for kind in SERIES
            for operation in (
                *create_company_policy(f"official_{kind}", append_only=True),
                # A later file revises figures; the application role deletes none.
                create_policies(
                    f"official_{kind}", company_revises=f"FOR UPDATE USING ({OF_COMPANY}) WITH CHECK ({OF_COMPANY})"
                ),
                create_company_references(f"official_{kind}", file_id="official_file"),
                create_statement_trigger(
                    f"official_{kind}_revised",
                    f"official_{kind}",
                    "UPDATE",
                    "OLD TABLE AS was NEW TABLE AS says",
                    f"official_revised('{kind}')",
                ),
            )
        ],
    ]
