"""Where people are and were, and which sites they visited. Each function is one statement."""

from dataclasses import dataclass
from datetime import date, datetime
from json import loads
from typing import Any

from grilse.access.tenancy import ALL_GEOGRAPHIES_SQL
from grilse.listing.sql import fetch_rows

JOURNEY_POSITIONS_LIMIT = 500
"""Positions of a page of a journey."""


@dataclass(frozen=True, kw_only=True, slots=True)
class TrackPosition:
    """A position of a phone."""

    id: int
    at: datetime
    latitude: float
    longitude: float
    accuracy_m: float | None
    kind: str
    reference: str | None
    fault: str | None
    """Why the phone cannot have been there: no fix, swapped, sign lost or too fast; None where it can."""


@dataclass(frozen=True, kw_only=True, slots=True)
class LastPosition(TrackPosition):
    """The last plausible position of a person."""

    person: int
    name: str


@dataclass(frozen=True, kw_only=True, slots=True)
class SiteVisitReport:
    """A site visit that a phone reported."""

    id: int
    at: datetime
    person: int
    name: str
    latitude: float
    longitude: float
    reference: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class VisitRecord:
    """A stay of a person within a site's fence: entry and exit."""

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
    return [TrackPosition(**row) for row in fetch_rows(HISTORY, {"person": person, "day": day})]


def list_journey_positions(
    reference: str,
    person: int | None = None,
    before: tuple[datetime, int] | None = None,
    limit: int = JOURNEY_POSITIONS_LIMIT,
) -> list[TrackPosition]:
    """Return a journey's positions from its end, or those before one (its time and id); its index.

    Of two people whose phones chose the same reference, both are returned unless a person is given.
    """
    at, id = before or ("infinity", 0)
    arguments = {"reference": reference, "person": person, "at": at, "id": id, "limit": limit}
    return [TrackPosition(**row) for row in fetch_rows(BREADCRUMB, arguments)]


def find_journey(id: int) -> tuple[int, str] | None:
    """Return the person and the reference of a journey; None where it is out of reach."""
    return next(((row["person"], row["reference"]) for row in fetch_rows(JOURNEY, {"id": id})), None)


def is_within_reach(person: int) -> bool:
    """Tell whether the role may see where a person is."""
    return bool(fetch_rows(WITHIN, {"person": person}))


def find_fence_site(id: int) -> str | None:
    """Return the site of a fence; None where it is out of reach."""
    return next((row["site"] for row in fetch_rows(FENCE, {"id": id})), None)


def list_latest_positions() -> list[LastPosition]:
    """Return the last plausible position of everybody in reach who works here; one probe of the index a person."""
    return [LastPosition(**row) for row in fetch_rows(LATEST)]


def list_reported_visits(day: date) -> list[SiteVisitReport]:
    """Return the site visits that phones reported on a day of the company, newest first; their index."""
    return [SiteVisitReport(**row) for row in fetch_rows(REPORTED, {"day": day})]


def list_visits_of_day(day: date, fence: int | None = None) -> list[VisitRecord]:
    """Return the visits that began on a day of the company, of all sites in reach or one, newest first."""
    return list_visits_of_site(fence, day, day)


def list_visits_of_site(fence: int | None, since: date, until: date) -> list[VisitRecord]:
    """Return the visits of a site, or of all in reach, from one day to another, newest first; its index."""
    arguments = {"since": since, "until": until, "fence": fence}
    return [VisitRecord(**row) for row in fetch_rows(VISITS_OF_SITE if fence else VISITS, arguments)]


def list_last_visits(limit: int, *, area: int | None = None, station: int | None = None) -> list[VisitRecord]:
    """Return the last visits of a sea area or a station, newest first; its index."""
    arguments = {"area": area, "station": station, "limit": limit}
    return [VisitRecord(**row) for row in fetch_rows(LAST_VISITS, arguments)]


def summarize_visits_by_site(since: date, until: date) -> list[SiteVisitTotals]:
    """Return the visits of each site in reach of some days, the busiest first; reads each visit."""
    return [SiteVisitTotals(**row) for row in fetch_rows(PER_SITE, {"since": since, "until": until})]


@dataclass(frozen=True, kw_only=True, slots=True)
class SyncConflict:
    """A version that one's phone sent, stored already with other content."""

    id: int
    of: str
    client_id: str
    version: int
    at: datetime
    """When it was received."""
    content: dict[str, Any]
    stands: dict[str, Any] | None
    """The current content."""


def list_conflicts() -> list[SyncConflict]:
    """Return the current person's unsettled conflicts, newest first."""
    return [
        SyncConflict(**{**row, "content": loads(row["content"]), "stands": loads(row["stands"] or "null")})
        for row in fetch_rows(CONFLICTS, {"most": CONFLICTS_LIMIT})
    ]


CONFLICTS_LIMIT = 200
# The row policy shows them only to their person.
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
# Days are those of the company's time zone.
ZONE = "(SELECT coalesce((SELECT time_zone FROM people_workrules), 'UTC'))"
SINCE = f"(SELECT %(since)s::date::timestamp AT TIME ZONE {ZONE})"
UNTIL = f"(SELECT (%(until)s::date + 1)::timestamp AT TIME ZONE {ZONE})"
OF_DAY = (
    f"at >= (SELECT %(day)s::date::timestamp AT TIME ZONE {ZONE})"
    f" AND at < (SELECT (%(day)s::date + 1)::timestamp AT TIME ZONE {ZONE})"
)
POSITION = "id, at, latitude, longitude, accuracy_m, kind, reference, fault"
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
# Without this condition all positions of a person out of reach would be read to show none.
LATEST = f"""
SELECT p.id AS person, p.name, t.*
  FROM people_person p CROSS JOIN LATERAL (
    SELECT {POSITION} FROM people_trackpoint WHERE person_id = p.id AND fault IS NULL
     ORDER BY at DESC, id DESC LIMIT 1
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
LAST_VISITS = f"""
SELECT v.id, v.person_id AS person, {NAME.format("v")} AS name, v.fence_id AS fence, {SITE.format("v")} AS site,
       v.arrived_at, v.left_at, v.points
  FROM people_fence f
 CROSS JOIN LATERAL (
   SELECT * FROM people_visit WHERE company_id = f.company_id AND fence_id = f.id
    ORDER BY arrived_at DESC, id DESC LIMIT %(limit)s
 ) v
 WHERE f.area_id = %(area)s OR f.station_id = %(station)s
 ORDER BY v.arrived_at DESC, v.id DESC LIMIT %(limit)s
"""
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
