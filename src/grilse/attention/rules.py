"""The rules: arrays of figures in, what is raised out. One small function each; thresholds come from outside."""

from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from grilse.growth.pen_history import compute_mortality_pct, sum_deaths
from grilse.science.arrays import Floats, Indices, Mask

DAYS_A_WEEK = 7
FASTEST_LICE_GROWTH = np.log(2) / DAYS_A_WEEK
"""Per day: a steeper rise between weekly counts is noise of few lice."""
LICE_FLOOR = 0.02
"""Adult females per fish that are added before logarithms: 20 fish without lice are not none per fish for certain."""
FEWEST_TREND_WEEKS = 3
"""Fewest weeks with counts from which a trend is fitted."""
AHEAD_PATIENCE = 2.0
"""Factor on the thresholds of fish that are ahead of their plan: they are less of a worry."""
LEAST_SHARE = 1e-3
"""Share of the threshold below which the score of a shortfall grows no more."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Judgement:
    """What a rule says of n figures; each array has shape (n,)."""

    raised: Mask
    severe: Mask
    figure: Floats
    threshold: Floats
    score: Floats
    """How far a figure is beyond its threshold: 1 is at the threshold."""
    days_ahead: Floats
    """Days until the threshold is expected to be reached; NaN where it is reached, or not expected."""

    def restrict(self, mask: Mask) -> Self:
        """Return the judgement that raises only where a mask holds."""
        return replace(self, raised=self.raised & mask)


def judge_excess(figure: Floats, threshold: Floats, severe: Floats) -> Judgement:
    """Raise figures that reach a threshold."""
    with np.errstate(divide="ignore", invalid="ignore"):
        score = figure / threshold
        return Judgement(
            raised=figure >= threshold,
            severe=figure >= severe,
            figure=figure,
            threshold=threshold,
            score=score,
            days_ahead=np.full(figure.shape, np.nan),
        )


def judge_shortfall(figure: Floats, threshold: Floats, severe: Floats) -> Judgement:
    """Raise figures that are below a threshold."""
    with np.errstate(invalid="ignore"):
        return Judgement(
            raised=figure < threshold,
            severe=figure < severe,
            figure=figure,
            threshold=threshold,
            score=threshold / np.maximum(figure, LEAST_SHARE * threshold),
            days_ahead=np.full(figure.shape, np.nan),
        )


def judge_course(
    figure: Floats, threshold: Floats, severe: Floats, ahead: Floats, threshold_ahead: Floats
) -> Judgement:
    """Raise figures that reach a threshold, or are expected to on one of the next days.

    Parameters
    ----------
    figure, threshold, severe : shape (n,).
    ahead, threshold_ahead : expected figure and threshold on the next days, shape (n, days).
    """
    judged = judge_excess(figure, threshold, severe)
    with np.errstate(invalid="ignore"):
        reached = ahead >= threshold_ahead
    expected = reached.any(axis=1) & ~judged.raised
    days = np.where(expected, np.argmax(reached, axis=1) + 1.0, np.nan) if reached.size else judged.days_ahead
    return replace(judged, raised=judged.raised | expected, days_ahead=days)


def project_exponential(figure: Floats, daily_rate: Floats, days: int) -> Floats:
    """Return figures that grow at a constant rate on the next days, shape (n, days)."""
    return np.asarray(figure[:, None] * np.exp(daily_rate[:, None] * np.arange(1, days + 1)))


def fit_lice_growth(weekly_means: Floats) -> Floats:
    """Return the growth of adult females per day from the last weeks' means, shape (sites, weeks), the last week last.

    A straight line through the logarithms of the weeks with counts; 0 where they fall or are too few.
    """
    log = np.log(weekly_means + LICE_FLOOR)
    known = np.isfinite(log)
    number = known.sum(axis=1)
    week = np.where(known, np.arange(log.shape[1], dtype=np.float64), 0.0)
    value = np.where(known, log, 0.0)
    n = np.maximum(number, 1)
    centred = np.where(known, week - (week.sum(axis=1) / n)[:, None], 0.0)
    square = np.maximum((centred**2).sum(axis=1), 1e-9)
    slope = (centred * (value - (value.sum(axis=1) / n)[:, None])).sum(axis=1) / square
    return np.where(number >= FEWEST_TREND_WEEKS, np.clip(slope / DAYS_A_WEEK, 0.0, FASTEST_LICE_GROWTH), 0.0)


def fit_daily_growth(course: Floats) -> Floats:
    """Return the mean relative growth per day over rows of days, shape (n,); 0 where a row has too few values."""
    known = np.isfinite(course) & (course > 0)
    first = np.argmax(known, axis=1)
    last = course.shape[1] - 1 - np.argmax(known[:, ::-1], axis=1)
    rows = np.arange(len(course))
    span = np.where(known.any(axis=1), last - first, 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        rate = np.log(course[rows, last] / course[rows, first]) / span
    return np.where(span > 0, rate, 0.0)


def roll_mortality(deaths: Floats, count: Floats, days: int) -> Floats:
    """Return the mortality of the last days up to each day, %, shape (n, all days - days + 1)."""
    windows = range(deaths.shape[1] - days + 1)
    columns = [compute_mortality_pct(*sum_deaths(deaths[:, i : i + days], count[:, i : i + days])) for i in windows]
    return np.stack(columns, axis=1)


def judge_mortality(mortality: Floats, upper: Floats, threshold: Floats, severe: Floats) -> Judgement:
    """Raise weekly mortalities above the upper end of their band; thresholds are shares of it."""
    return judge_excess(mortality, upper * threshold, upper * severe)


def judge_drift(lead: Floats, threshold: Floats, severe: Floats) -> Judgement:
    """Raise weights that are behind the plan, % of the planned weight, or ahead of it by twice as much."""
    patience = np.where(lead > 0, AHEAD_PATIENCE, 1.0)
    judged = judge_excess(np.abs(lead), threshold * patience, severe * patience)
    return replace(judged, figure=lead, threshold=np.copysign(judged.threshold, lead))


def judge_lateness(days_until: Floats, threshold: Floats, severe: Floats) -> Judgement:
    """Raise what is due within some days; days below 0 are over."""
    with np.errstate(invalid="ignore"):
        return Judgement(
            raised=days_until <= threshold,
            severe=days_until < severe,
            figure=days_until,
            threshold=threshold,
            score=1 + np.maximum(threshold - days_until, 0) / DAYS_A_WEEK,
            days_ahead=np.full(days_until.shape, np.nan),
        )


def judge_recent(days: Floats, threshold: Floats) -> Judgement:
    """Raise what happened no more than some days ago; the more recent, the higher the score."""
    with np.errstate(invalid="ignore"):
        return Judgement(
            raised=days <= threshold,
            severe=np.zeros(days.shape, dtype=np.bool_),
            figure=days,
            threshold=threshold,
            score=1 + (threshold - days) / threshold,
            days_ahead=np.full(days.shape, np.nan),
        )


def judge_delay(days: Floats, threshold: Floats, severe: Floats) -> Judgement:
    """Raise what is late by more than some days, which may be none."""
    return replace(
        judge_excess(days, threshold, severe),
        raised=days > threshold,
        score=1 + np.maximum(days - threshold, 0) / DAYS_A_WEEK,
    )


def judge_silence(measured: Floats, threshold: Floats, severe: Floats) -> Judgement:
    """Raise sensors without a reading for more days than usual between two.

    `measured` is the number of readings a day, shape (sensors, days); thresholds are in usual intervals, at least days.
    """
    known = np.nan_to_num(measured) > 0
    days = known.shape[1]
    silent = np.where(known.any(axis=1), np.argmax(known[:, ::-1], axis=1), days).astype(np.float64)
    since_first = days - np.where(known.any(axis=1), np.argmax(known, axis=1), 0)
    interval = np.maximum((since_first - silent - 1) / np.maximum(known.sum(axis=1) - 1, 1), 1.0)
    return judge_excess(silent, threshold * interval, severe * interval)


def find_worst(judgement: Judgement, group: Indices, groups: int) -> tuple[Indices, Indices, Indices]:
    """Return of each group of figures the position of the worst that is raised, and how many are raised and known.

    All of shape (groups,); the position is -1 where none is raised. `group` has shape (n,).
    """
    raised = np.flatnonzero(judgement.raised)
    order = raised[np.lexsort((judgement.score[raised], judgement.severe[raised]))]
    worst = np.full(groups, -1, dtype=np.int64)
    worst[group[order]] = order  # of several values for one group numpy keeps the last, the worst
    known = np.bincount(group[np.isfinite(judgement.figure) & np.isfinite(judgement.threshold)], minlength=groups)
    return worst, np.bincount(group[raised], minlength=groups), known
