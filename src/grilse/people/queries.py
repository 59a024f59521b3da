"""Where people are and were, and which sites they visited. Each function is one statement."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from json import loads
from typing import Any

from django.db import connection

from grilse.access.tenancy import ALL_GEOGRAPHIES_SQL

JOURNEY_POSITIONS_LIMIT = 500
"""Positions of a journey that are read at once; the next ones begin behind the last."""


@dataclass(frozen=True, kw_only=True, slots=True)
class TrackPosition:
    """Where a phone was."""

    id: int
    at: datetime
    latitude: float
    longitude: float
    accuracy_m: float | None
    kind: str
    reference: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class LastPosition(TrackPosition):
    """Where somebody was last."""

    person: int
    name: str


@dataclass(frozen=True, kw_only=True, slots=True)
class SiteVisitReport:
    """A site visit as a phone reported it."""

    id: int
    at: datetime
    person: int
    name: str
    latitude: float
    longitude: float
    reference: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class VisitRecord:
    """Somebody within a site's fence: entry and exit."""

    id: int
    person: int
    name: str
    fence: int
    site: str | None
    arrived_at: datetime
    left_at: datetime
    points: int


@dataclass(frozen=True, kw_only=True, slots=True)
class SiteVisitTotals:
    """How often a site was visited, by how many, for how long."""

    fence: int
    site: str | None
    visits: int
    persons: int
    minutes: float
    """Of all visits together."""
    longest_minutes: float
    last_at: datetime


def list_day_positions(person: int, day: date) -> list[TrackPosition]:
    """Return a person's positions of a day of the company, newest first; their index, no more rows."""
    return [TrackPosition(**row) for row in _read_rows(HISTORY, {"person": person, "day": day})]


def list_journey_positions(
    reference: str,
    person: int | None = None,
    before: tuple[datetime, int] | None = None,
    limit: int = JOURNEY_POSITIONS_LIMIT,
) -> list[TrackPosition]:
    """Return a journey's positions from its end, or from behind one (its time and id); its index.

    Of two people whose phones chose one name, both are told unless a person is named.
    """
    at, id = before or ("infinity", 0)
    arguments = {"reference": reference, "person": person, "at": at, "id": id, "limit": limit}
    return [TrackPosition(**row) for row in _read_rows(BREADCRUMB, arguments)]


def find_journey(id: int) -> tuple[int, str] | None:
    """Return whose a journey is and how their phone named it; None for none in reach."""
    return next(((row["person"], row["reference"]) for row in _read_rows(JOURNEY, {"id": id})), None)


def is_within_reach(person: int) -> bool:
    """Tell whether a person is somebody of whom one may know where they are."""
    return bool(_read_rows(WITHIN, {"person": person}))


def find_fence_site(id: int) -> str | None:
    """Return the site that a fence is around; None for none in reach."""
    return next((row["site"] for row in _read_rows(FENCE, {"id": id})), None)


def list_latest_positions() -> list[LastPosition]:
    """Return the last position of everybody in reach who works here; one probe of the index a person."""
    return [LastPosition(**row) for row in _read_rows(LATEST, {})]


def list_reported_visits(day: date) -> list[SiteVisitReport]:
    """Return the site visits that phones reported on a day of the company, newest first; their index."""
    return [SiteVisitReport(**row) for row in _read_rows(REPORTED, {"day": day})]


def list_visits_of_day(day: date, fence: int | None = None) -> list[VisitRecord]:
    """Return the visits that began on a day of the company, of all sites in reach or one, newest first."""
    arguments = {"since": day, "until": day, "fence": fence}
    return [VisitRecord(**row) for row in _read_rows(VISITS_OF_SITE if fence else VISITS, arguments)]


def list_visits_of_site(fence: int, since: date, until: date) -> list[VisitRecord]:
    """Return who came to a site when and left when, from one day to another, newest first; its index."""
    return [VisitRecord(**row) for row in _read_rows(VISITS_OF_SITE, {"since": since, "until": until, "fence": fence})]


def summarize_visits_by_site(since: date, until: date) -> list[SiteVisitTotals]:
    """Return the visits of each site in reach of some days, the busiest first; reads each visit."""
    return [SiteVisitTotals(**row) for row in _read_rows(PER_SITE, {"since": since, "until": until})]


@dataclass(frozen=True, kw_only=True, slots=True)
class SyncConflict:
    """What one's phone sent under an id and version that stood with other content already."""

    id: int
    of: str
    client_id: str
    version: int
    at: datetime
    """When it came."""
    content: dict[str, Any]
    stands: dict[str, Any] | None
    """What is there in its place."""


def list_conflicts() -> list[SyncConflict]:
    """Return one's own contradictions that wait for a decision, the newest first; their index."""
    return [
        SyncConflict(**{**row, "content": loads(row["content"]), "stands": loads(row["stands"] or "null")})
        for row in _read_rows(CONFLICTS, {"most": CONFLICTS_LIMIT})
    ]


