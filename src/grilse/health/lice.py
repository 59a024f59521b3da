"""Lice per fish as they were counted, beside the limits that held on the day."""

from dataclasses import dataclass
from datetime import date

from django.db import connection

FORMS = ("adult_female", "mobile", "attached", "total", "caligus")


@dataclass(frozen=True, kw_only=True, slots=True)
class LiceMean:
    """A lice count as means per fish, None where a form was not recorded."""

    id: int
    placement: int
    name: str
    container: str
    site: str
    geography: str
    date: date
    fish_counted: int
    method: str
    adult_female: float | None
    mobile: float | None
    attached: float | None
    total: float | None
    caligus: float | None
    limits: dict[str, float]
    """Adult females per fish by what passing them means: limit, report, act, guidance."""

    @property
    def exceeded_limits(self) -> list[str]:
        """The limits that the count reaches: rules ask for fewer."""
        females = self.adult_female
        return [] if females is None else [kind for kind, most in self.limits.items() if females >= most]


def read_lice_means(batch_id: int, placement_id: int | None = None, *, through: date | None = None) -> list[LiceMean]:
    """Return the counts of a batch or of one placement, by day and container; one statement.

    `through` leaves out what was counted later.
    """
    return _read_means(OF_BATCH, batch=batch_id, placement=placement_id, through=through)


def read_counts_over_limit(since: date, until: date, *, kind: str = "limit") -> list[LiceMean]:
    """Return the counts from a day to another, both included, that reach a limit of a kind; one statement."""
    return _read_means(OVER, since=since, until=until, kind=kind)


def _read_means(query: str, **parameters: str | int | date | None) -> list[LiceMean]:
    with connection.cursor() as cursor:
        cursor.execute(query, parameters)
        names = [column[0] for column in cursor.description]
        return [LiceMean(**dict(zip(names, row, strict=True))) for row in cursor.fetchall()]


COUNTS = f"""
SELECT l.id, p.id AS placement, p.name, c.name AS container, coalesce(h.name, a.name) AS site,
       g.name AS geography, l.date, l.fish_counted, l.method,
       {", ".join(f"l.{form}::float8 / l.fish_counted AS {form}" for form in FORMS)},
       (SELECT coalesce(json_object_agg(v.kind, v.adult_females ORDER BY v.valid_from), '{{}}')
          FROM health_licelimit v
         WHERE v.geography_id = g.id AND l.date >= v.valid_from AND l.date < coalesce(v.valid_to, 'infinity')
           AND extract(week FROM l.date) BETWEEN v.week_from AND v.week_to) AS limits
  FROM health_licecount l
  JOIN stock_placement p ON p.id = l.placement_id
  JOIN farm_container c ON c.id = p.container_id
  LEFT JOIN farm_hall h ON h.id = c.hall_id
  LEFT JOIN farm_station t ON t.id = h.station_id
  LEFT JOIN farm_area a ON a.id = c.area_id
  JOIN farm_geography g ON g.id = coalesce(t.geography_id, a.geography_id)
"""
OF_BATCH = f"""
{COUNTS}
 WHERE p.batch_id = %(batch)s AND (%(placement)s::bigint IS NULL OR p.id = %(placement)s)
   AND (%(through)s::date IS NULL OR l.date <= %(through)s)
 ORDER BY l.date, c.name, l.id
"""
OVER = f"""
SELECT * FROM (
  {COUNTS}
   WHERE l.date BETWEEN %(since)s AND %(until)s AND l.adult_female IS NOT NULL
) counted
 WHERE counted.adult_female >= (counted.limits ->> %(kind)s)::float8
 ORDER BY date, container, id
"""
