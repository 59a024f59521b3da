"""What each kind of finding looks at: from the inputs and thresholds of a company to what is raised."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

import numpy as np

from grilse.attention import rules
from grilse.attention.inputs import LICE_WEEKS, RuleInputs, Site, list_trend, shift_days
from grilse.attention.models import Kind
from grilse.attention.mortality_bands import find_quarters, number_bands
from grilse.attention.rules import Judgement
from grilse.attention.thresholds import KindThresholds, Thresholds
from grilse.growth.pen_history import take_last_known
from grilse.science.arrays import Floats, Indices, Mask
from grilse.science.days import to_epoch_day
from grilse.science.estimation import Provenance

GROWTH_DAYS = 14
"""Days whose growth says how biomass goes on."""
FIRST_SAMPLED_STAGE = 3
"""Order of the first stage whose fish are weighed in samples: younger ones are too small."""
COLD_WATER_C = 4.0
"""Below this lice grow slowly, and are counted half as often."""


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
    kind: Kind,
    inputs: RuleInputs,
    judged: Judgement,
    limits: KindThresholds,
    trend: Floats | None = None,
    pen_of_row: Indices | None = None,
    references: Sequence[str] = (),
) -> list[RaisedFinding]:
    """Return a finding for each site with a pen that is raised, with the figure of its worst pen.

    Rows are the pens, or belong to the pens whose positions `pen_of_row` has.
    """
    judged = judged.restrict(limits.active)
    pens = np.arange(len(inputs.history.pens)) if pen_of_row is None else pen_of_row
    worst, cases, watched = rules.find_worst(judged, inputs.site_of_pen[pens], len(inputs.sites))
    expected = shift_days(inputs.day, judged.days_ahead)
    return [
        _build_site_finding(
            kind,
            site,
            judged,
            row,
            container_id=inputs.history.pens[pens[row]].container,
            batch_id=inputs.history.pens[pens[row]].batch,
            reference=references[row] if references else "",
            cases=int(cases[i]),
            watched=int(watched[i]),
            expected_on=expected[row],
            trend=[] if trend is None else list_trend(trend[row]),
        )
        for i, (site, row) in enumerate(zip(inputs.sites, worst.tolist(), strict=True))
        if row >= 0
    ]


def _build_site_finding(kind: Kind, site: Site, judged: Judgement, at: int, **fields: Any) -> RaisedFinding:
    return RaisedFinding(
        kind=kind,
        subject=site.subject,
        geography_id=site.geography,
        area_id=site.area,
        hall_id=site.hall,
        **_take_figures(judged, at),
        **fields,
    )


def _take_figures(judged: Judgement, at: int) -> dict[str, Any]:
    return {
        "severe": bool(judged.severe[at]),
        "score": float(judged.score[at]),
        "figure": float(judged.figure[at]),
        "threshold": float(judged.threshold[at]),
    }


def find_mortality(inputs: RuleInputs, thresholds: Thresholds) -> list[RaisedFinding]:
    """Return the sites where a pen's mortality of seven days is above its band."""
    limits = thresholds.select(Kind.MORTALITY, inputs.pen_geographies)
    columns = inputs.history.columns
    course = rules.roll_mortality(columns["deaths"], columns["count"], rules.DAYS_A_WEEK)
    quarter = find_quarters(np.full(len(course), to_epoch_day(inputs.day)))
    sites = np.array([pen.area or -(pen.hall or 0) for pen in inputs.history.pens], dtype=np.int64)
    upper = inputs.bands.find_upper(number_bands(inputs.history.get_latest("weight_g"), quarter), sites)
    judged = rules.judge_mortality(course[:, -1], upper, limits.threshold, limits.severe)
    return _raise_worst_pens(Kind.MORTALITY, inputs, judged, limits, course)


