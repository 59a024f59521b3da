"""Lice counts, treatments, withdrawal periods and causes of death. Each function is one statement."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count

from grilse.access.tenancy import lift_geography_limit
from grilse.farm.site_names import CONTAINER_LABEL, SITE_NAME
from grilse.health.models import MortalityCause, Treatment
from grilse.listing.sql import fetch_rows
from grilse.stock.ledger import NOT_REPLACED
from grilse.stock.queries import GEOGRAPHY_JOINS

FORMS = ("adult_female", "mobile", "attached", "total", "caligus")


@dataclass(frozen=True, kw_only=True, slots=True)
class TreatedDay:
    """Containers of a batch in which a treatment began on a day."""

    date: date
    kind: str
    method: str
    containers: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Cause:
    """A cause of death, and the broader cause that it belongs to."""

    code: str
    name: str
    parent: str | None


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
    """Adult females per fish by the kind of limit: limit, report, act, guidance."""

    @property
    def exceeded_limits(self) -> list[str]:
        """The kinds of limits that the count reaches or exceeds: the rules require fewer lice than the limit."""
        females = self.adult_female
        return [] if females is None else [kind for kind, most in self.limits.items() if females >= most]


@dataclass(frozen=True, kw_only=True, slots=True)
class LiceWeek:
    """Lice per fish of a site in an ISO week, over all its pens; None where a form was not recorded."""

    year: int
    week: int
    fish: int
    adult_female: float | None
    mobile: float | None
    attached: float | None


@dataclass(frozen=True, kw_only=True, slots=True)
class SiteLiceWeek:
    """Lice per fish of a sea site in an ISO week, over all its pens, against the limit of the week."""

    area: int
    site: str
    geography: int
    geography_name: str
    monday: date
    last_count: date
    fish: int
    adult_female: float | None
    limit: float | None
    """Adult females per fish that the rules of the geography allow; fewer is allowed, as many is not."""

    @property
    def is_over_limit(self) -> bool:
        """Whether the lice reach the limit."""
        return self.limit is not None and self.adult_female is not None and self.adult_female >= self.limit


@dataclass(frozen=True, kw_only=True, slots=True)
class LastLiceCount:
    """The last count of adult females of a placement."""

    placement: int
    date: date
    fish_counted: int
    adult_female: float
    """Per fish."""


@dataclass(frozen=True, kw_only=True, slots=True)
class WithdrawalHold:
    """The treatment of a placement's fish whose withdrawal period ends last."""

    placement: int
    name: str
    kind: str
    method: str
    stop: date
    """The last day of the treatment."""
    withdrawal_days: int
    until: date
    """The first day on which the fish may be harvested."""


def read_treated_days(
    batch_id: int, placement_id: int | None = None, *, through: date | None = None
) -> list[TreatedDay]:
    """Return the treatments of a batch or of one placement, one row a day and method.

    `through` is the latest day on which a treatment begins.
    """
    treatments = Treatment.objects.filter(placement__batch_id=batch_id)
    if placement_id is not None:
        treatments = treatments.filter(placement_id=placement_id)
    if through is not None:
        treatments = treatments.filter(start__lte=through)
    days = treatments.values_list("start", "kind", "method").annotate(n=Count("placement_id", distinct=True))
    return [
        TreatedDay(date=start, kind=kind, method=method, containers=n)
        for start, kind, method, n in days.order_by("start", "kind", "method")
    ]


def read_causes() -> list[Cause]:
    """Return the causes of death, each after the broader cause that it belongs to."""
    rows = MortalityCause.objects.order_by("pk").values_list("code", "name", "parent__code")
    return [Cause(code=code, name=name, parent=parent) for code, name, parent in rows]


def read_cause_codes() -> list[str]:
    """Return the codes of the causes of death."""
    return [cause.code for cause in read_causes()]


def read_lice_means(batch_id: int, placement_id: int | None = None, *, through: date | None = None) -> list[LiceMean]:
    """Return the counts of a batch or of one placement, by day and container; `through` is the last day."""
    arguments = {"batch": batch_id, "placement": placement_id, "through": through}
    return [LiceMean(**row) for row in fetch_rows(COUNTS_OF_BATCH, arguments)]


