"""What happened at a site, day by day: entries of one kind and author on one day are one line."""

from dataclasses import dataclass
from datetime import date, timedelta

from grilse.listing.sql import fetch_rows
from grilse.stock.ledger import NOT_REPLACED
from grilse.stock.queries import SITE_JOINS

PAGE_DAYS = 14
"""Days of a page."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SiteEvent:
    """Entries of one kind on one day."""

    date: date
    kind: str
    """The kind of a movement (ARRIVAL for fish from another site), SAMPLE, LICE, TREATMENT, DELIVERY and so on."""
    text: str
    """Method, feed or container; empty where the kind says everything."""
    number: str
    """The batch, if all entries are of one."""
    containers: int
    container_id: int | None
    """The container, if all entries are of one."""
    container: str
    count: float
    """Fish, or kg of feed."""
    value: float | None
    """Mean weight in g, or adult females per fish."""
    author: str
    """Empty if no login entered it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SiteEventPage:
    """The events of some days, the last first."""

    first: date
    last: date
    events: list[SiteEvent]
    earlier: date | None
    """The last day before them with an event; None without any."""


def list_site_events(
    until: date, *, area: int | None = None, station: int | None = None, container: int | None = None
) -> SiteEventPage:
    """Return what was entered for two weeks up to a day at a sea area, a station or a container; two statements."""
    place = {"area": area, "station": station, "container": container}
    first = until - timedelta(days=PAGE_DAYS - 1)
    [earlier] = fetch_rows(EARLIER, {**place, "first": first})
    rows = fetch_rows(EVENTS, {**place, "first": first, "last": until})
    return SiteEventPage(first=first, last=until, events=[SiteEvent(**row) for row in rows], earlier=earlier["day"])


OF_PLACE = """(c.area_id = %(area)s OR h.station_id = %(station)s OR c.id = %(container)s)"""
PLACED = f"""
placed AS MATERIALIZED (
  SELECT p.id, p.batch_id, p.container_id
    FROM farm_container c
    {SITE_JOINS}
    JOIN stock_placement p ON p.container_id = c.id
     AND p.start <= %(last)s AND coalesce(p.stop, 'infinity') >= %(first)s
   WHERE {OF_PLACE}
)"""


def _build_author(table: str) -> str:
    """Return the SQL of the login that added a row `e`."""
    return (
        f"(SELECT (v.pgh_context->>'user')::bigint FROM {table}event v"
        " WHERE v.pgh_obj_id = e.id AND v.pgh_label = 'added' LIMIT 1)"
    )


def _build_records(kind: str, table: str, *, day: str = "date", text: str = "''", count: str, value: str) -> str:
    """Return the SQL of the rows of a table that refer to placements."""
    return f"""
  SELECT e.{day} AS date, '{kind}' AS kind, {text} AS text, placed.batch_id, placed.container_id,
         {count}::float8 AS count, {value}::float8 AS value, {_build_author(table)} AS author
    FROM placed JOIN {table} e ON e.placement_id = placed.id AND e.{day} BETWEEN %(first)s AND %(last)s"""


