"""Lice of a site by week, as authorities count them: means over the fish of all its pens."""

from dataclasses import dataclass

from django.db import connection


@dataclass(frozen=True, kw_only=True, slots=True)
class LiceWeek:
    """Lice per fish of a site in an ISO week; None where a form was not recorded."""

    year: int
    week: int
    fish: int
    adult_female: float | None
    mobile: float | None
    attached: float | None


def read_weekly_lice(area_id: int) -> list[LiceWeek]:
    """Return the counted weeks of a site in their order; one statement."""
    with connection.cursor() as cursor:
        cursor.execute(WEEKS, [area_id])
        return [
            LiceWeek(year=year, week=week, fish=fish, adult_female=female, mobile=mobile, attached=attached)
            for year, week, fish, female, mobile, attached in cursor.fetchall()
        ]


def _build_mean_sql(form: str) -> str:
    return f"sum(l.{form})::float8 / sum(l.fish_counted) FILTER (WHERE l.{form} IS NOT NULL)"


WEEKS = f"""
SELECT extract(isoyear FROM l.date)::int, extract(week FROM l.date)::int, sum(l.fish_counted),
       {_build_mean_sql("adult_female")}, {_build_mean_sql("mobile")}, {_build_mean_sql("attached")}
  FROM health_licecount l
  JOIN stock_placement p ON p.id = l.placement_id
  JOIN farm_container c ON c.id = p.container_id
 WHERE c.area_id = %s
 GROUP BY 1, 2 ORDER BY 1, 2
"""
