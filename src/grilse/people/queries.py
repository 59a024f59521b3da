"""Where people are and were, and which sites they visited. Each function is one statement."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from json import loads
from typing import Any

from django.db import connection

from grilse.farm.reach import EVERYWHERE

CRUMBS = 500
"""Positions of a journey that are read at once; the next ones begin behind the last."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Position:
    """Where a phone was."""

    id: int
    at: datetime
    latitude: float
    longitude: float
    accuracy_m: float | None
    kind: str
    reference: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Latest(Position):
    """Where somebody was last."""

    person: int
    name: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Reported:
    """A site visit as a phone reported it."""

    id: int
    at: datetime
    person: int
    name: str
    latitude: float
    longitude: float
    reference: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Stay:
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
class SiteVisits:
    """How often a site was visited, by how many, for how long."""

    fence: int
    site: str | None
    visits: int
    persons: int
    minutes: float
    """Of all visits together."""
    longest_minutes: float
    last_at: datetime


def history(person: int, day: date) -> list[Position]:
    """Return a person's positions of a day of the company, newest first; their index, no more rows."""
    return [Position(**row) for row in _rows(HISTORY, {"person": person, "day": day})]


def breadcrumb(
    reference: str,
    person: int | None = None,
    before: tuple[datetime, int] | None = None,
    limit: int = CRUMBS,
) -> list[Position]:
    """Return a journey's positions from its end, or from behind one (its time and id); its index.

    Of two people whose phones chose one name, both are told unless a person is named.
    """
    at, id = before or ("infinity", 0)
    asked = {"reference": reference, "person": person, "at": at, "id": id, "limit": limit}
    return [Position(**row) for row in _rows(BREADCRUMB, asked)]


def journey(id: int) -> tuple[int, str] | None:
    """Return whose a journey is and how their phone named it; None for none in reach."""
    return next(((row["person"], row["reference"]) for row in _rows(JOURNEY, {"id": id})), None)


def within_reach(person: int) -> bool:
    """Tell whether a person is somebody of whom one may know where they are."""
    return bool(_rows(WITHIN, {"person": person}))


def fence(id: int) -> str | None:
    """Return the site that a fence is around; None for none in reach."""
    return next((row["site"] for row in _rows(FENCE, {"id": id})), None)


def latest_positions() -> list[Latest]:
    """Return the last position of everybody in reach who works here; one probe of the index a person."""
    return [Latest(**row) for row in _rows(LATEST, {})]


def reported_visits(day: date) -> list[Reported]:
    """Return the site visits that phones reported on a day of the company, newest first; their index."""
    return [Reported(**row) for row in _rows(REPORTED, {"day": day})]


def visits_of_day(day: date, fence: int | None = None) -> list[Stay]:
    """Return the visits that began on a day of the company, of all sites in reach or one, newest first."""
    given = {"since": day, "until": day, "fence": fence}
    return [Stay(**row) for row in _rows(VISITS_OF_SITE if fence else VISITS, given)]


def entries_and_exits(fence: int, since: date, until: date) -> list[Stay]:
    """Return who came to a site when and left when, from one day to another, newest first; its index."""
    return [Stay(**row) for row in _rows(VISITS_OF_SITE, {"since": since, "until": until, "fence": fence})]


def visits_per_site(since: date, until: date) -> list[SiteVisits]:
    """Return the visits of each site in reach of some days, the busiest first; reads each visit."""
    return [SiteVisits(**row) for row in _rows(PER_SITE, {"since": since, "until": until})]


@dataclass(frozen=True, kw_only=True, slots=True)
class Contradiction:
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


def conflicts() -> list[Contradiction]:
    """Return one's own contradictions that wait for a decision, the newest first; their index."""
    return [
        Contradiction(**{**row, "content": loads(row["content"]), "stands": loads(row["stands"] or "null")})
        for row in _rows(CONFLICTS, {"most": CONFLICTS_SHOWN})
    ]


def _rows(statement: str, given: Mapping[str, Any]) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, given)
        names = [column.name for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


CONFLICTS_SHOWN = 200
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
REACH = f"({EVERYWHERE} OR p.id IN (SELECT people_within()))"
WITHIN = f"SELECT FROM people_person p WHERE id = %(person)s AND {REACH}"
# The positions of somebody out of reach would all be read to show none of them.
LATEST = f"""
SELECT p.id AS person, p.name, t.*
  FROM people_person p CROSS JOIN LATERAL (
    SELECT {POSITION} FROM people_trackpoint WHERE person_id = p.id ORDER BY at DESC, id DESC LIMIT 1
  ) t
 WHERE p.active AND {REACH}
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