def find_appetite_loss(inputs: RuleInputs, thresholds: Thresholds) -> list[RaisedFinding]:
    """Return the sites where the estimator raised the alarm of short feed in the last days."""
    limits = thresholds.select(Kind.APPETITE, inputs.pen_geographies)
    flags = np.nan_to_num(inputs.history.columns["provenance"]).astype(np.int64)
    alarmed = flags & int(Provenance.FEED_SHORT) > 0
    days = np.where(alarmed.any(axis=1), np.argmax(alarmed[:, ::-1], axis=1), np.nan).astype(np.float64)
    judged = rules.judge_recent(days, limits.threshold)
    return _raise_worst_pens(Kind.APPETITE, inputs, judged, limits, inputs.history.columns["feed_kg"])


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


def find_overdue_samples(inputs: RuleInputs, thresholds: Thresholds) -> list[RaisedFinding]:
    """Return the sites with a pen whose fish were not weighed for too many days."""
    limits = thresholds.select(Kind.SAMPLE, inputs.pen_geographies)
    weighed = [inputs.last_records[pen.placement].weighed or pen.start for pen in inputs.history.pens]
    judged = rules.judge_excess(_count_days_since(inputs, weighed), limits.threshold, limits.severe)
    feeding = np.array([pen.stage_order >= FIRST_SAMPLED_STAGE for pen in inputs.history.pens], dtype=np.bool_)
    return _raise_worst_pens(Kind.SAMPLE, inputs, judged.restrict(feeding), limits)


def find_overdue_rounds(inputs: RuleInputs, thresholds: Thresholds) -> list[RaisedFinding]:
    """Return the sites where nobody counted dead fish in any pen for too many days."""
    limits = thresholds.select(Kind.DEATH_ROUND, [site.geography for site in inputs.sites])
    counted = [inputs.last_records[pen.placement].dead_counted or pen.start for pen in inputs.history.pens]
    days = np.full(len(inputs.sites), np.inf)
    np.minimum.at(days, inputs.site_of_pen, _count_days_since(inputs, counted))
    return _raise_sites(
        Kind.DEATH_ROUND, inputs, inputs.sites, rules.judge_excess(days, limits.threshold, limits.severe), limits
    )


def find_silent_sensors(inputs: RuleInputs, thresholds: Thresholds) -> list[RaisedFinding]:
    """Return the sites with a sensor of temperature or oxygen that is silent for longer than it usually is."""
    row = {pen.container: i for i, pen in enumerate(inputs.history.pens)}
    watched = [
        (row[container], parameter) for container, parameter, _ in inputs.sensors if f"{parameter}_n" in inputs.water
    ]
    pens = np.array([pen for pen, _ in watched], dtype=np.int64)
    limits = thresholds.select(Kind.SENSOR, [inputs.history.pens[pen].geography for pen in pens.tolist()])
    days = inputs.water["oxygen_n"].shape[1]
    measured = np.array([inputs.water[f"{name}_n"][pen] for pen, name in watched]).reshape(-1, days)
    judged = rules.judge_silence(measured, limits.threshold, limits.severe).restrict(limits.active)
    return _raise_worst_pens(
        Kind.SENSOR, inputs, judged, limits, measured, pens, [parameter for _, parameter in watched]
    )


def find_flagged_records(inputs: RuleInputs, thresholds: Thresholds) -> list[RaisedFinding]:
    """Return the sites with weight records that somebody has to review."""
    limits = thresholds.select(Kind.FLAGGED_RECORD, inputs.pen_geographies)
    row = {pen.placement: i for i, pen in enumerate(inputs.history.pens)}
    records = np.zeros(len(inputs.history.pens))
    for placement, day in inputs.flagged:
        records[row[placement]] += (inputs.day - day).days <= limits.horizon_days[row[placement]]
    judged = rules.judge_excess(records, limits.threshold, limits.severe)
    return _raise_worst_pens(Kind.FLAGGED_RECORD, inputs, judged, limits)


def _count_days_since(inputs: RuleInputs, dates: list[date]) -> Floats:
    return np.array([(inputs.day - day).days for day in dates], dtype=np.float64)


# --- sites ---