def read_counts_over_limit(since: date, until: date, *, kind: str = "limit") -> list[LiceMean]:
    """Return the counts from a day to another, both included, that reach a limit of a kind."""
    arguments = {"since": since, "until": until, "kind": kind}
    return [LiceMean(**row) for row in fetch_rows(COUNTS_OVER_LIMIT, arguments)]


def read_weekly_lice(area_id: int) -> list[LiceWeek]:
    """Return the weeks of a site with counts, in their order, as authorities compute them."""
    return [LiceWeek(**row) for row in fetch_rows(WEEKS, {"area": area_id})]


def read_site_lice(day: date, weeks: int, area: int | None = None) -> list[SiteLiceWeek]:
    """Return the weeks with counts of all sea sites or one, of the last weeks up to a day, by site and week."""
    monday = day - timedelta(days=day.weekday() + 7 * (weeks - 1))
    return [SiteLiceWeek(**row) for row in fetch_rows(SITE_WEEKS, {"since": monday, "until": day, "area": area})]


def list_last_lice_counts(placements: Collection[int], since: date, until: date) -> list[LastLiceCount]:
    """Return the last count of adult females of each placement between two days, both included."""
    arguments = {"placements": sorted(placements), "since": since, "until": until}
    return [LastLiceCount(**row) for row in fetch_rows(LAST_COUNTS, arguments)]


def find_lice_limits(days: Collection[date]) -> dict[tuple[int, date], dict[str, float]]:
    """Return the adult females per fish that rules allow on some days, by geography and day and then kind of limit."""
    rows = fetch_rows(LIMITS_OF_DAYS, {"days": sorted(days)})
    return {(row["geography"], row["day"]): row["limits"] for row in rows}


def find_withdrawal_holds(placements: Collection[int], day: date) -> dict[int, WithdrawalHold]:
    """Return the withdrawal periods that hold on a day, by placement.

    Treatments also count for fish transferred afterwards, even from geographies out of reach.
    """
    with lift_geography_limit():
        rows = fetch_rows(WITHDRAWAL_HOLDS, {"placements": sorted(placements), "day": day})
    return {row["placement"]: WithdrawalHold(**row) for row in rows}


def describe_withdrawal_hold(placements: Collection[int], day: date) -> str:
    """Return why fish may not be harvested on a day, for the first placement by name; "" if they may."""
    for hold in sorted(find_withdrawal_holds(placements, day).values(), key=lambda hold: hold.name)[:1]:
        what = f"{hold.kind} ({hold.method}) until {hold.stop} asks for {hold.withdrawal_days} days"
        return f"{hold.name} may not be harvested on {day}: {what}; harvest from {hold.until} on"
    return ""


def build_limits_sql(day: str) -> str:
    """Return the SQL of the limits that the rules of geography `g` set for a day, by kind; the strictest of a kind."""
    return f"""
       (SELECT coalesce(json_object_agg(valid.kind, valid.adult_females), '{{}}')
          FROM (SELECT v.kind, min(v.adult_females) AS adult_females
                  FROM health_licelimit v
                 WHERE v.geography_id = g.id AND {day} >= v.valid_from AND {day} < coalesce(v.valid_to, 'infinity')
                   AND extract(week FROM {day}) BETWEEN v.week_from AND v.week_to
                 GROUP BY v.kind) valid)
    """


COUNTS = f"""
SELECT l.id, p.id AS placement, p.name, {CONTAINER_LABEL} AS container,
       {SITE_NAME} AS site,
       g.name AS geography, l.date, l.fish_counted, l.method,
       {", ".join(f"l.{form}::float8 / l.fish_counted AS {form}" for form in FORMS)},
       {build_limits_sql("l.date")} AS limits
  FROM health_licecount l
  JOIN stock_placement p ON p.id = l.placement_id
  JOIN farm_container c ON c.id = p.container_id
  {GEOGRAPHY_JOINS}
"""
COUNTS_OF_BATCH = f"""
{COUNTS}
 WHERE p.batch_id = %(batch)s AND (%(placement)s::bigint IS NULL OR p.id = %(placement)s)
   AND (%(through)s::date IS NULL OR l.date <= %(through)s)
 ORDER BY l.date, c.name, l.id
"""
COUNTS_OVER_LIMIT = f"""
SELECT * FROM (
  {COUNTS}
   WHERE l.date BETWEEN %(since)s AND %(until)s AND l.adult_female IS NOT NULL
) counted
 WHERE counted.adult_female >= (counted.limits ->> %(kind)s)::float8
 ORDER BY date, container, id
"""