# A transfer within the place is read from its target only, so it counts once.
EVENTS = f"""
WITH {PLACED},
entries AS (
  SELECT m.date, CASE WHEN m.kind = 'TRANSFER' AND m.source_id NOT IN (SELECT id FROM placed) THEN 'ARRIVAL'
                      ELSE m.kind END AS kind,
         CASE WHEN m.replaces_id IS NULL THEN '' ELSE 'corrected' END AS text, placed.batch_id, placed.container_id,
         m.count::float8 AS count, m.mean_weight_g::float8 AS value, m.author_id::bigint AS author
    FROM placed JOIN stock_movement m ON m.target_id = placed.id
   WHERE m.date BETWEEN %(first)s AND %(last)s AND m.count > 0 AND {NOT_REPLACED.format("m")}
  UNION ALL
  SELECT m.date, CASE m.kind WHEN 'TRANSFER' THEN 'DEPARTURE' ELSE m.kind END,
         CASE WHEN m.replaces_id IS NULL THEN '' ELSE 'corrected' END, placed.batch_id, placed.container_id,
         m.count, m.mean_weight_g, m.author_id
    FROM placed JOIN stock_movement m ON m.source_id = placed.id
   WHERE m.date BETWEEN %(first)s AND %(last)s AND m.count > 0 AND {NOT_REPLACED.format("m")}
     AND (m.target_id IS NULL OR m.target_id NOT IN (SELECT id FROM placed))
  UNION ALL {
    _build_records(
        "SAMPLE", "stock_weightsample", text="lower(e.method)", count="e.fish_weighed", value="e.mean_weight_g"
    )
}
  UNION ALL {
    _build_records("LICE", "health_licecount", count="e.fish_counted", value="e.adult_female::float8 / e.fish_counted")
}
  UNION ALL {
    _build_records(
        "TREATMENT", "health_treatment", day="start", text="e.kind || ', ' || e.method", count="0", value="NULL"
    )
}
  UNION ALL {_build_records("HEALTH", "health_healthsample", count="e.fish", value="NULL")}
  UNION ALL {_build_records("COUNT", "stock_fishcount", text="e.method", count="e.count", value="NULL")}
  UNION ALL
  SELECT e.delivered, 'DELIVERY', f.name || ', ' || s.name, NULL, NULL, e.grams / 1000.0, NULL,
         {_build_author("feeding_feedlot")}
    FROM farm_feedstore s
    LEFT JOIN farm_hall h ON h.id = s.hall_id
    JOIN feeding_feedlot e ON e.store_id = s.id AND e.delivered BETWEEN %(first)s AND %(last)s
     AND e.counted_at IS NULL
    JOIN feeding_feed f ON f.id = e.feed_id
   WHERE s.area_id = %(area)s OR h.station_id = %(station)s
),
days AS (
  SELECT date, kind, text, author, min(batch_id) AS first_batch, max(batch_id) AS last_batch,
         count(DISTINCT container_id) AS containers, min(container_id) AS container_id, sum(count) AS count,
         coalesce(sum(count * value) / nullif(sum(count) FILTER (WHERE value IS NOT NULL), 0), avg(value)) AS value
    FROM entries GROUP BY date, kind, text, author
)
SELECT d.date, d.kind, d.text, coalesce(b.number, '') AS number, d.containers,
       CASE WHEN d.containers = 1 THEN d.container_id END AS container_id,
       CASE WHEN d.containers = 1 THEN c.name ELSE '' END AS container, d.count, d.value,
       coalesce(u.username, '') AS author
  FROM days d
  LEFT JOIN stock_batch b ON b.id = d.first_batch AND d.first_batch = d.last_batch
  LEFT JOIN farm_container c ON c.id = d.container_id
  LEFT JOIN auth_user u ON u.id = d.author
 ORDER BY d.date DESC, d.kind, d.text, author
"""
# The last day of each kind of record, from the end of an index of each placement and store.
EARLIER = f"""
SELECT greatest(
  (SELECT max(last.date)
     FROM farm_container c
     {SITE_JOINS}
     JOIN stock_placement p ON p.container_id = c.id AND p.start < %(first)s
    CROSS JOIN LATERAL (
      SELECT greatest(
        (SELECT max(date) FROM stock_movement WHERE source_id = p.id AND date < %(first)s),
        (SELECT max(date) FROM stock_movement WHERE target_id = p.id AND date < %(first)s),
        (SELECT max(date) FROM stock_weightsample
          WHERE company_id = p.company_id AND placement_id = p.id AND date < %(first)s),
        (SELECT max(date) FROM health_licecount
          WHERE company_id = p.company_id AND placement_id = p.id AND date < %(first)s),
        (SELECT max(start) FROM health_treatment
          WHERE company_id = p.company_id AND placement_id = p.id AND start < %(first)s),
        (SELECT max(date) FROM health_healthsample
          WHERE company_id = p.company_id AND placement_id = p.id AND date < %(first)s),
        (SELECT max(date) FROM stock_fishcount
          WHERE company_id = p.company_id AND placement_id = p.id AND date < %(first)s)
      ) AS date
    ) last
    WHERE {OF_PLACE}),
  (SELECT max(last.date)
     FROM farm_feedstore s
     LEFT JOIN farm_hall h ON h.id = s.hall_id
    CROSS JOIN LATERAL (
      SELECT max(delivered) AS date FROM feeding_feedlot WHERE store_id = s.id AND delivered < %(first)s
    ) last
    WHERE s.area_id = %(area)s OR h.station_id = %(station)s)
) AS day
"""