def _raise_sites(
    kind: Kind,
    inputs: RuleInputs,
    sites: list[Site],
    judged: Judgement,
    limits: KindThresholds,
    trend: Floats | None = None,
) -> list[RaisedFinding]:
    expected = shift_days(inputs.day, judged.days_ahead)
    return [
        _build_site_finding(
            kind, sites[i], judged, i, expected_on=expected[i], trend=[] if trend is None else list_trend(trend[i])
        )
        for i in np.flatnonzero(judged.raised & limits.active).tolist()
    ]


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
    ).restrict(last)
    return _raise_sites(Kind.LICE, inputs, sites, judged, limits, means)


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
        [[inputs.lice_limits.get((site.geography, date), {}).get("limit", np.nan) for date in dates] for site in sites],
        dtype=np.float64,
    ).reshape(len(sites), days + 1)


def find_overdue_lice_counts(inputs: RuleInputs, thresholds: Thresholds) -> list[RaisedFinding]:
    """Return the sea sites without a lice count for too many days; in cold water twice as many are allowed."""
    sites = [site for site in inputs.sites if site.area is not None]
    limits = thresholds.select(Kind.LICE_COUNT, [site.geography for site in sites])
    counted = {week.area: week.last_count for week in inputs.lice}
    last = [counted.get(site.area or 0) or inputs.find_first_day(site) for site in sites]
    patience = np.array([2.0 if inputs.find_temperature(site) < COLD_WATER_C else 1.0 for site in sites])
    judged = rules.judge_excess(_count_days_since(inputs, last), limits.threshold * patience, limits.severe * patience)
    return _raise_sites(Kind.LICE_COUNT, inputs, sites, judged, limits)


def find_full_sites(inputs: RuleInputs, thresholds: Thresholds) -> list[RaisedFinding]:
    """Return the sea areas whose biomass reaches their limit, or is expected to; tonnes."""
    limited = {pen.area: pen.max_biomass_kg for pen in inputs.history.pens if pen.max_biomass_kg is not None}
    sites = [site for site in inputs.sites if site.area in limited]
    limits = thresholds.select(Kind.SITE_BIOMASS, [site.geography for site in sites])
    most = np.array([limited[site.area] for site in sites], dtype=np.float64) / 1000
    course = np.stack([inputs.sum_biomass(site) for site in [*sites, None]])[:-1] / 1000
    return _raise_sites(Kind.SITE_BIOMASS, inputs, sites, _judge_growing(course, most, limits), limits, course)


def find_full_company(inputs: RuleInputs, thresholds: Thresholds) -> list[RaisedFinding]:
    """Return whether the biomass at sea of the company reaches its limit, or is expected to; tonnes."""
    limits = thresholds.select(Kind.COMPANY_BIOMASS, [None])
    course = inputs.sum_biomass(None)[None, :] / 1000
    judged = _judge_growing(course, np.ones(1), limits).restrict(limits.active)
    if not judged.raised[0]:
        return []
    figures = _take_figures(judged, 0)
    [expected] = shift_days(inputs.day, judged.days_ahead)
    return [
        RaisedFinding(
            kind=Kind.COMPANY_BIOMASS, subject="company", **figures, expected_on=expected, trend=list_trend(course[0])
        )
    ]


def find_short_feed(inputs: RuleInputs, thresholds: Thresholds) -> list[RaisedFinding]:
    """Return the sites whose feed lasts for too few days."""
    known = [(site, feed) for feed in inputs.feed if (site := inputs.find_site(feed.area, feed.hall))]
    limits = thresholds.select(Kind.FEED, [site.geography for site, _ in known])
    days = np.array([feed.days_left for _, feed in known], dtype=np.float64)
    judged = rules.judge_shortfall(days, limits.threshold, limits.severe)
    return _raise_sites(Kind.FEED, inputs, [site for site, _ in known], judged, limits)


# --- batches, orders, tickets ---


def find_drifting_batches(inputs: RuleInputs, thresholds: Thresholds) -> list[RaisedFinding]:
    """Return the batches whose mean weight is off their plan."""
    batches = list(inputs.weight_leads)
    limits = thresholds.select(Kind.DRIFT, [inputs.site_of_batch[batch].geography for batch in batches])
    lead = np.array([inputs.weight_leads[batch] for batch in batches], dtype=np.float64)
    return _raise_batches(Kind.DRIFT, inputs, batches, rules.judge_drift(lead, limits.threshold, limits.severe), limits)


