"""What journeys in the company's service cost: kilometres by mode of transport, at the rate of their day."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db import connection

from grilse.people.queries import SINCE, UNTIL, ZONE


@dataclass(frozen=True, kw_only=True, slots=True)
class ConveyanceRow:
    """The journeys of a person on a day by one mode of transport."""

    person: int
    name: str
    day: date
    mode: str
    """Empty where nobody said by what: such a journey has no rate."""
    journeys: int
    km: float
    per_km_minor: int | None
    """The rate of the day; None where there is none."""
    amount_minor: int | None
    """Whole minor units of each journey, added; None where there is no rate."""


@dataclass(kw_only=True, slots=True)
class ConveyanceSum:
    """What journeys together come to."""

    journeys: int = 0
    km: float = 0.0
    amount_minor: int = 0
    """Of the journeys that have a rate."""
    unrated_km: float = 0.0
    """Of the others."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ConveyanceReport:
    """What journeys cost, line by line, by person and all together."""

    currency: str
    time_zone: str
    """Whose days are counted."""
    lines: list[ConveyanceRow]
    persons: dict[int, ConveyanceSum] = field(default_factory=dict)
    total: ConveyanceSum = field(default_factory=ConveyanceSum)


def build_conveyance_report(since: date, until: date, person: int | None = None) -> ConveyanceReport:
    """Return what the journeys that began from one day to another cost; two statements, each journey read."""
    with connection.cursor() as cursor:
        cursor.execute(RULES)
        zone, currency = cursor.fetchone()
        cursor.execute(CONVEYED, {"since": since, "until": until, "person": person})
        names = [column.name for column in cursor.description]
        lines = [ConveyanceRow(**dict(zip(names, row, strict=True))) for row in cursor.fetchall()]
    persons = defaultdict(list)
    for line in lines:
        persons[line.person].append(line)
    return ConveyanceReport(
        currency=currency,
        time_zone=zone,
        lines=lines,
        persons={person_id: _sum_lines(rows) for person_id, rows in persons.items()},
        total=_sum_lines(lines),
    )


def _sum_lines(lines: Iterable[ConveyanceRow]) -> ConveyanceSum:
    total = ConveyanceSum()
    for line in lines:
        total.journeys += line.journeys
        total.km += line.km
        total.amount_minor += line.amount_minor or 0
        total.unrated_km += line.km if line.per_km_minor is None else 0.0
    return total


RULES = f"""
SELECT {ZONE}, coalesce((SELECT currency FROM people_workrules), 'EUR')
"""
DAY = f"(j.started_at AT TIME ZONE {ZONE})::date"
RATE = """(SELECT per_km_minor FROM people_transportrate r
            WHERE r.mode = j.mode AND r.valid_from <= {day} ORDER BY r.valid_from DESC LIMIT 1)"""
# Each journey is paid in whole minor units, so that the sums of days, persons and all agree.
CONVEYED = f"""
SELECT person, (SELECT name FROM people_person WHERE id = person) AS name, day, mode, count(*) AS journeys,
       sum(distance_m) / 1000 AS km, per_km_minor,
       sum(round((distance_m * per_km_minor / 1000)::numeric))::bigint AS amount_minor
  FROM (
    SELECT j.person_id AS person, {DAY} AS day, j.mode, j.distance_m, {RATE.format(day=DAY)} AS per_km_minor
      FROM people_journey j
     WHERE j.kind = 'conveyance' AND j.started_at >= {SINCE} AND j.started_at < {UNTIL}
       AND (%(person)s::bigint IS NULL OR j.person_id = %(person)s::bigint)
  ) went
 GROUP BY person, day, mode, per_km_minor
 ORDER BY day, name, person, mode
"""