def _read_rows(statement: str, arguments: Mapping[str, Any]) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, arguments)
        names = [column.name for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


CONFLICTS_LIMIT = 200
# The row policy shows them to their person alone.
CONFLICTS = """
SELECT k.id, k.of, k.client_id, k.version, k.at, k.content,
       CASE k.of
         WHEN 'point' THEN (
           SELECT to_jsonb(s) FROM (
             SELECT version, at, latitude, longitude, accuracy_m, kind, reference, device
               FROM people_trackpoint p
              WHERE p.person_id = k.person_id AND p.client_id = k.client_id::uuid) s)
         WHEN 'journey' THEN (
           SELECT to_jsonb(s) FROM (
             SELECT version, kind, mode, purpose, begun_at FROM people_journey j
              WHERE j.person_id = k.person_id AND j.reference = k.client_id) s)
         ELSE (
           SELECT to_jsonb(s) FROM (
             SELECT version, kind, at, title, body, privacy, mood, stress, energy, tags, draft,
                    deleted_at IS NOT NULL AS deleted
               FROM people_journalentry e
              WHERE e.person_id = k.person_id AND e.client_id = k.client_id::uuid) s)
       END AS stands
  FROM people_keptversion k
 WHERE k.person_id = (SELECT people_me()) AND k.settled_at IS NULL AND k.why = 'conflict'
 ORDER BY k.at DESC, k.id DESC LIMIT %(most)s
"""
# Days are those of the company, as its rules of work say.
ZONE = "(SELECT coalesce((SELECT time_zone FROM people_workrules), 'UTC'))"
SINCE = f"(SELECT %(since)s::date::timestamp AT TIME ZONE {ZONE})"
UNTIL = f"(SELECT (%(until)s::date + 1)::timestamp AT TIME ZONE {ZONE})"
OF_DAY = (
    f"at >= (SELECT %(day)s::date::timestamp AT TIME ZONE {ZONE})"
    f" AND at < (SELECT (%(day)s::date + 1)::timestamp AT TIME ZONE {ZONE})"
)
POSITION = "id, at, latitude, longitude, accuracy_m, kind, reference"
HISTORY = f"""
SELECT {POSITION} FROM people_trackpoint
 WHERE person_id = %(person)s AND {OF_DAY}
 ORDER BY at DESC, id DESC
"""
BREADCRUMB = f"""
SELECT {POSITION} FROM people_trackpoint
 WHERE reference = %(reference)s AND (at, id) < (%(at)s::timestamptz, %(id)s::bigint)
   AND (%(person)s::bigint IS NULL OR person_id = %(person)s::bigint)
 ORDER BY at DESC, id DESC LIMIT %(limit)s
"""
JOURNEY = "SELECT person_id AS person, reference FROM people_journey WHERE id = %(id)s"
REACH_CONDITION = f"({ALL_GEOGRAPHIES_SQL} OR p.id IN (SELECT people_within()))"
WITHIN = f"SELECT FROM people_person p WHERE id = %(person)s AND {REACH_CONDITION}"
# The positions of somebody out of reach would all be read to show none of them.
LATEST = f"""
SELECT p.id AS person, p.name, t.*
  FROM people_person p CROSS JOIN LATERAL (
    SELECT {POSITION} FROM people_trackpoint WHERE person_id = p.id ORDER BY at DESC, id DESC LIMIT 1
  ) t
 WHERE p.active AND {REACH_CONDITION}
"""
NAME = "(SELECT name FROM people_person WHERE id = {}.person_id)"
SITE = (
    "(SELECT coalesce((SELECT name FROM farm_area WHERE id = f.area_id),"
    " (SELECT name FROM farm_station WHERE id = f.station_id)) FROM people_fence f WHERE f.id = {}.fence_id)"
)
FENCE = f"SELECT {SITE.format('asked')} AS site FROM (SELECT %(id)s::bigint AS fence_id) asked"
REPORTED = f"""
SELECT id, at, person_id AS person, {NAME.format("t")} AS name, latitude, longitude, reference
  FROM people_trackpoint t
 WHERE kind = 'site visit' AND {OF_DAY}
 ORDER BY at DESC, id DESC
"""
STAYS = f"""
SELECT id, person_id AS person, {NAME.format("v")} AS name, fence_id AS fence, {SITE.format("v")} AS site,
       arrived_at, left_at, points
  FROM people_visit v
 WHERE arrived_at >= {SINCE} AND arrived_at < {UNTIL}
"""
NEWEST_FIRST = " ORDER BY arrived_at DESC, id DESC"
VISITS = STAYS + NEWEST_FIRST
VISITS_OF_SITE = f"{STAYS} AND fence_id = %(fence)s {NEWEST_FIRST}"
PER_SITE = f"""
SELECT fence_id AS fence, {SITE.format("v")} AS site, count(*) AS visits,
       count(DISTINCT person_id) AS persons,
       (sum(extract(epoch FROM left_at - arrived_at)) / 60)::float8 AS minutes,
       (max(extract(epoch FROM left_at - arrived_at)) / 60)::float8 AS longest_minutes,
       max(left_at) AS last_at
  FROM people_visit v
 WHERE arrived_at >= {SINCE} AND arrived_at < {UNTIL}
 GROUP BY fence_id
 ORDER BY visits DESC, fence_id
"""
