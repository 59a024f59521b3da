"""What the database keeps: companies apart, references within one, and journals to those their privacy names."""

from django.db import migrations

from grilse.access.reach import (
    ALL_GEOGRAPHIES_SQL,
    create_geography_policy,
    create_parent_policy,
    create_reach_function,
    create_restrictive_policy,
)
from grilse.access.tenancy import (
    CURRENT_COMPANY_SQL,
    create_company_key,
    create_company_policy,
    create_company_references,
)

EVENTS = (
    "team", "person", "workrules", "journey", "transportrate", "fence", "journalentry", "consent",
)  # fmt: skip
ME = "nullif(current_setting('app.user', true), '')::bigint"
MINE = "person_id IN (SELECT people_me())"

# Who reads an entry is what its author chose and how they work together; no role comes into it.
READS = f"""
{MINE} OR NOT draft AND deleted_at IS NULL AND (SELECT true FROM people_me()) AND (
  privacy = 'shared'
  OR privacy IN ('manager', 'team') AND person_id IN (SELECT people_reports())
  OR privacy = 'team' AND person_id IN (SELECT people_mates())
)
"""


def of_its_person(table: str) -> migrations.RunSQL:
    """Return the policy by which rows are there for their person alone."""
    return migrations.RunSQL(
        f"CREATE POLICY own ON {table} AS RESTRICTIVE USING ({MINE})", f"DROP POLICY own ON {table}"
    )


def changed_within(table: str, *, also: str = "false") -> migrations.RunSQL:
    """Return the policies by which everybody sees rows, and those who reach their geography change them.

    `also` is what may be added beside.
    """
    near = f"({ALL_GEOGRAPHIES_SQL} OR geography_id IN (SELECT farm_geographies()))"
    return migrations.RunSQL(
        [
            f"CREATE POLICY geography_adds ON {table} AS RESTRICTIVE FOR INSERT WITH CHECK ({near} OR {also})",
            f"CREATE POLICY geography_changes ON {table} AS RESTRICTIVE FOR UPDATE USING {near}",
            f"CREATE POLICY geography_removes ON {table} AS RESTRICTIVE FOR DELETE USING {near}",
        ],
        [f"DROP POLICY geography_{verb} ON {table}" for verb in ("adds", "changes", "removes")],
    )


# Whoever had another person's login given to them would be the author of that person's journal.
LOGIN_STAYS = """
CREATE FUNCTION people_login_stays() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT FROM people_journalentry WHERE company_id = OLD.company_id AND person_id = OLD.id)
     OR EXISTS (SELECT FROM people_keptversion WHERE company_id = OLD.company_id AND person_id = OLD.id)
     OR EXISTS (SELECT FROM people_consent WHERE company_id = OLD.company_id AND person_id = OLD.id) THEN
    RAISE insufficient_privilege USING MESSAGE = 'what a person wrote goes to no other login';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER login_stays BEFORE UPDATE OF user_id ON people_person FOR EACH ROW
WHEN (NEW.user_id IS NOT NULL AND NEW.user_id IS DISTINCT FROM OLD.user_id)
EXECUTE FUNCTION people_login_stays()
"""


class Migration(migrations.Migration):
    dependencies = [("people", "0001_initial"), ("farm", "0004_reach")]

    operations = [
        *[
            create_company_policy(f"people_{name}")
            for name in (
                "team", "person", "personword", "workrules", "trackpoint", "journey", "transportrate", "fence",
                "visit", "journalentry", "keptversion", "consent",
            )
        ],
        create_company_policy("people_wellbeingreport", append_only=True),
        *[create_company_policy(f"people_{name}event", append_only=True) for name in EVENTS],
        *[create_company_key(f"people_{name}") for name in ("team", "person", "fence")],
        create_company_references("people_team", geography_id="farm_geography"),
        create_company_references(
            "people_person",
            geography_id="farm_geography", area_id="farm_area", station_id="farm_station",
            team_id="people_team", manager_id="people_person",
        ),
        create_company_references("people_personword", person_id="people_person"),
        create_company_references("people_journey", person_id="people_person"),
        create_company_references("people_fence", area_id="farm_area", station_id="farm_station"),
        create_company_references("people_visit", person_id="people_person", fence_id="people_fence"),
        create_company_references("people_journalentry", person_id="people_person"),
        create_company_references("people_keptversion", person_id="people_person"),
        create_company_references("people_consent", person_id="people_person"),
        create_company_references("people_wellbeingreport", geography_id="farm_geography"),
        create_reach_function("people_me", f"SELECT id FROM people_person WHERE company_id = {CURRENT_COMPANY_SQL} AND user_id = {ME}"),
        create_reach_function(
            "people_reports",
            f"SELECT id FROM people_person WHERE company_id = {CURRENT_COMPANY_SQL} AND manager_id IN (SELECT people_me())",
        ),
        create_reach_function(
            "people_mates",
            f"SELECT id FROM people_person WHERE company_id = {CURRENT_COMPANY_SQL} AND team_id IN"
            " (SELECT team_id FROM people_person WHERE id IN (SELECT people_me()))",
        ),
        create_reach_function(
            "people_within",
            f"SELECT id FROM people_person WHERE company_id = {CURRENT_COMPANY_SQL}"
            f" AND (geography_id IN (SELECT farm_geographies()) OR user_id = {ME})",
        ),
        migrations.RunSQL(
            [
                f"CREATE POLICY privacy ON people_journalentry AS RESTRICTIVE FOR SELECT USING ({READS})",
                f"CREATE POLICY author_adds ON people_journalentry AS RESTRICTIVE FOR INSERT WITH CHECK ({MINE})",
                f"CREATE POLICY author_changes ON people_journalentry AS RESTRICTIVE FOR UPDATE USING ({MINE})",
                f"CREATE POLICY author_removes ON people_journalentry AS RESTRICTIVE FOR DELETE USING ({MINE})",
            ],
            [
                f"DROP POLICY {name} ON people_journalentry"
                for name in ("privacy", "author_adds", "author_changes", "author_removes")
            ],
        ),
        *[
            of_its_person(f"people_{name}")
            for name in ("journalentryevent", "keptversion", "consent", "consentevent")
        ],
        *[
            create_restrictive_policy(f"people_{name}", "person_id IN (SELECT people_within())")
            for name in ("trackpoint", "journey", "journeyevent")
        ],
        *[create_geography_policy(f"people_{name}", "area_id", "station_id") for name in ("fence", "fenceevent")],
        create_parent_policy("people_visit", "fence_id", "people_fence"),
        create_geography_policy("people_wellbeingreport", "geography_id"),
        changed_within("people_team"),
        # A login that is nobody yet becomes somebody, wherever it may act.
        changed_within("people_person", also=f"user_id = {ME}"),
        migrations.RunSQL(
            LOGIN_STAYS,
            [
                "DROP TRIGGER login_stays ON people_person",
                "DROP FUNCTION people_login_stays()",
            ],
        ),
    ]  # fmt: skip
