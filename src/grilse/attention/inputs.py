"""What the rules look at, read for a whole company: a constant number of statements."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property

import numpy as np

from grilse.environment.queries import read_daily_water
from grilse.feeding.queries import SiteFeed, list_site_feed
from grilse.growth.pen_history import PenHistory, read_pen_history
from grilse.health.queries import SiteLiceWeek, find_lice_limits, read_site_lice
from grilse.listing.sql import fetch_rows
from grilse.science.arrays import Floats, Indices, Mask

TREND_DAYS = 30
"""Days of the trend that a finding shows."""
HISTORY_DAYS = TREND_DAYS + 6
"""Days of states, so that the first day of the trend has a week before it."""
LICE_WEEKS = 8
"""Weeks of lice counts; a trend is fitted to the last few of them."""
LONGEST_LICE_HORIZON = 60


@dataclass(frozen=True, kw_only=True, slots=True)
class Site:
    """A sea area or hall with active pens."""

    area: int | None
    hall: int | None
    geography: int

    @property
    def subject(self) -> str:
        """Return what a finding of the site is about."""
        return f"area:{self.area}" if self.area is not None else f"hall:{self.hall}"


@dataclass(frozen=True, kw_only=True)
class RuleInputs:
    """The records of a company up to a day, and what follows from them."""

    day: date
    now: datetime
    """No later than the end of the day after."""
    history: PenHistory
    water: dict[str, Floats]
    """By column, shape (pens, days)."""
    lice: list[SiteLiceWeek]
    lice_limits: dict[tuple[int, date], float]
    """By geography and day."""
    feed: list[SiteFeed]

    @cached_property
    def sites(self) -> list[Site]:
        """The sites with active pens."""
        sites = {
            (pen.area, pen.hall): Site(area=pen.area, hall=pen.hall, geography=pen.geography)
            for pen in self.history.pens
        }
        return list(sites.values())

    @cached_property
    def site_of_pen(self) -> Indices:
        """The position of each pen's site, shape (pens,)."""
        at = {(site.area, site.hall): i for i, site in enumerate(self.sites)}
        return np.array([at[pen.area, pen.hall] for pen in self.history.pens], dtype=np.int64)

    @cached_property
    def pen_geographies(self) -> list[int | None]:
        """The geography of each pen."""
        return [pen.geography for pen in self.history.pens]

    @cached_property
    def at_sea(self) -> Mask:
        """Whether each pen is at sea."""
        return np.array([pen.area is not None for pen in self.history.pens], dtype=np.bool_)

    def find_site(self, area: int | None, hall: int | None) -> Site | None:
        """Return the site of an area or hall, None where no pen is active in it."""
        return next((site for site in self.sites if (site.area, site.hall) == (area, hall)), None)


def find_records_day() -> date | None:
    """Return the last day with a movement, meal, sample, count or reading of the company; one statement."""
    [row] = fetch_rows(RECORDS_DAY)
    day: date | None = row["day"]
    return day


def read_inputs(day: date, now: datetime) -> RuleInputs:
    """Return what the rules look at on a day."""
    history = read_pen_history(day, HISTORY_DAYS)
    containers = [pen.container for pen in history.pens]
    end_of_next_day = datetime.combine(day + timedelta(days=2), datetime.min.time(), UTC)
    ahead = [day + timedelta(days=days) for days in range(LONGEST_LICE_HORIZON + 1)]
    return RuleInputs(
        day=day,
        now=min(now, end_of_next_day),
        history=history,
        water=read_daily_water(containers, day, HISTORY_DAYS),
        lice=read_site_lice(day, LICE_WEEKS),
        lice_limits=find_lice_limits(ahead),
        feed=list_site_feed(day),
    )


def shift_days(day: date, days: Floats) -> list[date | None]:
    """Return the days that lie ahead of a day, None for NaN."""
    return [None if np.isnan(number) else day + timedelta(days=int(number)) for number in days.tolist()]


def list_trend(values: Sequence[float] | Floats) -> list[float | None]:
    """Return the last values as a finding stores them, None where they are not known."""
    return [float(value) if np.isfinite(value) else None for value in list(values)[-TREND_DAYS:]]


# Deaths, meals and counts have indexes by company and day; readings have one by container.
RECORDS_DAY = """
SELECT greatest(
  (SELECT max(date) FROM stock_movement WHERE company_id = mine.id),
  (SELECT (max(at) AT TIME ZONE 'UTC')::date FROM feeding_meal WHERE company_id = mine.id),
  (SELECT max(date) FROM health_licecount WHERE company_id = mine.id),
  (SELECT max(date) FROM stock_weightsample WHERE company_id = mine.id),
  (SELECT max(e.date) FROM stock_placement p
    CROSS JOIN LATERAL (SELECT date FROM environment_dailyenvironment WHERE container_id = p.container_id
                         ORDER BY date DESC LIMIT 1) e
    WHERE p.company_id = mine.id AND p.stop IS NULL)
) AS day
  FROM (SELECT nullif(current_setting('app.company', true), '')::bigint AS id) mine
"""
