"""What each kind of finding looks at: from the inputs and thresholds of a company to what is raised."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np

from grilse.attention import rules
from grilse.attention.inputs import LICE_WEEKS, RuleInputs, Site, list_trend, shift_days
from grilse.attention.models import Kind
from grilse.attention.rules import Judgement
from grilse.attention.thresholds import KindThresholds, Thresholds
from grilse.growth.pen_history import take_last_known
from grilse.science.arrays import Floats, Mask

GROWTH_DAYS = 14
"""Days whose growth says how biomass goes on."""


@dataclass(frozen=True, kw_only=True, slots=True)
class RaisedFinding:
    """A finding as the rules see it now; its fields are those of the model."""

    kind: str
    subject: str
    severe: bool
    score: float
    figure: float
    threshold: float
    geography_id: int | None = None
    area_id: int | None = None
    hall_id: int | None = None
    container_id: int | None = None
    batch_id: int | None = None
    reference: str = ""
    cases: int = 1
    watched: int = 1
    expected_on: date | None = None
    trend: list[float | None] = field(default_factory=list)


def raise_findings(inputs: RuleInputs, thresholds: Thresholds) -> list[RaisedFinding]:
    """Return what every rule raises."""
    return [raised for find in KINDS for raised in find(inputs, thresholds)]


# --- pens, the worst of each site ---


def _raise_worst_pens(
    kind: Kind, inputs: RuleInputs, judged: Judgement, limits: KindThresholds, trend: Floats
) -> list[RaisedFinding]:
    """Return a finding for each site with a pen that is raised, with the figure of its worst pen."""
    judged = judged.restrict(limits.active)
    worst, cases, watched = rules.find_worst(judged, inputs.site_of_pen, len(inputs.sites))
    expected = shift_days(inputs.day, judged.days_ahead)
    return [
        _build_site_finding(
            kind,
            site,
            judged,
            pen,
            container_id=inputs.history.pens[pen].container,
            batch_id=inputs.history.pens[pen].batch,
            cases=int(cases[i]),
            watched=int(watched[i]),
            expected_on=expected[pen],
            trend=list_trend(trend[pen]),
        )
        for i, (site, pen) in enumerate(zip(inputs.sites, worst.tolist(), strict=True))
        if pen >= 0
    ]


def _build_site_finding(kind: Kind, site: Site, judged: Judgement, at: int, **fields: object) -> RaisedFinding:
    return RaisedFinding(
        kind=kind,
        subject=site.subject,
        geography_id=site.geography,
        area_id=site.area,
        hall_id=site.hall,
        **_take_figures(judged, at),
        **fields,  # type: ignore[arg-type]  # fields of the class
    )


def _take_figures(judged: Judgement, at: int) -> dict[str, float | bool]:
    return {
        "severe": bool(judged.severe[at]),
        "score": float(judged.score[at]),
        "figure": float(judged.figure[at]),
        "threshold": float(judged.threshold[at]),
    }


def find_low_oxygen(inputs: RuleInputs, thresholds: Thresholds) -> list[RaisedFinding]:
    """Return the sites where the lowest oxygen of the day is below the threshold."""
    limits = thresholds.select(Kind.OXYGEN, inputs.pen_geographies)
    lowest = inputs.water["oxygen_min"]
    judged = rules.judge_shortfall(lowest[:, -1], limits.threshold, limits.severe)
    return _raise_worst_pens(Kind.OXYGEN, inputs, judged, limits, lowest)


def find_dense_pens(inputs: RuleInputs, thresholds: Thresholds) -> list[RaisedFinding]:
    """Return the sites where a pen reaches its density limit, or is expected to."""
    pens = inputs.history.pens
    limits = thresholds.select(Kind.DENSITY, inputs.pen_geographies)
    volume = np.array([pen.volume_m3 for pen in pens], dtype=np.float64)
    most = np.array([pen.max_density_kg_m3 for pen in pens], dtype=np.float64)
    course = inputs.history.columns["biomass_kg"] / volume[:, None]
    judged = _judge_growing(course, most, limits)
    return _raise_worst_pens(Kind.DENSITY, inputs, judged, limits, course)


def _judge_growing(course: Floats, most: Floats, limits: KindThresholds) -> Judgement:
    """Judge a growing quantity, shape (n, days), against its limit, shape (n,), now and ahead."""
    days = limits.longest_horizon
    rate = rules.fit_daily_growth(course[:, -GROWTH_DAYS - 1 :])
    ahead = rules.project_exponential(course[:, -1], rate, days)
    ahead[np.arange(1, days + 1) > limits.horizon_days[:, None]] = np.nan
    threshold = most * limits.threshold
    return rules.judge_course(course[:, -1], threshold, most * limits.severe, ahead, threshold[:, None])


# --- sites ---


def find_lice(inputs: RuleInputs, thresholds: Thresholds) -> list[RaisedFinding]:
    """Return the sea sites whose lice reach the dated limit, or are expected to."""
    sites = [site for site in inputs.sites if site.area is not None]
    means, last = _lay_out_lice(inputs, sites)
    limits = thresholds.select(Kind.LICE, [site.geography for site in sites])
    days = limits.longest_horizon
    allowed = _list_lice_limits(inputs, sites, days)
    latest = take_last_known(means)
    ahead = rules.project_exponential(latest, rules.fit_lice_growth(means[:, -4:]), days)
    ahead[np.arange(1, days + 1) > limits.horizon_days[:, None]] = np.nan
    judged = rules.judge_course(
        latest,
        allowed[:, 0] * limits.threshold,
        allowed[:, 0] * limits.severe,
        ahead,
        allowed[:, 1:] * limits.threshold[:, None],
    ).restrict(limits.active & last)
    expected = shift_days(inputs.day, judged.days_ahead)
    return [
        _build_site_finding(Kind.LICE, sites[i], judged, i, expected_on=expected[i], trend=list_trend(means[i]))
        for i in np.flatnonzero(judged.raised).tolist()
    ]


def _lay_out_lice(inputs: RuleInputs, sites: list[Site]) -> tuple[Floats, Mask]:
    """Return the means of sites by week, shape (sites, weeks), and which sites were counted in the last two weeks."""
    row = {site.area: i for i, site in enumerate(sites)}
    first = inputs.day - timedelta(days=inputs.day.weekday() + 7 * (LICE_WEEKS - 1))
    means = np.full((len(sites), LICE_WEEKS), np.nan)
    for week in inputs.lice:
        if week.area in row and week.adult_female is not None:
            means[row[week.area], (week.monday - first).days // 7] = week.adult_female
    return means, np.isfinite(means[:, -2:]).any(axis=1)


def _list_lice_limits(inputs: RuleInputs, sites: list[Site], days: int) -> Floats:
    """Return the limits of sites on the day and the next days, shape (sites, 1 + days); NaN where there is none."""
    dates = [inputs.day + timedelta(days=number) for number in range(days + 1)]
    return np.array(
        [[inputs.lice_limits.get((site.geography, date), np.nan) for date in dates] for site in sites], dtype=np.float64
    ).reshape(len(sites), days + 1)


KINDS: tuple[Callable[[RuleInputs, Thresholds], list[RaisedFinding]], ...] = (
    find_lice,
    find_low_oxygen,
    find_dense_pens,
)
"""One function for each kind of finding."""
