"""What the company, a geography or a site holds on a day, and how its fish did in the days before."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from grilse.growth.pen_history import compute_mortality_pct
from grilse.growth.states import NOT_CARRIED
from grilse.listing.sql import fetch_rows
from grilse.science.estimation import default_priors
from grilse.stock.queries import GEOGRAPHY_JOINS

MORTALITY_DAYS = 30


@dataclass(frozen=True, kw_only=True, slots=True)
class BatchShare:
    """The part of an active batch that is at a place, and the days before."""

    batch: int
    share: float
    """Of its pens."""
    fish: float | None
    """On the last day with records; None without one in the days before."""
    biomass_kg: float | None
    biomass_sd_kg: float | None
    dead: int
    at_risk: float | None
    """Mean number of fish; the dead were at risk for half a day."""
    fed_kg: float | None
    gained_kg: float | None
    """Of the survivors and of those that died, while `fed_kg` was fed."""


@dataclass(frozen=True, kw_only=True, slots=True)
class StockSummary:
    """What a place holds; figures are None where nothing is estimated."""

    day: date
    fcr_days: int
    mortality_days: int
    batches: list[BatchShare]
    fish: float | None
    biomass_kg: float | None
    biomass_sd_kg: float | None
    """Estimates of batches err independently of each other."""
    mortality_pct: float | None
    fcr: float | None
    unknown: int
    """Batches without records in the days before, which no figure includes."""


def read_stock_summary(
    day: date, *, geography: int | None = None, area: int | None = None, station: int | None = None
) -> StockSummary:
    """Return what the company, a geography or a site holds on a day; one statement.

    A batch counts with its own estimate where all of its pens are at the place, else with those of its pens there.
    """
    fcr_days = default_priors().fcr_window
    arguments = {"day": day, "geography": geography, "area": area, "station": station}
    windows = {"days": max(MORTALITY_DAYS, fcr_days), "mortality_days": MORTALITY_DAYS, "fcr_days": fcr_days}
    batches = [BatchShare(**row) for row in fetch_rows(SUMMARY, arguments | windows)]
    known = [batch for batch in batches if batch.fish is not None]
    return StockSummary(
        day=day,
        fcr_days=fcr_days,
        mortality_days=MORTALITY_DAYS,
        batches=batches,
        unknown=len(batches) - len(known),
        **_add_up(known),
    )


def _add_up(batches: list[BatchShare]) -> Mapping[str, Any]:
    if not batches:
        return dict.fromkeys(("fish", "biomass_kg", "biomass_sd_kg", "mortality_pct", "fcr"))
    dead, at_risk, fed, gained = (
        sum(getattr(batch, name) or 0.0 for batch in batches) for name in ("dead", "at_risk", "fed_kg", "gained_kg")
    )
    return {
        "fish": sum(batch.fish or 0.0 for batch in batches),
        "biomass_kg": sum(batch.biomass_kg or 0.0 for batch in batches),
        "biomass_sd_kg": sum((batch.biomass_sd_kg or 0.0) ** 2 for batch in batches) ** 0.5,
        "mortality_pct": float(compute_mortality_pct(np.array([dead]), np.array([at_risk]))[0]) if at_risk else None,
        "fcr": fed / gained if gained > 0 else None,
    }


STATE_COLUMNS = """s.date, s.count AS fish, s.hindsight_biomass_kg AS biomass_kg,
         s.hindsight_biomass_sd_kg AS biomass_sd_kg, s.deaths, s.feed_kg, s.fcr"""
IS_RECENT = f"s.date > %(day)s::date - %(days)s::int AND s.date <= %(day)s AND {NOT_CARRIED.format('s')}"
# A batch that reaches beyond the geographies of the login has no estimate of its own for it: its pens have.
SUMMARY = f"""
WITH pens AS MATERIALIZED (
  SELECT p.id, p.batch_id,
         (%(geography)s::bigint IS NULL OR g.id = %(geography)s) AND (%(area)s::bigint IS NULL OR a.id = %(area)s)
           AND (%(station)s::bigint IS NULL OR t.id = %(station)s) AS is_here
    FROM stock_placement p
    JOIN farm_container c ON c.id = p.container_id
    {GEOGRAPHY_JOINS}
   WHERE p.start <= %(day)s AND coalesce(p.stop, 'infinity') > %(day)s
),
batches AS MATERIALIZED (
  SELECT batch_id, array_agg(id) FILTER (WHERE is_here) AS here,
         count(*) FILTER (WHERE is_here)::float8 / count(*) AS share,
         bool_and(is_here) AND EXISTS (SELECT FROM growth_batchstate s
                                        WHERE s.batch_id = pens.batch_id AND s.date = %(day)s) AS is_whole
    FROM pens GROUP BY batch_id HAVING bool_or(is_here)
),
states AS (
  SELECT b.batch_id, 0::bigint AS pen, {STATE_COLUMNS}
    FROM batches b JOIN growth_batchstate s ON s.batch_id = b.batch_id
   WHERE b.is_whole AND {IS_RECENT}
  UNION ALL
  SELECT b.batch_id, s.placement_id, {STATE_COLUMNS}
    FROM batches b CROSS JOIN unnest(b.here) AS here (id) JOIN growth_dailystate s ON s.placement_id = here.id
   WHERE NOT b.is_whole AND {IS_RECENT}
),
parts AS (
  SELECT batch_id, pen, max(date) AS last,
         sum(deaths) FILTER (WHERE is_in_mortality) AS dead,
         avg(fish + deaths / 2.0) FILTER (WHERE is_in_mortality) AS at_risk,
         sum(feed_kg) FILTER (WHERE is_in_fcr) AS fed
    FROM states
   CROSS JOIN LATERAL (SELECT date > %(day)s::date - %(mortality_days)s::int AS is_in_mortality,
                              date > %(day)s::date - %(fcr_days)s::int AS is_in_fcr) days
   GROUP BY batch_id, pen
)
SELECT b.batch_id AS batch, b.share, sum(s.fish)::float8 AS fish, sum(s.biomass_kg)::float8 AS biomass_kg,
       sum(s.biomass_sd_kg)::float8 AS biomass_sd_kg, coalesce(sum(parts.dead), 0)::int AS dead,
       sum(parts.at_risk)::float8 AS at_risk, sum(parts.fed) FILTER (WHERE s.fcr > 0)::float8 AS fed_kg,
       sum(parts.fed / s.fcr) FILTER (WHERE s.fcr > 0)::float8 AS gained_kg
  FROM batches b
  LEFT JOIN parts ON parts.batch_id = b.batch_id
  LEFT JOIN states s ON s.batch_id = parts.batch_id AND s.pen = parts.pen AND s.date = parts.last
 GROUP BY b.batch_id, b.share ORDER BY b.batch_id
"""
