"""What an ensemble says: quantiles by day, dates at which a weight is reached, chances of passing a limit."""

from collections.abc import Sequence

import numpy as np

from grilse.science.arrays import Floats, Mask
from grilse.science.parameters import load_parameters


def quantile_levels() -> list[float]:
    """Quantiles that are reported.

    Returns
    -------
    list of float
        Ascending; the second is the median.

    Source: projection.toml.
    """
    return list(load_parameters("projection")["quantiles"])


def quantiles_on_days(members: Floats, step_days: int, days: Sequence[int]) -> Floats:
    """P10, P50 and P90 of some days.

    Parameters
    ----------
    members : shape (steps + 1, members), any unit.
    step_days : length of a step, d.
    days : days ahead, within the steps.

    Returns
    -------
    Floats
        Shape (3, len(days)), unit of `members`; cube roots lie on straight lines between the ends of steps.
    """
    place = np.asarray(days) / step_days
    before = np.minimum(place.astype(np.int64), len(members) - 2)
    onward = (place - before)[:, None]
    between = (1.0 - onward) * np.cbrt(members[before]) + onward * np.cbrt(members[before + 1])
    return np.asarray(np.quantile(between, quantile_levels(), axis=1) ** 3, dtype=np.float64)


def interpolate_daily(values: Floats, step_days: int, days: int) -> Floats:
    """Values of each day between the ends of steps.

    Parameters
    ----------
    values : now and at the end of each step, shape (steps + 1,).
    step_days : length of a step, d.
    days : number of days ahead.

    Returns
    -------
    Floats
        Now and at the end of each day, shape (days + 1,), on straight lines.
    """
    ends = step_days * np.arange(values.size)
    return np.asarray(np.interp(np.arange(days + 1), ends, values))


def daily_quantiles(members: Floats, step_days: int, days: int) -> Floats:
    """P10, P50 and P90 of each day.

    Parameters
    ----------
    members : shape (steps + 1, members), any unit.
    step_days, days : length of a step, and days ahead, d.

    Returns
    -------
    Floats
        Shape (3, days + 1), unit of `members`; cube roots lie on straight lines between the ends of steps.
    """
    rows = np.cbrt(np.quantile(members, quantile_levels(), axis=1))
    return np.stack([interpolate_daily(row, step_days, days) ** 3 for row in rows])


def daily_probability(passed: Mask, step_days: int, days: int) -> Floats:
    """Share of the members of which something holds.

    Parameters
    ----------
    passed : whether it holds, shape (steps + 1, members).
    step_days, days : length of a step, and days ahead, d.

    Returns
    -------
    Floats
        0 to 1 on each day, shape (days + 1,).
    """
    return interpolate_daily(passed.mean(axis=1), step_days, days)


def days_to_target(weight: Floats, step_days: int, target: float) -> Floats:
    """Day on which each member first weighs a target.

    Parameters
    ----------
    weight : mean weight, g, shape (steps + 1, members).
    step_days : length of a step, d.
    target : g.

    Returns
    -------
    Floats
        Days ahead, whole, shape (members,); 0 where it is reached already, inf where not within the steps.
    """
    there = weight >= target
    step = np.argmax(there, axis=0)
    member = np.arange(weight.shape[1])
    after, before = weight[step, member], weight[np.maximum(step - 1, 0), member]
    gained = np.where(after > before, after - before, 1.0)
    day = np.ceil((step - 1 + (target - before) / gained) * step_days)
    return np.where(there.any(axis=0), np.where(step == 0, 0.0, day), np.inf)


def date_quantiles(day: Floats, days: int) -> tuple[list[int | None], float]:
    """Distribution of a day.

    Parameters
    ----------
    day : of each member, inf where it does not come, shape (members,).
    days : days ahead that count.

    Returns
    -------
    tuple
        P10, P50 and P90, None where it lies beyond, and the share of the members for which it comes.
    """
    quantile_days = np.quantile(day, quantile_levels(), method="inverted_cdf").tolist()
    return [int(quantile_day) if quantile_day <= days else None for quantile_day in quantile_days], float(
        (day <= days).mean()
    )
