"""What work journeys cost: kilometres by mode of transport, at the rate of their day."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

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
    """Whole minor units of each journey, added; None where there is no rate."""


@dataclass(kw_only=True, slots=True)
class ConveyanceSum:
    """The sums of some journeys."""

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
    """The zone of the days."""
    lines: list[ConveyanceRow]
    persons: dict[int, ConveyanceSum] = field(default_factory=dict)
    total: ConveyanceSum = field(default_factory=ConveyanceSum)


def build_conveyance_report(since: date, until: date, person: int | None = None) -> ConveyanceReport:
    """Return what the journeys that began from one day to another cost; two statements, each journey read."""
    [rules] = fetch_rows(RULES)
    rows = fetch_rows(CONVEYED, {"since": since, "until": until, "person": person})
    lines = [ConveyanceRow(**row) for row in rows]
    persons = dict.fromkeys(line.person for line in lines)
    return ConveyanceReport(
        **rules,
        lines=lines,
        persons={person_id: _sum_lines(line for line in lines if line.person == person_id) for person_id in persons},
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


RULES = f"SELECT {ZONE} AS time_zone, coalesce((SELECT currency FROM people_workrules), 'EUR') AS currency"
DAY = f"(j.started_at AT TIME ZONE {ZONE})::date"
RATE = """(SELECT per_km_minor FROM people_transportrate r
            WHERE r.mode = j.mode AND r.valid_from <= {day} ORDER BY r.valid_from DESC LIMIT 1)"""
# Each journey is paid in whole minor units, so that the sums by day, by person and of all agree.
CONVEYED = f"""
SELECT person, (SELECT name FROM people_person WHERE id = person) AS name, day, mode, count(*) AS journeys,
       sum(distance_m) / 1000 AS km, per_km_minor,
       sum(round((distance_m * per_km_minor / 1000)::numeric))::bigint AS amount_minor
  FROM (
    SELECT j.person_id AS person, {DAY} AS day, j.mode, j.distance_m, {RATE.format(day=DAY)} AS per_km_minor
      FROM people_journey j
     WHERE j.kind = 'conveyance' AND j.started_at >= {SINCE} AND j.started_at < {UNTIL}
       AND (%(person)s::bigint IS NULL OR j.person_id = %(person)s::bigint)
  ) conveyed
 GROUP BY person, day, mode, per_km_minor
 ORDER BY day, name, person, mode
"""
