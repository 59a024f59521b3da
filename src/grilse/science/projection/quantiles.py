"""Quantiles of an ensemble by day, dates at which a weight is reached, and probabilities of exceeding a limit.

Steps of `step_days` days start at the last known day: their ends are steps + 1 rows.
"""

from collections.abc import Sequence

import numpy as np

from grilse.science.arrays import Floats, Mask
from grilse.science.parameters import load_parameters


def quantile_levels() -> list[float]:
    """Return the reported quantiles, ascending; the second is the median. Source: projection.toml."""
    return list(load_parameters("projection")["quantiles"])


def quantiles_on_days(members: Floats, step_days: int, days: Sequence[int]) -> Floats:
    """Return P10, P50 and P90 on some days, shape (3, len(days)), of `members`, shape (steps + 1, members), any unit.

    Cube roots are linear between the ends of steps.
    """
    place = np.asarray(days) / step_days
    before = np.minimum(place.astype(np.int64), len(members) - 2)
    onward = (place - before)[:, None]
    between = (1.0 - onward) * np.cbrt(members[before]) + onward * np.cbrt(members[before + 1])
    return np.asarray(np.quantile(between, quantile_levels(), axis=1) ** 3, dtype=np.float64)


def interpolate_daily(values: Floats, step_days: int, days: int) -> Floats:
    """Return values of each day, shape (days + 1,), linear between those at the ends of steps, shape (steps + 1,)."""
    ends = step_days * np.arange(values.size)
    return np.asarray(np.interp(np.arange(days + 1), ends, values))


def daily_quantiles(members: Floats, step_days: int, days: int) -> Floats:
    """Return P10, P50 and P90 of each day, shape (3, days + 1), of `members`, shape (steps + 1, members), any unit.

    Cube roots are linear between the ends of steps.
    """
    rows = np.cbrt(np.quantile(members, quantile_levels(), axis=1))
    return np.stack([interpolate_daily(row, step_days, days) ** 3 for row in rows])


def daily_probability(passed: Mask, step_days: int, days: int) -> Floats:
    """Return the share of members that exceed a limit on each day, 0 to 1, shape (days + 1,).

    `passed` tells whether each member exceeds it, shape (steps + 1, members).
    """
    return interpolate_daily(passed.mean(axis=1), step_days, days)


def days_to_target(weight: Floats, step_days: int, target: float) -> Floats:
    """Return the day on which each member first weighs a target (g), shape (members,); 0 where it does already.

    `weight` is g, shape (steps + 1, members); the result is inf where the target is not reached.
    """
    there = weight >= target
    step = np.argmax(there, axis=0)
    member = np.arange(weight.shape[1])
    after, before = weight[step, member], weight[np.maximum(step - 1, 0), member]
    gained = np.where(after > before, after - before, 1.0)
    day = np.ceil((step - 1 + (target - before) / gained) * step_days)
    return np.where(there.any(axis=0), np.where(step == 0, 0.0, day), np.inf)


def date_quantiles(day: Floats, days: int) -> tuple[list[int | None], float]:
    """Return P10, P50 and P90 of a day, None beyond `days`, and the share of the members for which it comes by then.

    `day` is that of each member, inf where it does not come, shape (members,).
    """
    quantile_days = np.quantile(day, quantile_levels(), method="inverted_cdf").tolist()
    return [int(quantile_day) if quantile_day <= days else None for quantile_day in quantile_days], float(
        (day <= days).mean()
    )
