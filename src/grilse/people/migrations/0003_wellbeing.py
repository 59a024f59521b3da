"""What is done for all companies at once: the wellbeing report, and the end of what is kept for some days only."""

from django.db import migrations

from grilse.access.reach import ALL_GEOGRAPHIES_SQL

COHORT = 5
"""Persons who hide each other; fewer are told nothing of."""

# Of a company there are places: -1 is all of it, 0 its persons of no geography, who have no report of their own.
# What is left of the whole when all that is told is taken away is a cohort too, or nothing is left of it: else the
# smallest that would be told is withheld as well, of the row as of each figure. Entries in all would give away the
# kind that is not told, so they are told only beside all kinds.
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
# The audit keeps who wrote an entry and when it went, never what it said; of positions how many went.
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
# One company's word that is no zone would end the report of all.
ZONE = "ALTER TABLE people_workrules ADD CONSTRAINT people_workrules_zone CHECK ({})".format(
    "(timestamptz 'epoch' AT TIME ZONE time_zone) IS NOT NULL"
)
# The planner's statistics hold the commonest values of a column, as they are written.
WRITTEN = {"people_journalentry": ("title", "body", "tags"), "people_keptversion": ("content",)}


class Migration(migrations.Migration):
    dependencies = [("people", "0002_rules")]

    operations = [
        migrations.RunSQL(WELLBEING, "DROP FUNCTION people_write_wellbeing(date)"),
        migrations.RunSQL(RETAIN, "DROP FUNCTION people_retain(timestamptz)"),
        migrations.RunSQL(ZONE, "ALTER TABLE people_workrules DROP CONSTRAINT people_workrules_zone"),
        *[
            migrations.RunSQL(
                f"ALTER TABLE {table} ALTER COLUMN {column} SET STATISTICS 0",
                f"ALTER TABLE {table} ALTER COLUMN {column} SET STATISTICS -1",
            )
            for table, columns in WRITTEN.items()
            for column in columns
        ],
        # The rules end what all people of the company wrote: no role of one geography settles them.
        migrations.RunSQL(
            [
                f"CREATE POLICY whole_adds ON people_workrules AS RESTRICTIVE FOR INSERT WITH CHECK ({ALL_GEOGRAPHIES_SQL})",
                f"CREATE POLICY whole_changes ON people_workrules AS RESTRICTIVE FOR UPDATE USING ({ALL_GEOGRAPHIES_SQL})",
                f"CREATE POLICY whole_removes ON people_workrules AS RESTRICTIVE FOR DELETE USING ({ALL_GEOGRAPHIES_SQL})",
            ],
            [f"DROP POLICY {name} ON people_workrules" for name in ("whole_adds", "whole_changes", "whole_removes")],
        ),
    ]