def find_withheld_harvests(inputs: RuleInputs, thresholds: Thresholds) -> list[RaisedFinding]:
    """Return the batches with a withdrawal period that ends after their planned harvest."""
    until: dict[int, date] = {}
    for pen in inputs.history.pens:
        hold = inputs.holds.get(pen.placement)
        if hold is not None and pen.batch in inputs.planned_harvests:
            until[pen.batch] = max(hold.until, until.get(pen.batch, hold.until))
    batches = list(until)
    limits = thresholds.select(Kind.WITHDRAWAL, [inputs.site_of_batch[batch].geography for batch in batches])
    planned = [inputs.planned_harvests[batch] for batch in batches]
    days = np.array([(until[batch] - day).days for batch, day in zip(batches, planned, strict=True)], dtype=np.float64)
    soon = -_count_days_since(inputs, planned) <= limits.horizon_days
    judged = rules.judge_excess(days, limits.threshold, limits.severe).restrict(soon)
    return _raise_batches(Kind.WITHDRAWAL, inputs, batches, judged, limits)


def _raise_batches(
    kind: Kind, inputs: RuleInputs, batches: list[int], judged: Judgement, limits: KindThresholds
) -> list[RaisedFinding]:
    """Return a finding for each batch that is raised, at the site of its newest pen."""
    sites = [inputs.site_of_batch[batch] for batch in batches]
    return [
        replace(_build_site_finding(kind, sites[i], judged, i, batch_id=batches[i]), subject=f"batch:{batches[i]}")
        for i in np.flatnonzero(judged.raised & limits.active).tolist()
    ]


def find_due_moves(inputs: RuleInputs, thresholds: Thresholds) -> list[RaisedFinding]:
    """Return the transfer orders that are due soon, or over."""
    orders = [order for order in inputs.orders if order.batch in inputs.site_of_batch]
    limits = thresholds.select(Kind.PLANNED_MOVE, [inputs.site_of_batch[order.batch].geography for order in orders])
    days = -_count_days_since(inputs, [order.planned_date for order in orders])
    judged = rules.judge_lateness(days, limits.threshold, limits.severe).restrict(limits.active)
    return [
        replace(
            _build_site_finding(
                Kind.PLANNED_MOVE,
                inputs.site_of_batch[orders[i].batch],
                judged,
                i,
                batch_id=orders[i].batch,
                reference=orders[i].number,
                cases=orders[i].lines,
                watched=orders[i].lines,
            ),
            subject=f"order:{orders[i].id}",
        )
        for i in np.flatnonzero(judged.raised).tolist()
    ]


def find_late_tickets(inputs: RuleInputs, thresholds: Thresholds) -> list[RaisedFinding]:
    """Return the tickets that wait longer than promised."""
    tickets = inputs.tickets
    limits = thresholds.select(Kind.LATE_TICKET, [ticket.geography for ticket in tickets])
    days = np.array([ticket.days_late for ticket in tickets], dtype=np.float64)
    judged = rules.judge_delay(days, limits.threshold, limits.severe).restrict(limits.active)
    return [
        RaisedFinding(
            kind=Kind.LATE_TICKET,
            subject=f"ticket:{tickets[i].id}",
            geography_id=tickets[i].geography,
            area_id=tickets[i].area,
            container_id=tickets[i].container,
            reference=f"#{tickets[i].number}",
            **_take_figures(judged, i),
        )
        for i in np.flatnonzero(judged.raised).tolist()
    ]


KINDS: tuple[Callable[[RuleInputs, Thresholds], list[RaisedFinding]], ...] = (
    find_lice,
    find_mortality,
    find_appetite_loss,
    find_drifting_batches,
    find_dense_pens,
    find_full_sites,
    find_full_company,
    find_low_oxygen,
    find_short_feed,
    find_overdue_samples,
    find_overdue_lice_counts,
    find_overdue_rounds,
    find_silent_sensors,
    find_withheld_harvests,
    find_flagged_records,
    find_late_tickets,
    find_due_moves,
)
"""One function for each kind of finding."""
