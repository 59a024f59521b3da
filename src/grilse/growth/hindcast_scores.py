"""Accuracy of forecasts of mean weight, as reported figures."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from grilse.science.accuracy import interval_needed, relative_error
from grilse.science.arrays import Floats, Indices
from grilse.science.hindcast import Hindcast

HORIZONS = (30, 90, 180)  # days
MIN_BATCHES = 5  # harvested batches; of fewer, one unusual batch would dominate what is learned
REPORTED_INTERVAL = 90  # percent: the interval that is reported


@dataclass(frozen=True, kw_only=True, slots=True)
class HindcastOutcome:
    """Forecasts over one horizon compared with the outcomes, shape (n,)."""

    error: Floats
    """Forecast over outcome, less 1."""
    needed: Indices
    """Smallest central interval that holds the outcome, %."""
    rules: dict[str, Floats]
    """Error of each rule of thumb."""
    stage: Indices


def list_learning_days(out: Sequence[int]) -> list[int]:
    """Return the days on which a company learns: the first of each quarter once enough batches were harvested."""
    days = list_quarter_starts(min(out), max(out)) if out else []
    return [day for day in days if sum(end < day for end in out) >= MIN_BATCHES]


def list_quarter_starts(first: int, last: int) -> list[int]:
    """Return the first days of the quarters after the day `first`, up to one past the day `last`."""
    months = np.arange(
        np.datetime64(first, "D").astype("datetime64[M]"), np.datetime64(last, "D").astype("datetime64[M]") + 4
    )
    starts = months[(months.astype(np.int64) % 3) == 0].astype("datetime64[D]").astype(np.int64)
    return [day for day in starts.tolist() if day > first]


def compare_hindcast(
    hindcast: Hindcast, weight: Floats, measuring_sd: Floats | float, stage: Indices
) -> HindcastOutcome:
    """Compare forecasts with weights, g; `measuring_sd` is relative, 0 where the weight is the true one."""
    spread = np.sqrt(hindcast.root_variance + (hindcast.root * measuring_sd / 3.0) ** 2)
    return HindcastOutcome(
        error=relative_error(hindcast.mean_weight, weight),
        needed=interval_needed(hindcast.root, spread, np.cbrt(weight)),
        rules={name: relative_error(rule, weight) for name, rule in hindcast.rules.items()},
        stage=stage,
    )


def join_outcomes(outcomes: Iterable[HindcastOutcome]) -> HindcastOutcome:
    """Concatenate outcomes of one horizon."""
    parts = list(outcomes)
    names = parts[0].rules if parts else {}
    none = np.zeros(0)
    return HindcastOutcome(
        error=np.concatenate([none, *(part.error for part in parts)]),
        needed=np.concatenate([none.astype(np.int64), *(part.needed for part in parts)]),
        rules={name: np.concatenate([part.rules[name] for part in parts]) for name in names},
        stage=np.concatenate([none.astype(np.int64), *(part.stage for part in parts)]),
    )


def report_forecast(days: int, of: HindcastOutcome) -> dict[str, Any]:
    """Return the figures of one horizon; shares of 1, None without forecasts."""
    return {
        "days": days,
        "n": int(of.error.size),
        "mape": compute_mean(np.abs(of.error)),
        "bias": compute_mean(of.error),
        "coverage90": compute_mean(of.needed <= REPORTED_INTERVAL),
        "baselines": {name: compute_mean(np.abs(error)) for name, error in of.rules.items()},
    }


def compute_mean(values: Any) -> float | None:
    """Return the mean, None without values."""
    return float(np.mean(values)) if np.size(values) else None
