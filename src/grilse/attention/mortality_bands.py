"""Bands of weekly mortality: what is usual for fish of a weight in a season, and at a site."""

from dataclasses import dataclass
from datetime import date

import numpy as np

from grilse.access.tenancy import get_current_actor
from grilse.attention.models import MortalityBand
from grilse.bulk.copy import read_columns
from grilse.growth.pen_history import compute_mortality_pct
from grilse.science.arrays import Counts, Floats, Indices
from grilse.science.days import to_epoch_day
from grilse.stock.changes import get_psycopg_connection

WEIGHT_EDGES_G = (1.0, 5.0, 20.0, 60.0, 150.0, 500.0, 1000.0, 2000.0, 3000.0, 4000.0)
"""Upper ends of the weight classes; the last class has none."""
COMPANY_SHARE, SITE_SHARE = 0.98, 0.95
"""Shares of weeks of pens that are inside the band of the company, and inside that of the site."""
FEWEST_WEEKS = 50
"""Fewest weeks of pens from which a band is computed."""
DEFAULT_UPPER_PCT = 1.0
"""Upper end of a band, % a week, without enough weeks."""
LEAST_UPPER_PCT = 0.1
"""Least upper end: fewer deaths are no news."""
MOST_UPPER_PCT = 1.5
"""Highest upper end, so that a year of disease does not make the next one usual."""
SITE_DAYS = 365
"""Days of the site's own distribution."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PenWeeks:
    """Weeks of pens, each array of shape (n,)."""

    site: Indices
    """The sea area, or the hall as a negative number."""
    last_day: Indices
    weight_g: Floats
    mortality_pct: Floats

    @property
    def band(self) -> Indices:
        """The weight class and season of each week, as one number."""
        return number_bands(self.weight_g, find_quarters(self.last_day))


@dataclass(frozen=True, kw_only=True, slots=True)
class MortalityBands:
    """Upper ends of bands, % a week."""

    company: dict[int, float]
    """By weight class and season, as `number_bands` has them."""
    site: dict[int, float]
    """By sea area, or hall as a negative number."""

    def find_upper(self, band: Indices, site: Indices) -> Floats:
        """Return the upper end for pens, shape (n,): the higher one of company and site, within limits."""
        pairs = zip(band.tolist(), site.tolist(), strict=True)
        upper = [max(self.company.get(b, DEFAULT_UPPER_PCT), self.site.get(s, 0.0)) for b, s in pairs]
        return np.clip(np.array(upper, dtype=np.float64), LEAST_UPPER_PCT, MOST_UPPER_PCT)


def number_bands(weight_g: Floats, quarter: Counts) -> Indices:
    """Return the weight class and season of fish as one number, shape (n,)."""
    return np.searchsorted(WEIGHT_EDGES_G, weight_g, side="right") * 4 + quarter


def find_quarters(day: Indices) -> Counts:
    """Return the quarter of the year, 0 to 3, of days since 1970, shape (n,)."""
    return day.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) % 12 // 3


def read_pen_weeks() -> PenWeeks:
    """Return all full weeks of all pens of the company; one statement, which reads the whole history."""
    rows = read_columns(get_psycopg_connection(), PEN_WEEKS, WEEK_KINDS)
    mortality = compute_mortality_pct(rows["dead"], rows["at_risk"])
    known = np.isfinite(mortality)
    return PenWeeks(
        site=rows["site"][known],
        last_day=rows["last_day"][known],
        weight_g=rows["weight_g"][known].astype(np.float64),
        mortality_pct=mortality[known],
    )


def compute_bands(weeks: PenWeeks, day: date) -> MortalityBands:
    """Return the bands from the weeks that end before the week up to a day."""
    last = to_epoch_day(day) - 7
    past = weeks.last_day <= last
    recent = past & (weeks.last_day > last - SITE_DAYS)
    return MortalityBands(
        company=_compute_uppers(weeks.band[past], weeks.mortality_pct[past], COMPANY_SHARE),
        site=_compute_uppers(weeks.site[recent], weeks.mortality_pct[recent], SITE_SHARE),
    )


def _compute_uppers(group: Indices, mortality: Floats, share: float) -> dict[int, float]:
    order = np.argsort(group, kind="stable")
    groups, first = np.unique(group[order], return_index=True)
    parts = np.split(mortality[order], first[1:]) if groups.size else []
    return {
        int(number): float(np.quantile(part, share))
        for number, part in zip(groups, parts, strict=True)
        if part.size >= FEWEST_WEEKS
    }


def update_bands(day: date) -> int:
    """Compute the bands of the company anew; return how many there are. Three statements."""
    bands, company = compute_bands(read_pen_weeks(), day), get_current_actor().company
    MortalityBand.objects.all().delete()
    rows = [
        *(MortalityBand(company_id=company, band=number, upper_pct=upper) for number, upper in bands.company.items()),
        *(MortalityBand(company_id=company, site=site, upper_pct=upper) for site, upper in bands.site.items()),
    ]
    return len(MortalityBand.objects.bulk_create(rows))


def read_bands() -> MortalityBands:
    """Return the stored bands; one statement."""
    rows = list(MortalityBand.objects.values_list("band", "site", "upper_pct"))
    return MortalityBands(
        company={band: upper for band, _, upper in rows if band is not None},
        site={site: upper for _, site, upper in rows if site is not None},
    )


WEEK_KINDS = {"site": "int8", "last_day": "date", "dead": "float8", "at_risk": "float8", "weight_g": "float4"}
PEN_WEEKS = """
SELECT coalesce(c.area_id, -c.hall_id) AS site, w.last_day, w.dead, w.at_risk, w.weight_g
  FROM (
    SELECT placement_id, max(date) AS last_day, sum(deaths)::float8 AS dead,
           (avg(count) + avg(deaths) / 2)::float8 AS at_risk, avg(hindsight_weight_g)::real AS weight_g
      FROM growth_dailystate
     GROUP BY placement_id, (date - date '1970-01-05') / 7
    HAVING count(*) = 7
  ) w
  JOIN stock_placement p ON p.id = w.placement_id
  JOIN farm_container c ON c.id = p.container_id
"""
