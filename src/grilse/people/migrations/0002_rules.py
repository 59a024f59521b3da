"""Row policies of persons, tracks and journals, references within a company, wellbeing reports and retention."""

from django.db import migrations

from grilse.access.migration_rules import (
    WRITES,
    create_company_key,
    create_company_policy,
    create_company_references,
    create_function,
    create_geography_policy,
    create_parent_policy,
    create_policies,
    create_reach_function,
    create_reach_policy,
    create_whole_company_policy,
    with_events,
)
from grilse.access.tenancy import ALL_GEOGRAPHIES_SQL, CURRENT_COMPANY_SQL, USER_SQL

TRACKED_TABLES = ("team", "person", "workrules", "journey", "transportrate", "fence", "journalentry", "consent")
UNTRACKED_TABLES = ("personword", "trackpoint", "visit", "keptversion")
PERSON_TABLES = ("personword", "journey", "journalentry", "keptversion", "consent")
OWN_PERSON = "person_id IN (SELECT people_me())"
PERSONS_OF_COMPANY = f"SELECT id FROM people_person WHERE company_id = {CURRENT_COMPANY_SQL}"
REACH_FUNCTIONS = {
    "people_me": f"{PERSONS_OF_COMPANY} AND user_id = {USER_SQL}",
    "people_reports": f"{PERSONS_OF_COMPANY} AND manager_id IN (SELECT people_me())",
    "people_mates": (
        f"{PERSONS_OF_COMPANY} AND team_id IN (SELECT team_id FROM people_person WHERE id IN (SELECT people_me()))"
    ),
    "people_within": (
        f"{PERSONS_OF_COMPANY} AND (geography_id IN (SELECT farm_geographies()) OR user_id = {USER_SQL})"
    ),
}
# The privacy that its author chose, and how reader and author work together, decide who reads an entry; roles do not.
READS = f"""
{OWN_PERSON} OR NOT draft AND deleted_at IS NULL AND (SELECT true FROM people_me()) AND (
  privacy = 'shared'
  OR privacy IN ('manager', 'team') AND person_id IN (SELECT people_reports())
  OR privacy = 'team' AND person_id IN (SELECT people_mates())
)
"""
# A person who got another person's login would become the author of that person's journal.
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
COHORT = 5
"""Persons who hide each other; a report shows no figure of fewer."""
# Writes the wellbeing report of all companies. Place -1 is the whole company; place 0 is its persons without a
# geography, who have no report of their own. The company's figures minus all shown figures must leave a cohort or
# nobody: otherwise the smallest shown figure is withheld too, for the report as for each measure. The number of all
# entries would reveal a withheld kind, so it is shown only beside all kinds.
WELLBEING = f"""
CREATE FUNCTION people_write_wellbeing(day date) RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  WITH span AS (
    SELECT c.id AS company_id, (day - 30)::timestamp AT TIME ZONE coalesce(r.time_zone, 'UTC') AS first,
           day::timestamp AT TIME ZONE coalesce(r.time_zone, 'UTC') AS past
      FROM farm_company c LEFT JOIN people_workrules r ON r.company_id = c.id
  ),
  working AS (
    SELECT p.company_id, coalesce(p.geography_id, 0) AS place, p.id AS person_id, c.id IS NOT NULL AS agreed
      FROM people_person p
      LEFT JOIN people_consent c ON c.company_id = p.company_id AND c.person_id = p.id
                                AND c.purpose = 'wellbeing' AND c.withdrawn_at IS NULL
     WHERE p.active
  ),
  written AS (
    SELECT w.company_id, w.place, w.person_id, 'kind ' || e.kind AS kind, count(*) AS entries,
           sum(e.mood) AS mood, count(e.mood) AS moods, sum(e.stress) AS stress, count(e.stress) AS stresses,
           sum(e.energy) AS energy, count(e.energy) AS energies
      FROM working w
      JOIN span s ON s.company_id = w.company_id
      JOIN people_journalentry e ON e.company_id = w.company_id AND e.person_id = w.person_id
                                AND e.at >= s.first AND e.at < s.past AND e.deleted_at IS NULL
     WHERE w.agreed AND NOT e.draft AND e.privacy <> 'private'
     GROUP BY w.company_id, w.place, w.person_id, e.kind
  ),
  by_person AS (
    SELECT w.company_id, w.place, w.person_id, m.measure, sum(m.total) AS total, sum(m.entries) AS entries
      FROM written w
     CROSS JOIN LATERAL (
       VALUES ('all', w.entries, w.entries), (w.kind, w.entries, w.entries), ('mood', w.mood, w.moods),
              ('stress', w.stress, w.stresses), ('energy', w.energy, w.energies)
     ) AS m (measure, total, entries)
     WHERE m.entries > 0
     GROUP BY w.company_id, w.place, w.person_id, m.measure
  ),
  figure AS (
    SELECT company_id, CASE WHEN grouping(place) = 1 THEN -1 ELSE place END AS place, measure,
           count(*) AS persons, sum(total)::float8 AS total, sum(entries) AS entries
      FROM by_person GROUP BY GROUPING SETS ((company_id, place, measure), (company_id, measure))
  ),
  counted AS (
    SELECT company_id, CASE WHEN grouping(place) = 1 THEN -1 ELSE place END AS place,
           count(*) AS users, count(*) FILTER (WHERE agreed) AS consented
      FROM working GROUP BY GROUPING SETS ((company_id, place), (company_id))
  ),
  place AS (
    SELECT g.company_id, g.place, coalesce(c.users, 0) AS users, coalesce(c.consented, 0) AS consented,
           coalesce(f.persons, 0) AS active, f.entries, g.place = 0 OR coalesce(f.persons, 0) < {COHORT} AS small
      FROM (SELECT id AS company_id, unnest('{{-1,0}}'::bigint[]) AS place FROM farm_company
             UNION ALL SELECT company_id, id FROM farm_geography) AS g
      LEFT JOIN counted c ON c.company_id = g.company_id AND c.place = g.place
      LEFT JOIN figure f ON f.company_id = g.company_id AND f.place = g.place AND f.measure = 'all'
  ),
  ranked AS (
    SELECT *, row_number() OVER (PARTITION BY company_id, small, place = -1 ORDER BY active, place) AS rank
      FROM place
  ),
  remains AS (
    SELECT company_id, sum(users) AS users, sum(active) AS active,
           count(*) FILTER (WHERE place > 0 AND users > 0) AS withheld
      FROM place WHERE small AND place >= 0 GROUP BY company_id
  ),
  line AS (
    SELECT p.*,
           p.small OR (p.place > 0 AND p.rank = 1 AND r.users > 0
                       AND (r.active < {COHORT} OR r.withheld = 1)) AS withheld
      FROM ranked p JOIN remains r ON r.company_id = p.company_id
  ),
  cell AS (
    SELECT f.*, r.withheld OR f.persons < {COHORT} AS small
      FROM figure f JOIN line r ON r.company_id = f.company_id AND r.place = f.place WHERE f.measure <> 'all'
  ),
  told AS (
    SELECT c.*,
           NOT c.small AND (
             c.place = -1
             OR row_number() OVER (PARTITION BY c.company_id, c.measure, c.small, c.place = -1
                                       ORDER BY c.persons, c.place) > 1
             OR coalesce(r.persons, 0) NOT BETWEEN 1 AND {COHORT - 1}
           ) AS told
      FROM cell c
      LEFT JOIN (SELECT company_id, measure, sum(persons) AS persons
                   FROM cell WHERE small AND place >= 0 GROUP BY company_id, measure) AS r
             ON r.company_id = c.company_id AND r.measure = c.measure
  ),
  means AS (
    SELECT company_id, place,
           coalesce(jsonb_object_agg(substr(measure, 6), entries)
                    FILTER (WHERE told AND measure LIKE 'kind %'), '{{}}') AS kinds,
           bool_and(told) FILTER (WHERE measure LIKE 'kind %') AS every_kind,
           max(total / entries) FILTER (WHERE told AND measure = 'mood') AS mood,
           max(total / entries) FILTER (WHERE told AND measure = 'stress') AS stress,
           max(total / entries) FILTER (WHERE told AND measure = 'energy') AS energy
      FROM told GROUP BY company_id, place
  ),
  kept AS (
    INSERT INTO people_wellbeingreport (company_id, geography_id, since, until, users, consented, active,
                                        engagement, entries, kinds, mood, stress, energy, withheld)
    SELECT r.company_id, nullif(r.place, -1), day - 30, day, r.users,
           CASE WHEN NOT r.withheld THEN r.consented END,
           CASE WHEN NOT r.withheld THEN r.active END,
           CASE WHEN NOT r.withheld THEN r.active::float8 / r.users END,
           CASE WHEN NOT r.withheld AND m.every_kind THEN r.entries END,
           CASE WHEN NOT r.withheld THEN m.kinds END,
           CASE WHEN NOT r.withheld THEN m.mood END,
           CASE WHEN NOT r.withheld THEN m.stress END,
           CASE WHEN NOT r.withheld THEN m.energy END,
           r.withheld
      FROM line r LEFT JOIN means m ON m.company_id = r.company_id AND m.place = r.place
     WHERE r.place <> 0
        ON CONFLICT (company_id, geography_id, until) DO UPDATE
       SET since = excluded.since, users = excluded.users, consented = excluded.consented,
           active = excluded.active, engagement = excluded.engagement, entries = excluded.entries,
           kinds = excluded.kinds, mood = excluded.mood, stress = excluded.stress, energy = excluded.energy,
           withheld = excluded.withheld, made_at = now()
    RETURNING 1
  )
  SELECT count(*) FROM kept
$$
"""
# Deletes what is older than the company's rules of work allow. The audit stores who wrote an entry and when it was
# deleted, never its text; of positions, only their number.
RETAIN = """
CREATE FUNCTION people_retain(moment timestamptz) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  gone bigint;
BEGIN
  PERFORM set_config('pghistory.context_metadata',
                     '{"reason": "kept for as long as the rules of work say"}', true);
  WITH kept AS (
    SELECT c.id AS company_id, moment - make_interval(days => coalesce(r.track_days, 365)) AS tracks,
           moment - make_interval(days => coalesce(r.journal_days, 1825)) AS journals,
           moment - make_interval(days => coalesce(r.deleted_days, 30)) AS deleted
      FROM farm_company c LEFT JOIN people_workrules r ON r.company_id = c.id
  ),
  points AS (
    DELETE FROM people_trackpoint t USING kept k, people_person p
     WHERE p.company_id = k.company_id AND t.company_id = p.company_id AND t.person_id = p.id
       AND t.at < k.tracks
    RETURNING t.company_id
  ),
  entries AS (
    DELETE FROM people_journalentry e USING kept k
     WHERE e.company_id = k.company_id AND (e.at < k.journals OR e.deleted_at < k.deleted)
    RETURNING e.company_id, e.person_id, e.client_id
  ),
  versions AS (
    DELETE FROM people_keptversion v USING kept k
     WHERE v.company_id = k.company_id
       AND (v.at < CASE v.of WHEN 'entry' THEN k.journals ELSE k.tracks END
            OR v.of = 'entry' AND EXISTS (SELECT FROM entries e WHERE e.company_id = v.company_id
                                              AND e.person_id = v.person_id AND e.client_id::text = v.client_id))
    RETURNING v.company_id
  ),
  told AS (
    INSERT INTO farm_bulkload (company_id, kind, source, rows)
    SELECT company_id, 'retention', 'positions beyond the days of the rules of work',
           jsonb_build_object('people_trackpoint', count(*))
      FROM points GROUP BY company_id
  )
  SELECT (SELECT count(*) FROM points) + (SELECT count(*) FROM entries) + (SELECT count(*) FROM versions)
    INTO gone;
  RETURN gone;
END $$
"""
# A time zone that PostgreSQL does not know would end the report of all companies.
KNOWN_TIME_ZONE = """
ALTER TABLE people_workrules ADD CONSTRAINT people_workrules_zone
CHECK ((timestamptz 'epoch' AT TIME ZONE time_zone) IS NOT NULL)
"""
# The planner's statistics would store the commonest values of these columns as people wrote them.
WRITTEN_COLUMNS = {"people_journalentry": ("title", "body", "tags"), "people_keptversion": ("content",)}


