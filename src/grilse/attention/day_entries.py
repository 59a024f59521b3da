"""What was entered for a day: by site and kind, with sums, and who entered it. One statement."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.db import models

from grilse.listing.sql import fetch_rows
from grilse.stock.ledger import NOT_REPLACED


class EntryKind(models.TextChoices):
    """What was entered."""

    STOCKING = "STOCKING"
    MORTALITY = "MORTALITY"
    CULL = "CULL"
    ESCAPE = "ESCAPE"
    TRANSFER_OUT = "TRANSFER_OUT"
    TRANSFER_IN = "TRANSFER_IN"
    HARVEST = "HARVEST"
    SALE = "SALE"
    COUNT_CORRECTION = "COUNT_CORRECTION"
    FISH_COUNT = "fish count"
    MEAL = "meal"
    DELIVERY = "delivery"
    LICE_COUNT = "lice count"
    WEIGHT_SAMPLE = "weight sample"
    HEALTH_SAMPLE = "health sample"
    TREATMENT = "treatment"
    TICKET = "ticket"
    FINDING_BEGUN = "finding begun"
    FINDING_ENDED = "finding ended"


@dataclass(frozen=True, kw_only=True, slots=True)
class SiteEntries:
    """The entries of one kind of a day at a site."""

    geography: str | None
    site: str | None
    """None is the company, or a place that was not named."""
    area: int | None
    station: int | None
    kind: str
    entries: int
    amount: float | None
    """Fish; kg of feed; of lice counts the adult females per fish; None of entries without one."""
    kilograms: float | None
    """Of harvested and sold fish."""
    persons: Sequence[str]
    """Who entered them; nobody is known of imported and generated records."""


def list_day_entries(
    day: date, *, geography: int | None = None, area: int | None = None, station: int | None = None
) -> list[SiteEntries]:
    """Return what was entered for a day at the sites of a place, by geography, site and kind."""
    midnight = datetime.combine(day, time.min, UTC)
    near = {"since": midnight - timedelta(days=1), "until": midnight + timedelta(days=2)}
    arguments = {"day": day, **near, "geography": geography, "area": area, "station": station}
    return [SiteEntries(**row) for row in fetch_rows(DAY_ENTRIES, arguments)]


# Of each entry: its kind, place, time where only that says its day, amount and what that is divided by, kg, and the
# login or person.
COLUMNS = "kind, container, area, hall, station, at, amount, per, kilograms, login, person"


def _build_entries(
    kind: EntryKind,
    table: str,
    condition: str,
    *,
    place: str = "(SELECT container_id FROM stock_placement p WHERE p.id = r.placement_id), NULL, NULL, NULL",
    at: str = "NULL::timestamptz",
    amount: str = "NULL",
    per: str = "NULL",
    who: str = "",
) -> str:
    """Return the SQL of the entries of a table; who added a row without an author is in the history of the table."""
    added_by = f"""(SELECT (e.pgh_context->>'user')::bigint FROM {table}event e
                     WHERE e.pgh_obj_id = r.id AND e.pgh_label = 'added' LIMIT 1), NULL"""
    return f"""SELECT '{kind.value}', {place}, {at}, {amount}::float8, {per}::float8, NULL::float8, {who or added_by}
    FROM {table} r WHERE {condition}"""


MOVEMENTS = f"""
  SELECT CASE WHEN m.kind <> 'TRANSFER' THEN m.kind WHEN side.is_source THEN 'TRANSFER_OUT' ELSE 'TRANSFER_IN' END,
         p.container_id, NULL::bigint, NULL::bigint, NULL::bigint, NULL::timestamptz, m.count::float8, NULL::float8,
         CASE WHEN m.kind IN ('HARVEST', 'SALE') THEN m.count * m.mean_weight_g / 1000 END, m.author_id, NULL::bigint
    FROM stock_movement m
   CROSS JOIN LATERAL (VALUES (m.source_id, true), (m.target_id, false)) AS side (placement, is_source)
    JOIN stock_placement p ON p.id = side.placement
   WHERE m.date = %(day)s AND m.count > 0 AND {NOT_REPLACED.format("m")}"""
# The day of a time is that of its geography, which is at most a day from the day of UTC.
IS_NEAR = "r.{0} >= %(since)s AND r.{0} < %(until)s"
FINDING_PLACE = "NULL, r.area_id, r.hall_id, NULL"
ENTRIES = (
    MOVEMENTS,
    _build_entries(EntryKind.FISH_COUNT, "stock_fishcount", "r.date = %(day)s", amount="r.count"),
    _build_entries(EntryKind.MEAL, "feeding_meal", IS_NEAR.format("at"), at="r.at", amount="r.grams / 1000.0"),
    _build_entries(
        EntryKind.DELIVERY,
        "feeding_feedlot",
        "r.delivered = %(day)s AND r.counted_at IS NULL",
        place="NULL, (SELECT area_id FROM farm_feedstore s WHERE s.id = r.store_id),"
        " (SELECT hall_id FROM farm_feedstore s WHERE s.id = r.store_id), NULL",
        amount="r.grams / 1000.0",
    ),
    _build_entries(
        EntryKind.LICE_COUNT, "health_licecount", "r.date = %(day)s", amount="r.adult_female", per="r.fish_counted"
    ),
    _build_entries(EntryKind.WEIGHT_SAMPLE, "stock_weightsample", "r.date = %(day)s", amount="r.fish_weighed"),
    _build_entries(EntryKind.HEALTH_SAMPLE, "health_healthsample", "r.date = %(day)s", amount="r.fish"),
    _build_entries(EntryKind.TREATMENT, "health_treatment", "r.start = %(day)s"),
    _build_entries(
        EntryKind.TICKET,
        "helpdesk_ticket",
        IS_NEAR.format("opened_at"),
        place="r.container_id, r.area_id, NULL, r.station_id",
        at="r.opened_at",
        who="NULL, r.reporter_id",
    ),
    _build_entries(
        EntryKind.FINDING_BEGUN, "attention_finding", "r.begun_on = %(day)s", place=FINDING_PLACE, who="NULL, NULL"
    ),
    _build_entries(
        EntryKind.FINDING_ENDED, "attention_finding", "r.ended_on = %(day)s", place=FINDING_PLACE, who="NULL, NULL"
    ),
)
DAY_ENTRIES = f"""
WITH entries ({COLUMNS}) AS MATERIALIZED (
  {" UNION ALL ".join(ENTRIES)}
)
SELECT g.name AS geography, coalesce(a.name, t.name) AS site, a.id AS area, t.id AS station, e.kind,
       count(*) AS entries, CASE WHEN sum(e.per) > 0 THEN sum(e.amount) / sum(e.per) ELSE sum(e.amount) END AS amount,
       sum(e.kilograms) AS kilograms, coalesce(array_agg(DISTINCT who.name ORDER BY who.name)
                                               FILTER (WHERE who.name IS NOT NULL), '{{}}') AS persons
  FROM entries e
  LEFT JOIN farm_container c ON c.id = e.container
  LEFT JOIN farm_hall h ON h.id = coalesce(c.hall_id, e.hall)
  LEFT JOIN farm_station t ON t.id = coalesce(h.station_id, e.station)
  LEFT JOIN farm_area a ON a.id = coalesce(c.area_id, e.area)
  LEFT JOIN farm_geography g ON g.id = coalesce(t.geography_id, a.geography_id)
  LEFT JOIN people_person who ON who.id = e.person OR who.user_id = e.login
 WHERE (e.at IS NULL OR (e.at AT TIME ZONE coalesce(g.time_zone, 'UTC'))::date = %(day)s)
   AND (%(geography)s::bigint IS NULL OR g.id = %(geography)s)
   AND (%(area)s::bigint IS NULL OR a.id = %(area)s) AND (%(station)s::bigint IS NULL OR t.id = %(station)s)
 GROUP BY 1, 2, 3, 4, 5 ORDER BY 1 NULLS LAST, 2 NULLS LAST, 5
"""
