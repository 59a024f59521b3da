"""What work journeys cost: kilometres by mode of transport, at the rate of their day.

A journey with positions that cannot be is shown, and not paid before somebody has confirmed it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from grilse.listing.sql import fetch_rows
from grilse.people.queries import SINCE, UNTIL, ZONE


@dataclass(frozen=True, kw_only=True, slots=True)
class ConveyanceRow:
    """The journeys of a person on a day by one mode of transport."""

    person: int
    name: str
    day: date
    mode: str
    """Empty where unknown: such a journey has no rate."""
    journeys: int
    km: float
    per_km_minor: int | None
    """The rate of the day; None where there is none."""
    amount_minor: int | None
    """Whole minor units of each journey, added; None where there is no rate, or where the journeys are not paid."""
    review: str
    """open: to be looked at before they are paid; rejected: not paid; empty: paid."""


@dataclass(kw_only=True, slots=True)
class ConveyanceSum:
    """The sums of some journeys."""

    journeys: int = 0
    """Without those to be looked at and the rejected ones."""
    km: float = 0.0
    amount_minor: int = 0
    """Of the journeys that have a rate."""
    unrated_km: float = 0.0
    """Of the others."""
    open_journeys: int = 0
    """To be looked at: not paid yet."""
    open_km: float = 0.0
    rejected_journeys: int = 0
    rejected_km: float = 0.0


@dataclass(frozen=True, kw_only=True, slots=True)
class JourneyToReview:
    """A journey with positions that cannot be, which waits to be looked at."""

    id: int
    person: int
    name: str
    reference: str
    mode: str
    started_at: datetime
    points: int
    faulty_points: int
    """Positions that are not measured, because no phone can have been there."""
    faults: str
    """What is wrong with them: no fix, swapped, sign lost, too fast; empty once positions are deleted."""
    distance_m: float
    """The length of its plausible positions."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ConveyanceReport:
    """What journeys cost, line by line, by person and all together."""

    currency: str
    time_zone: str
    """The zone of the days."""
    lines: list[ConveyanceRow]
    to_review: list[JourneyToReview]
    """The first journeys to be looked at, oldest first."""
    persons: dict[int, ConveyanceSum] = field(default_factory=dict)
    total: ConveyanceSum = field(default_factory=ConveyanceSum)


def build_conveyance_report(since: date, until: date, person: int | None = None) -> ConveyanceReport:
    """Return what the journeys that began from one day to another cost; three statements, each journey read."""
    [rules] = fetch_rows(RULES)
    arguments = {"since": since, "until": until, "person": person}
    lines = [ConveyanceRow(**row) for row in fetch_rows(CONVEYED, arguments)]
    waiting = fetch_rows(TO_REVIEW, {**arguments, "most": MAX_TO_REVIEW})
    persons = dict.fromkeys(line.person for line in lines)
    return ConveyanceReport(
        **rules,
        lines=lines,
        to_review=[JourneyToReview(**row) for row in waiting],
        persons={person_id: _sum_lines(line for line in lines if line.person == person_id) for person_id in persons},
        total=_sum_lines(lines),
    )


def _sum_lines(lines: Iterable[ConveyanceRow]) -> ConveyanceSum:
    total = ConveyanceSum()
    for line in lines:
        if line.review == "open":
            total.open_journeys += line.journeys
            total.open_km += line.km
            continue
        if line.review == "rejected":
            total.rejected_journeys += line.journeys
            total.rejected_km += line.km
            continue
        total.journeys += line.journeys
        total.km += line.km
        total.amount_minor += line.amount_minor or 0
        total.unrated_km += line.km if line.per_km_minor is None else 0.0
    return total


MAX_TO_REVIEW = 100
"""Journeys to be looked at that a report lists."""
RULES = f"SELECT {ZONE} AS time_zone, coalesce((SELECT currency FROM people_workrules), 'EUR') AS currency"
DAY = f"(j.started_at AT TIME ZONE {ZONE})::date"
RATE = """(SELECT per_km_minor FROM people_transportrate r
            WHERE r.mode = j.mode AND r.valid_from <= {day} ORDER BY r.valid_from DESC LIMIT 1)"""
OF_PERIOD = f"""j.kind = 'conveyance' AND j.started_at >= {SINCE} AND j.started_at < {UNTIL}
       AND (%(person)s::bigint IS NULL OR j.person_id = %(person)s::bigint)"""
# Each journey is paid in whole minor units, so that the sums by day, by person and of all agree.
CONVEYED = f"""
SELECT person, (SELECT name FROM people_person WHERE id = person) AS name, day, mode, count(*) AS journeys,
       sum(distance_m) / 1000 AS km, per_km_minor, review,
       CASE review WHEN '' THEN sum(round((distance_m * per_km_minor / 1000)::numeric))::bigint END AS amount_minor
  FROM (
    SELECT j.person_id AS person, {DAY} AS day, j.mode, j.distance_m, {RATE.format(day=DAY)} AS per_km_minor,
           CASE j.review WHEN 'confirmed' THEN '' ELSE j.review END AS review
      FROM people_journey j WHERE {OF_PERIOD}
  ) conveyed
 GROUP BY person, day, mode, per_km_minor, review
 ORDER BY day, name, person, mode, review
"""
TO_REVIEW = f"""
SELECT j.id, j.person_id AS person, (SELECT name FROM people_person WHERE id = j.person_id) AS name, j.reference,
       j.mode, j.started_at, j.points, j.faulty_points, j.distance_m,
       coalesce((SELECT string_agg(DISTINCT t.fault, ', ') FROM people_trackpoint t
                  WHERE t.reference = j.reference AND t.person_id = j.person_id), '') AS faults
  FROM people_journey j WHERE {OF_PERIOD} AND j.review = 'open'
 ORDER BY j.started_at, j.id LIMIT %(most)s
"""
