"""Daily summaries of readings: written for days that are over, and announced to the batches they concern."""

from collections.abc import Iterable
from datetime import UTC, date, datetime

from grilse.errors import GrilseError
from grilse.farm.models import Container
from grilse.farm.time_zones import build_before_sql, build_day_sql, build_since_sql, build_zone_joins
from grilse.stock import changes
from grilse.stock.changes import get_psycopg_connection
from grilse.stock.models import Placement

# Sums of float4 values in float8 are exact here, so the mean does not depend on the order of readings.
SUMMARY = """
SELECT r.company_id, r.container_id, (r.at AT TIME ZONE z.time_zone)::date AS date,
       avg(temperature_c)::real AS temperature_mean, min(temperature_c) AS temperature_min,
       max(temperature_c) AS temperature_max, count(temperature_c)::smallint AS temperature_n,
       avg(oxygen_pct)::real AS oxygen_mean, min(oxygen_pct) AS oxygen_min,
       max(oxygen_pct) AS oxygen_max, count(oxygen_pct)::smallint AS oxygen_n
  FROM environment_reading r
"""
OF_ZONE = f"JOIN farm_container c ON c.id = r.container_id {build_zone_joins('c')}"
COLUMNS = (
    "temperature_mean",
    "temperature_min",
    "temperature_max",
    "temperature_n",
    "oxygen_mean",
    "oxygen_min",
    "oxygen_max",
    "oxygen_n",
)
LISTED = f"company_id, container_id, date, {', '.join(COLUMNS)}"


def get_now() -> datetime:
    """Return the time at which days are over or not."""
    return datetime.now(UTC)


def summarize_days(containers: list[int], changed: Iterable[tuple[int, date]]) -> None:
    """Summarize the changed days of containers and those that ended since their last summary; two statements.

    Only days that are over where the container is have a summary, so that no estimate uses half a day: today's
    readings wait for the first reading of a later day.
    """
    rows = sorted(changed)
    parameters = {
        "containers": containers,
        "container": [container for container, _ in rows],
        "day": [day for _, day in rows],
        "now": get_now(),
    }
    connection = get_psycopg_connection()
    warmer = [row for row in connection.execute(SUMMARIZE_DAYS.encode(), parameters) if row[2]]
    if not warmer:
        return
    warmer_days = {"container": [row[0] for row in warmer], "day": [row[1] for row in warmer]}
    for placement, day in connection.execute(PLACEMENTS_ON_DAYS, warmer_days):
        changes.announce_change([placement], day)


def rebuild_summaries(containers: list[int]) -> None:
    """Summarize all days of containers again, after their time zone changed; estimates follow. Six statements."""
    starts = dict(Placement.objects.filter(container__in=containers).values_list("pk", "start"))
    connection = get_psycopg_connection()
    with changes.edit_placements(starts):
        lock_containers(containers)
        connection.execute(DELETE_SUMMARIES, {"containers": containers})
        connection.execute(REBUILD_SUMMARIES.encode(), {"containers": containers, "now": get_now()})
        for placement, start in starts.items():
            changes.announce_change([placement], start)


def lock_containers(containers: list[int]) -> None:
    """Lock containers, so that one request at a time changes their readings and daily summaries."""
    there = Container.objects.select_for_update(no_key=True).filter(pk__in=containers).order_by("pk")
    for missing in sorted(set(containers) - {container.pk for container in there}):
        raise GrilseError(f"there is no container {missing}")


DELETE_SUMMARIES = "DELETE FROM environment_dailyenvironment WHERE container_id = ANY(%(containers)s)"
REBUILD_SUMMARIES = f"""
INSERT INTO environment_dailyenvironment ({LISTED}) {SUMMARY} {OF_ZONE}
 WHERE r.container_id = ANY(%(containers)s)
   AND {build_day_sql("r.at")} < {build_day_sql("%(now)s::timestamptz")}
 GROUP BY 1, 2, 3
"""
NAMES = ", ".join(f"s.{name}" for name in COLUMNS)
OLD = ", ".join(f"d.{name}" for name in COLUMNS)
SET = ", ".join(f"{name} = EXCLUDED.{name}" for name in COLUMNS)
# Returns each day whose summary changed, and whether its temperature did: nothing else changes an estimate.
# The last summary is looked up once per container, not per reading; each join is limited to the containers,
# otherwise PostgreSQL reads all summaries of the company.
SUMMARIZE_DAYS = f"""
WITH open AS MATERIALIZED (
  SELECT c.id AS container_id, z.time_zone, (%(now)s::timestamptz AT TIME ZONE z.time_zone)::date AS today,
         (SELECT max(d.date) FROM environment_dailyenvironment d WHERE d.container_id = c.id) AS last
    FROM farm_container c {build_zone_joins("c")} WHERE c.id = ANY(%(containers)s)
),
days AS (
  SELECT open.container_id, g.day, open.time_zone
    FROM unnest(%(container)s::bigint[], %(day)s::date[]) AS g (container_id, day) JOIN open USING (container_id)
   WHERE g.day < open.today
   UNION
  SELECT r.container_id, {build_day_sql("r.at", "open.time_zone")}, open.time_zone
    FROM open JOIN environment_reading r ON r.container_id = open.container_id
     AND {build_since_sql("r.at", "coalesce(open.last, '-infinity')", "open.time_zone")}
     AND {build_before_sql("r.at", "open.today", "open.time_zone")}
),
fresh AS (
  SELECT s.* FROM days z CROSS JOIN LATERAL (
    {SUMMARY}
     WHERE r.container_id = z.container_id AND {build_since_sql("r.at", "z.day")}
       AND {build_before_sql("r.at", "z.day + 1")}
     GROUP BY 1, 2, 3
  ) s
),
written AS (
  INSERT INTO environment_dailyenvironment ({LISTED})
  SELECT s.company_id, s.container_id, s.date, {NAMES}
    FROM fresh s LEFT JOIN environment_dailyenvironment d
      ON d.container_id = s.container_id AND d.date = s.date AND d.container_id = ANY(%(containers)s)
   WHERE d.container_id IS NULL OR ROW({NAMES}) IS DISTINCT FROM ROW({OLD})
      ON CONFLICT (container_id, date) DO UPDATE SET {SET}
),
gone AS (
  DELETE FROM environment_dailyenvironment d USING days
   WHERE d.container_id = days.container_id AND d.date = days.day
     AND NOT EXISTS (SELECT FROM fresh WHERE fresh.container_id = d.container_id AND fresh.date = d.date)
)
SELECT days.container_id, days.day, s.temperature_mean IS DISTINCT FROM d.temperature_mean
  FROM days
  LEFT JOIN fresh s ON s.container_id = days.container_id AND s.date = days.day
  LEFT JOIN environment_dailyenvironment d
    ON d.container_id = days.container_id AND d.date = days.day AND d.container_id = ANY(%(containers)s)
"""
PLACEMENTS_ON_DAYS = """
SELECT p.id, min(g.day) FROM unnest(%(container)s::bigint[], %(day)s::date[]) AS g (container, day)
  JOIN stock_placement p ON p.container_id = g.container
   AND p.start <= g.day AND g.day < coalesce(p.stop, 'infinity')
 GROUP BY p.id
"""
