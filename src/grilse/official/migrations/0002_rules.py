"""Isolation of companies, references within one, and what figures were before a later file."""

from django.db import migrations

from grilse.access.reach import create_geography_policy
from grilse.access.tenancy import (
    CURRENT_COMPANY_SQL,
    create_company_key,
    create_company_policy,
    create_company_references,
)

SERIES = ("lice", "biomass")

REVISED = """
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


def revisable(table: str) -> migrations.RunSQL:
    """Return the row policies of a table that the doors read, add to and revise, and take nothing from."""
    test = f"company_id = {CURRENT_COMPANY_SQL}"
    return migrations.RunSQL(
        [
            f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
            f"CREATE POLICY company_reads ON {table} FOR SELECT USING ({test})",
            f"CREATE POLICY company_adds ON {table} FOR INSERT WITH CHECK ({test})",
            f"CREATE POLICY company_revises ON {table} FOR UPDATE USING ({test}) WITH CHECK ({test})",
        ],
        [
            *[f"DROP POLICY company_{verb} ON {table}" for verb in ("reads", "adds", "revises")],
            f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY",
        ],
    )


def remembered(kind: str) -> migrations.RunSQL:
    """Return the trigger that keeps what the rows of a series were."""
    table = f"official_{kind}"
    return migrations.RunSQL(
        f"CREATE TRIGGER {table}_revised AFTER UPDATE ON {table} REFERENCING OLD TABLE AS was NEW TABLE AS says"
        f" FOR EACH STATEMENT EXECUTE FUNCTION official_revised('{kind}')",
        f"DROP TRIGGER {table}_revised ON {table}",
    )


class Migration(migrations.Migration):
    dependencies = [("official", "0001_initial"), ("farm", "0004_reach")]

    operations = [
        create_company_policy("official_file", append_only=True),
        create_company_policy("official_revision", append_only=True),
        create_company_policy("official_site"),
        create_company_policy("official_siteevent", append_only=True),
        create_geography_policy("official_site", "area_id"),
        create_geography_policy("official_siteevent", "area_id"),
        *[revisable(f"official_{kind}") for kind in SERIES],
        create_company_key("official_file"),
        create_company_references("official_site", area_id="farm_area"),
        create_company_references("official_revision", file_id="official_file"),
        *[create_company_references(f"official_{kind}", file_id="official_file") for kind in SERIES],
        migrations.RunSQL(REVISED, "DROP FUNCTION official_revised"),
        *[remembered(kind) for kind in SERIES],
    ]
