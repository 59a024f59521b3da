"""What the rules look at, read for a whole company: a constant number of statements."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property

import numpy as np

from grilse.attention.models import LONGEST_HORIZON
from grilse.attention.mortality_bands import MortalityBands, read_bands
from grilse.environment.queries import read_daily_water
from grilse.farm.models import Sensor
from grilse.feeding.queries import SiteFeed, list_site_feed
from grilse.growth.models import FlaggedRecord
from grilse.growth.pen_history import PenHistory, read_pen_history
from grilse.health.queries import SiteLiceWeek, WithdrawalHold, find_lice_limits, find_withdrawal_holds, read_site_lice
from grilse.helpdesk.models import Ticket
from grilse.helpdesk.workflow import WAITING_STATUSES
from grilse.listing.sql import fetch_rows
from grilse.planning.queries import compute_weight_lead, find_planned_harvests
from grilse.science.arrays import Floats, Indices, Mask
from grilse.stock.queries import DueOrder, LastRecords, list_due_orders, list_last_records

TREND_DAYS = 30
"""Days of the trend that a finding shows."""
HISTORY_DAYS = TREND_DAYS + 6
"""Days of states, so that the first day of the trend has a week before it."""
LICE_WEEKS = 8
"""Weeks of lice counts; a trend is fitted to the last few of them."""


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


@dataclass(frozen=True, kw_only=True, slots=True)
class LateTicket:
    """A ticket that waits longer than promised."""

    id: int
    number: int
    geography: int | None
    area: int | None
    container: int | None
    days_late: float


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
    lice_limits: dict[tuple[int, date], dict[str, float]]
    """By geography and day, then by the kind of limit."""
    feed: list[SiteFeed]
    bands: MortalityBands
    last_records: dict[int, LastRecords]
    """By placement."""
    orders: list[DueOrder]
    planned_harvests: dict[int, date]
    """By batch."""
    weight_leads: dict[int, float]
    """How many percent heavier than planned batches with planned stages are, by batch."""
    holds: dict[int, WithdrawalHold]
    """By placement."""
    sensors: list[tuple[int, str, date]]
    """Container, parameter and first day of the sensors of active pens."""
    flagged: list[tuple[int, date]]
    """Placement and day of weight records to review."""
    tickets: list[LateTicket]

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

    @cached_property
    def site_of_batch(self) -> dict[int, Site]:
        """The site of the newest pen of each batch."""
        pens = sorted(self.history.pens, key=lambda pen: (pen.start, pen.placement))
        return {pen.batch: Site(area=pen.area, hall=pen.hall, geography=pen.geography) for pen in pens}

    def select_pens(self, site: Site) -> Indices:
        """Return the positions of the pens of a site."""
        return np.flatnonzero(self.site_of_pen == self.sites.index(site))

    def find_first_day(self, site: Site) -> date:
        """Return the day on which the first of the active pens of a site was filled."""
        return min(self.history.pens[pen].start for pen in self.select_pens(site).tolist())

    def find_temperature(self, site: Site) -> float:
        """Return the mean temperature of a site in the last week, NaN where it is not known."""
        values = self.water["temperature_mean"][self.select_pens(site), -7:]
        known = values[np.isfinite(values)]
        return float(known.mean()) if known.size else np.nan

    def sum_biomass(self, site: Site | None) -> Floats:
        """Return the biomass of the active pens of a site, or of all pens at sea, on the last days, kg."""
        pens = np.flatnonzero(self.at_sea) if site is None else self.select_pens(site)
        return np.asarray(np.nansum(self.history.columns["biomass_kg"][pens], axis=0))


def find_records_day() -> date | None:
    """Return the last day with a movement, meal, sample, count or reading of the company; one statement."""
    [row] = fetch_rows(RECORDS_DAY)
    day: date | None = row["day"]
    return day


def read_inputs(day: date, now: datetime, bands: MortalityBands | None = None) -> RuleInputs:
    """Return what the rules look at on a day; bands that are not given are the stored ones."""
    history = read_pen_history(day, HISTORY_DAYS)
    containers = [pen.container for pen in history.pens]
    placements = [pen.placement for pen in history.pens]
    batches = sorted({pen.batch for pen in history.pens})
    now = min(now, datetime.combine(day + timedelta(days=2), datetime.min.time(), UTC))
    harvests = find_planned_harvests(batches)
    return RuleInputs(
        day=day,
        now=now,
        history=history,
        water=read_daily_water(containers, day, HISTORY_DAYS),
        lice=read_site_lice(day, LICE_WEEKS),
        lice_limits=find_lice_limits([day + timedelta(days=number) for number in range(LONGEST_HORIZON + 1)]),
        feed=list_site_feed(day),
        bands=read_bands() if bands is None else bands,
        last_records={row.placement: row for row in list_last_records(placements, day)},
        orders=list_due_orders(day + timedelta(days=LONGEST_HORIZON)),
        planned_harvests=harvests,
        weight_leads=_read_weight_leads(history, harvests),
        holds=find_withdrawal_holds(placements, day),
        sensors=_list_sensors(containers, day),
        flagged=_list_flagged(placements, day),
        tickets=_list_late_tickets(now),
    )


def _read_weight_leads(history: PenHistory, harvests: dict[int, date]) -> dict[int, float]:
    """Return the leads of batches whose plan has not ended; one statement."""
    fish, grams = history.get_latest("count"), 1000 * history.get_latest("biomass_kg")
    batch = np.array([pen.batch for pen in history.pens], dtype=np.int64)
    known = np.isfinite(fish) & np.isfinite(grams)
    ids, at = np.unique(batch[known], return_inverse=True)
    total = np.bincount(at, weights=fish[known], minlength=ids.size)
    weight = np.bincount(at, weights=grams[known], minlength=ids.size) / np.maximum(total, 1)
    rows = zip(ids.tolist(), weight.tolist(), strict=True)
    return compute_weight_lead(
        [(id, history.day, grams) for id, grams in rows if id in harvests and history.day < harvests[id]]
    )


def _list_sensors(containers: Sequence[int], day: date) -> list[tuple[int, str, date]]:
    rows = Sensor.objects.filter(container__in=containers, installed__lte=day).exclude(removed__lte=day)
    return list(rows.order_by("id").values_list("container_id", "parameter", "installed"))


def _list_flagged(placements: Sequence[int], day: date) -> list[tuple[int, date]]:
    rows = FlaggedRecord.objects.filter(
        placement__in=placements,
        verdict=FlaggedRecord.Verdict.OPEN,
        date__range=(day - timedelta(days=LONGEST_HORIZON), day),
    )
    return list(rows.order_by("id").values_list("placement_id", "date"))


def _list_late_tickets(now: datetime) -> list[LateTicket]:
    """Return the tickets that were not answered or resolved in time; one statement."""
    names = ("id", "number", "geography_id", "area_id", "container_id", "answered_at", "answer_due", "resolve_due")
    tickets = []
    for id, number, geography, area, container, answered, answer, resolve in Ticket.objects.filter(
        status__in=WAITING_STATUSES
    ).values_list(*names):
        dues = [due for due in (None if answered else answer, resolve) if due is not None and due < now]
        if dues:
            days = (now - min(dues)) / timedelta(days=1)
            tickets.append(
                LateTicket(id=id, number=number, geography=geography, area=area, container=container, days_late=days)
            )
    return tickets


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