WEEKS = f"""
SELECT extract(isoyear FROM l.date)::int AS year, extract(week FROM l.date)::int AS week,
       sum(l.fish_counted) AS fish,
       {
    ", ".join(
        f"sum(l.{form})::float8 / sum(l.fish_counted) FILTER (WHERE l.{form} IS NOT NULL) AS {form}"
        for form in FORMS[:3]
    )
}
  FROM health_licecount l
  JOIN stock_placement p ON p.id = l.placement_id
  JOIN farm_container c ON c.id = p.container_id
 WHERE c.area_id = %(area)s
 GROUP BY 1, 2 ORDER BY 1, 2
"""

SITE_WEEKS = f"""
SELECT w.*, ({build_limits_sql("w.monday")} ->> 'limit')::float8 AS limit
  FROM (
    SELECT c.area_id AS area, a.name AS site, g.id AS geography, g.name AS geography_name,
           date_trunc('week', l.date)::date AS monday, max(l.date) AS last_count, sum(l.fish_counted) AS fish,
           sum(l.adult_female)::float8 / sum(l.fish_counted) FILTER (WHERE l.adult_female IS NOT NULL) AS adult_female
      FROM health_licecount l
      JOIN stock_placement p ON p.id = l.placement_id
      JOIN farm_container c ON c.id = p.container_id
      JOIN farm_area a ON a.id = c.area_id
      JOIN farm_geography g ON g.id = a.geography_id
     WHERE l.date BETWEEN %(since)s AND %(until)s AND (%(area)s::bigint IS NULL OR c.area_id = %(area)s)
     GROUP BY 1, 2, 3, 4, 5
  ) w
  JOIN farm_geography g ON g.id = w.geography
 ORDER BY w.geography_name, w.site, w.area, w.monday
"""
LAST_COUNTS = """
SELECT DISTINCT ON (placement_id) placement_id AS placement, date, fish_counted,
       adult_female::float8 / fish_counted AS adult_female
  FROM health_licecount
 WHERE placement_id = ANY(%(placements)s::bigint[]) AND date BETWEEN %(since)s AND %(until)s
   AND adult_female IS NOT NULL
 ORDER BY placement_id, date DESC
"""
LIMITS_OF_DAYS = f"""
SELECT g.id AS geography, d.day, {build_limits_sql("d.day")} AS limits
  FROM farm_geography g CROSS JOIN unnest(%(days)s::date[]) AS d (day)
"""

# Treatments of a source placement count only up to the transfer: later ones did not treat these fish.
WITHDRAWAL_HOLDS = f"""
WITH RECURSIVE came (placement, past, through) AS (
  SELECT asked, asked, %(day)s::date FROM unnest(%(placements)s::bigint[]) asked
   UNION
  SELECT came.placement, m.source_id, least(came.through, m.date)
    FROM came JOIN stock_movement m ON m.target_id = came.past AND m.date <= came.through
   WHERE m.kind = 'TRANSFER' AND m.count > 0
     AND {NOT_REPLACED.format("m")}
)
SELECT DISTINCT ON (came.placement) came.placement, p.name, t.kind, t.method, t.stop, t.withdrawal_days,
       t.stop + t.withdrawal_days AS until
  FROM came
  JOIN stock_placement p ON p.id = came.placement
  JOIN health_treatment t ON t.company_id = p.company_id AND t.placement_id = came.past
   AND t.start <= came.through
 WHERE t.withdrawal_days > 0 AND t.stop + t.withdrawal_days > %(day)s::date
 ORDER BY came.placement, until DESC, t.id
"""
