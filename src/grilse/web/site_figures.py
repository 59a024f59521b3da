"""Figures of a site and of each of its pens on a day, and what they say against the limits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any

import numpy as np
from django.utils.translation import gettext as translate

from grilse.attention.inputs import LICE_WEEKS
from grilse.attention.rules import fit_lice_growth, project_exponential
from grilse.attention.site_figures import OXYGEN_DAYS
from grilse.environment.queries import read_daily_water
from grilse.farm.site_queries import SiteFacts
from grilse.feeding.queries import SiteStore, list_site_stores
from grilse.growth.pen_history import (
    MORTALITY_WINDOWS,
    ActivePen,
    PenHistory,
    SiteSummary,
    none_if_unknown,
    read_pen_history,
    summarize_pens,
)
from grilse.health.queries import LastLiceCount, SiteLiceWeek, find_lice_limits, list_last_lice_counts, read_site_lice
from grilse.languages import write_decimal_sign
from grilse.planning.plans import GrowthPlan, read_plans
from grilse.science.arrays import Floats
from grilse.stock.queries import LastRecords, list_last_records
from grilse.web.sparklines import Sparkline, build_sparkline
from grilse.web.templatetags.number_formats import format_biomass, format_day, format_measure

GROWTH_DAYS = 30
"""Days whose growth is compared with the plan."""
LICE_DAYS = 28
"""Days in which a count of a pen still says something."""
LICE_HORIZON_DAYS = 14


@dataclass(frozen=True, kw_only=True, slots=True)
class PenFigures:
    """An active pen or tank on a day; None where something is not known."""

    pen: ActivePen
    fish: float | None
    weight_g: float | None
    biomass_kg: float | None
    density: float | None
    """kg/m³"""
    density_pct: float | None
    """Of its limit."""
    mortality_7_pct: float | None
    mortality_30_pct: float | None
    mortality_90_pct: float | None
    lead_pct: float | None
    """How much heavier the fish are than planned."""
    growth_pct: float | None
    """How much faster than planned they grew in the last days."""
    lice: LastLiceCount | None
    lice_pct: float | None
    """Of the limit of the day of the figures."""
    oxygen_min: float | None
    weighed: date | None

    @property
    def is_over_density(self) -> bool:
        """Whether its density reaches its limit."""
        return self.density_pct is not None and self.density_pct >= 100

    @property
    def checks(self) -> list["LimitCheck"]:
        """What has a limit in the container."""
        return [check_density(self, translate("density"))]

    @property
    def exceeded(self) -> list["LimitCheck"]:
        """The limits that are reached."""
        return [check for check in self.checks if check.is_over]


@dataclass(frozen=True, kw_only=True, slots=True)
class LimitCheck:
    """A figure against the limit that rules or permits set for it."""

    name: str
    figure: str
    limit: str
    """Empty where no limit is known."""
    share: float | None
    """Of the limit; None where one of them is not known."""
    expected_on: date | None = None
    """When the limit is expected to be reached."""

    @property
    def is_over(self) -> bool:
        """Whether the limit is reached."""
        return self.share is not None and self.share >= 1

    @property
    def sentence(self) -> str:
        """The figure against its limit, in words."""
        if not self.limit:
            return translate("%(name)s %(figure)s, no limit known") % {"name": self.name, "figure": self.figure}
        text = translate("%(name)s %(figure)s of %(limit)s allowed") % {
            "name": self.name, "figure": self.figure, "limit": self.limit,
        }  # fmt: skip
        if self.expected_on is None:
            return text
        return translate("%(text)s, expected to be reached on %(day)s") % {
            "text": text, "day": format_day(self.expected_on),
        }  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class SiteDetails:
    """A sea area or a station on the last day of records."""

    facts: SiteFacts
    day: date
    pens: list[PenFigures]
    summary: SiteSummary | None
    """None without an active pen."""
    lice: list[SiteLiceWeek]
    lice_limit: float | None
    lice_expected_on: date | None
    stores: list[SiteStore]

    @cached_property
    def checks(self) -> list[LimitCheck]:
        """What has a limit at the site."""
        if self.summary is None:
            return []
        dense = [self._check_density()]
        return [self._check_biomass(), self._check_lice(), *dense] if self.facts.area is not None else dense

    @property
    def exceeded(self) -> list[LimitCheck]:
        """The limits that are reached."""
        return [check for check in self.checks if check.is_over]

    @property
    def latest_lice(self) -> float | None:
        """Adult females per fish of the last week with counts."""
        return self.lice[-1].adult_female if self.lice else None

    @property
    def last_count(self) -> date | None:
        """The day of the last lice count."""
        return self.lice[-1].last_count if self.lice else None

    @property
    def lice_line(self) -> Sparkline | None:
        """The lice of the last weeks."""
        return build_sparkline([week.adult_female for week in self.lice], self.lice_limit)

    @property
    def lowest_oxygen(self) -> PenFigures | None:
        """The pen with the lowest oxygen."""
        known = [pen for pen in self.pens if pen.oxygen_min is not None]
        return min(known, key=lambda pen: pen.oxygen_min or 0, default=None)

    @property
    def feed_left_kg(self) -> float:
        """What its stores hold."""
        return sum(store.left_kg for store in self.stores)

    @property
    def fed_kg_per_day(self) -> float:
        """What its fish eat, mean of the last week."""
        return sum(store.fed_kg_per_day for store in self.stores)

    @property
    def feed_days(self) -> float | None:
        """How long the feed lasts, of halls in the first that runs out; None where nothing is fed."""
        halls = {store.hall for store in self.stores}
        return min((days for hall in halls if (days := self._find_feed_days(hall)) is not None), default=None)

    def _find_feed_days(self, hall: str) -> float | None:
        stores = [store for store in self.stores if store.hall == hall]
        fed = sum(store.fed_kg_per_day for store in stores)
        return sum(store.left_kg for store in stores) / fed if fed > 0 else None

    def _check_biomass(self) -> LimitCheck:
        biomass, limit = self.summary.biomass_kg if self.summary else 0.0, self.facts.max_biomass_kg
        return LimitCheck(
            name=translate("biomass"),
            figure=format_biomass(biomass),
            limit=format_biomass(limit) if limit else "",
            share=biomass / limit if limit else None,
        )

    def _check_lice(self) -> LimitCheck:
        latest = self.latest_lice
        known = latest is not None and self.lice_limit is not None
        return LimitCheck(
            name=translate("adult female lice per fish"),
            figure=write_decimal_sign(f"{latest:.2f}") if latest is not None else translate("not counted"),
            limit=write_decimal_sign(f"{self.lice_limit:.2f}") if self.lice_limit is not None else "",
            share=latest / self.lice_limit if known else None,  # type: ignore[operator]
            expected_on=self.lice_expected_on,
        )

    def _check_density(self) -> LimitCheck:
        worst = max(self.pens, key=lambda pen: pen.density_pct or 0)
        return check_density(worst, translate("densest %(pen)s:") % {"pen": worst.pen.container_name})


def check_density(row: PenFigures, name: str) -> LimitCheck:
    """Return the density of a pen against its limit."""
    limit = row.pen.max_density_kg_m3
    return LimitCheck(
        name=name,
        figure=format_measure(row.density),
        limit=f"{format_measure(limit)} kg/m³" if limit else "",
        share=None if row.density_pct is None else row.density_pct / 100,
    )


def read_site_details(facts: SiteFacts, day: date) -> SiteDetails:
    """Return the figures of a site on a day; nine statements."""
    history = read_pen_history(day, area=facts.area, station=facts.station)
    weeks = [] if facts.area is None else read_site_lice(day, LICE_WEEKS, facts.area)
    limits = _read_lice_limits(facts, day)
    return SiteDetails(
        facts=facts,
        day=day,
        pens=build_pen_figures(history, limits[0]),
        summary=summarize_pens(history),
        lice=weeks,
        lice_limit=limits[0],
        lice_expected_on=expect_lice_limit(weeks, day, limits),
        stores=list_site_stores(day, area=facts.area, station=facts.station),
    )


def build_pen_figures(history: PenHistory, lice_limit: float | None) -> list[PenFigures]:
    """Return the figures of each pen, by site and name; four statements."""
    placements, day = [pen.placement for pen in history.pens], history.day
    plans = read_plans(sorted({pen.batch for pen in history.pens}))
    water = read_daily_water([pen.container for pen in history.pens], day, OXYGEN_DAYS)["oxygen_min"]
    counts = {row.placement: row for row in list_last_lice_counts(placements, day - timedelta(days=LICE_DAYS), day)}
    records = {row.placement: row for row in list_last_records(placements, day)}
    columns = _list_columns(history, water)
    figures = [
        _build_pen(pen, {name: values[i] for name, values in columns.items()}, plans.get(pen.batch), day,
                   history.columns["weight_g"][i], counts.get(pen.placement), lice_limit, records.get(pen.placement))
        for i, pen in enumerate(history.pens)
    ]  # fmt: skip
    return sorted(figures, key=lambda row: (row.pen.stage_order, row.pen.site, row.pen.container_name, row.pen.start))


def _list_columns(history: PenHistory, water: Floats) -> dict[str, list[float | None]]:
    known = np.isfinite(water)
    oxygen = np.where(known.any(axis=1), np.where(known, water, np.inf).min(axis=1), np.nan)
    columns = {
        "fish": history.get_latest("count"),
        "weight_g": history.get_latest("weight_g"),
        "biomass_kg": history.get_latest("biomass_kg"),
        "density": history.compute_density(),
        "oxygen_min": oxygen,
        **{f"mortality_{days}_pct": history.compute_mortality(days) for days in MORTALITY_WINDOWS},
    }
    return {name: [none_if_unknown(value) for value in values.tolist()] for name, values in columns.items()}


def _build_pen(
    pen: ActivePen,
    values: dict[str, Any],
    plan: GrowthPlan | None,
    day: date,
    weights: Floats,
    count: LastLiceCount | None,
    lice_limit: float | None,
    records: LastRecords | None,
) -> PenFigures:
    limit = pen.max_density_kg_m3
    lead, growth = compare_with_plan(weights, day, plan)
    return PenFigures(
        pen=pen,
        **values,
        density_pct=100 * values["density"] / limit if limit and values["density"] is not None else None,
        lead_pct=lead,
        growth_pct=growth,
        lice=count,
        lice_pct=100 * count.adult_female / lice_limit if count and lice_limit else None,
        weighed=records.weighed if records else None,
    )


def compare_with_plan(weights: Floats, day: date, plan: GrowthPlan | None) -> tuple[float | None, float | None]:
    """Return how much heavier than planned fish are, and how much faster than planned they grew in the last days, %.

    `weights` are those of the last days, g, the day last; None where the plan or the weights say nothing.
    """
    known = np.flatnonzero(np.isfinite(weights))
    planned = None if plan is None else plan.find_weight(day)
    if plan is None or not planned or not known.size:
        return None, None
    first, last = known[known >= len(weights) - 1 - GROWTH_DAYS][:1], known[-1]
    lead = float(100 * (weights[last] / planned - 1))
    if not first.size or first[0] == last:
        return lead, None
    before = plan.find_weight(day - timedelta(days=len(weights) - 1 - int(first[0])))
    if not before or planned <= before:
        return lead, None
    return lead, float(100 * (np.log(weights[last] / weights[first[0]]) / np.log(planned / before) - 1))


def expect_lice_limit(weeks: Sequence[SiteLiceWeek], day: date, limits: Sequence[float | None]) -> date | None:
    """Return the first of the next days on which the lice of a site are expected to reach the limit of that day.

    `limits` are those of the day and of the next days; None where they are reached, or not expected to be.
    """
    known = [(week.monday, week.adult_female) for week in weeks if week.adult_female is not None]
    if not known or limits[0] is None or known[-1][1] >= limits[0]:
        return None
    monday = day - timedelta(days=day.weekday())
    means = np.full((1, LICE_WEEKS), np.nan)
    for start, mean in known:
        means[0, LICE_WEEKS - 1 - (monday - start).days // 7] = mean
    ahead = project_exponential(np.array([known[-1][1]]), fit_lice_growth(means[:, -4:]), LICE_HORIZON_DAYS)[0]
    allowed = np.array([np.nan if limit is None else limit for limit in limits[1 : LICE_HORIZON_DAYS + 1]])
    reached = np.flatnonzero(ahead >= allowed)
    return day + timedelta(days=int(reached[0]) + 1) if reached.size else None


def _read_lice_limits(facts: SiteFacts, day: date) -> list[float | None]:
    """Return the limits of a day and of the next days; one statement for a sea area."""
    days = [day + timedelta(days=number) for number in range(LICE_HORIZON_DAYS + 1)]
    if facts.area is None:
        return [None] * len(days)
    known = find_lice_limits(days)
    return [known.get((facts.geography_id, ahead), {}).get("limit") for ahead in days]