def change_within_reach(table: str, *, also_added: str = "false") -> migrations.RunSQL:
    """Return the policies by which everybody sees rows, and roles change those of the geographies they reach."""
    in_reach = f"{ALL_GEOGRAPHIES_SQL} OR geography_id IN (SELECT farm_geographies())"
    conditions = {"adds": f"({in_reach}) OR {also_added}", "changes": in_reach, "removes": in_reach}
    return create_policies(
        table, **{f"geography_{verb}": f"AS RESTRICTIVE FOR {WRITES[verb]} ({conditions[verb]})" for verb in WRITES}
    )


class Migration(migrations.Migration):
    dependencies = [("people", "0001_tables"), ("farm", "0002_rules")]

    operations = [
        *[operation for name in TRACKED_TABLES for operation in create_company_policy(f"people_{name}", tracked=True)],
        *[operation for name in UNTRACKED_TABLES for operation in create_company_policy(f"people_{name}")],
        *create_company_policy("people_wellbeingreport", append_only=True),
        *[create_company_key(f"people_{name}") for name in ("team", "person", "fence")],
        create_company_references("people_team", geography_id="farm_geography"),
        create_company_references(
            "people_person",
            geography_id="farm_geography",
            area_id="farm_area",
            station_id="farm_station",
            team_id="people_team",
            manager_id="people_person",
        ),
        *[create_company_references(f"people_{name}", person_id="people_person") for name in PERSON_TABLES],
        create_company_references("people_fence", area_id="farm_area", station_id="farm_station"),
        create_company_references("people_visit", person_id="people_person", fence_id="people_fence"),
        create_company_references("people_wellbeingreport", geography_id="farm_geography"),
        *[create_reach_function(name, query) for name, query in REACH_FUNCTIONS.items()],
        create_policies(
            "people_journalentry",
            privacy=f"AS RESTRICTIVE FOR SELECT USING ({READS})",
            **{f"author_{verb}": f"AS RESTRICTIVE FOR {write} ({OWN_PERSON})" for verb, write in WRITES.items()},
        ),
        *[
            create_policies(f"people_{name}", own=f"AS RESTRICTIVE USING ({OWN_PERSON})")
            for name in ("journalentryevent", "keptversion", "consent", "consentevent")
        ],
        *[
            create_reach_policy(f"people_{name}", "person_id IN (SELECT people_within())")
            for name in ("trackpoint", "journey", "journeyevent")
        ],
        *[create_geography_policy(table, "area_id", "station_id") for table in with_events("people_fence")],
        create_parent_policy("people_visit", "fence_id", "people_fence"),
        create_geography_policy("people_wellbeingreport", "geography_id"),
        change_within_reach("people_team"),
        # A login without a person adds its own person wherever it may act.
        change_within_reach("people_person", also_added=f"user_id = {USER_SQL}"),
        # The rules of work and the rates are the whole company's.
        create_whole_company_policy("people_workrules"),
        create_whole_company_policy("people_transportrate"),
        migrations.RunSQL(
            LOGIN_STAYS, ["DROP TRIGGER login_stays ON people_person", "DROP FUNCTION people_login_stays()"]
        ),
        create_function(WELLBEING, "people_write_wellbeing(date)"),
        create_function(RETAIN, "people_retain(timestamptz)"),
        migrations.RunSQL(KNOWN_TIME_ZONE, "ALTER TABLE people_workrules DROP CONSTRAINT people_workrules_zone"),
        *[
            migrations.RunSQL(
                f"ALTER TABLE {table} ALTER COLUMN {column} SET STATISTICS 0",
                f"ALTER TABLE {table} ALTER COLUMN {column} SET STATISTICS -1",
            )
            for table, columns in WRITTEN_COLUMNS.items()
            for column in columns
        ],
    ]
