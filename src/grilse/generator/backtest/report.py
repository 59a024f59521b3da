"""The report of a back-test; errors are shares of 1."""

from typing import Any

import numpy as np

from grilse.generator.backtest.estimate_errors import AT_SEA, BASELINES
from grilse.generator.backtest.totals import (
    ANSWERS,
    FIRST_YEAR,
    QUANTITIES,
    BacktestTotals,
    PenDays,
    SmoothingGain,
    combine_pen_days,
)
from grilse.growth.hindcast_scores import REPORTED_INTERVAL, compute_mean, report_forecast
from grilse.science.accuracy import clustered_standard_error, interval_coverage

OUTSIDE_SHARE = 0.05
MIN_HARVESTED_BATCHES = 20  # harvested batches that the calibration of the catch bias needs
DAYS_A_YEAR = 365.25


def build_backtest_report(totals: BacktestTotals) -> dict[str, Any]:
    """Return the report of a comparison."""
    return {
        "batches": int(totals.batches.size),
        "forecast": [report_forecast(horizon, of) for horizon, of in totals.outcomes.items()],
        "state": {
            **summarize_pen_days(totals.pen_days),
            "coverage90": compute_coverage(totals.by_stage.sum(axis=2), "known"),
            "hindsight_mae": compute_mean(np.abs(totals.pen_days.hindsight_error)),
            "baselines": {name: compute_mean(np.abs(of)) for name, of in totals.pen_days.baselines.items()},
            "hindsight_coverage90": compute_coverage(totals.by_stage.sum(axis=2), "hindsight"),
            "by_stage": summarize_stages(totals),
            "by_year": summarize_years(totals),
        },
        "hindsight": {
            "days_at_sea": list(AT_SEA),
            **{name: summarize_gain(gain) for name, gain in totals.gains.items()},
        },
        "alarm": summarize_alarms(totals),
        "calibration": summarize_calibration(totals),
    }


def summarize_pen_days(days: PenDays) -> dict[str, Any]:
    """Return the errors of the biomass of pens before their first harvest."""
    of_batch, batch = np.unique(days.batch, return_inverse=True)
    total = np.asarray(np.bincount(batch, days.error, of_batch.size), dtype=np.float64)
    error = clustered_standard_error(total, np.bincount(batch, minlength=of_batch.size))
    return {
        "biomass_mae": compute_mean(np.abs(days.error)),
        "outside_5pct": compute_mean(np.abs(days.error) > OUTSIDE_SHARE),
        "bias": compute_mean(days.error),
        "bias_se": None if np.isnan(error) else error,
        "pens": int(np.unique(days.pen).size),
        "pen_days": int(days.error.size),
    }


def compute_coverage(needed: Any, answer: str) -> dict[str, float | None]:
    """Return the share of truths inside the 90 % interval of each quantity."""
    shares = interval_coverage(needed[ANSWERS.index(answer)], REPORTED_INTERVAL)
    return {name: None if np.isnan(share) else float(share) for name, share in zip(QUANTITIES, shares, strict=True)}


def summarize_stages(totals: BacktestTotals) -> list[dict[str, Any]]:
    """Return weight errors and coverage of each stage."""
    days, error_sums, bias, *baselines = totals.weight_error_sums
    return [
        {
            "stage": stage,
            "days": int(days[stage]),
            "weight_mae": error_sums[stage] / days[stage],
            "weight_bias": bias[stage] / days[stage],
            "coverage90": compute_coverage(totals.by_stage[:, :, stage], "known"),
            "baselines": {name: sums[stage] / days[stage] for name, sums in zip(BASELINES, baselines, strict=True)},
        }
        for stage in np.flatnonzero(days).tolist()
    ]


def summarize_years(totals: BacktestTotals) -> list[dict[str, Any]]:
    """Return the coverage of each calendar year."""
    days = totals.by_year[0, 0].sum(axis=-1)
    coverage = {year: compute_coverage(totals.by_year[:, :, year], "known") for year in np.flatnonzero(days).tolist()}
    return [
        {"year": FIRST_YEAR + year, "days": int(days[year]), "coverage90": shares} for year, shares in coverage.items()
    ]


def summarize_gain(sums: SmoothingGain) -> dict[str, Any]:
    """Return mean absolute errors of filtered and smoothed estimates, and the relative gain."""
    if not sums.row_count or not sums.filtered_error:
        return {"known": None, "hindsight": None, "better": None, "placement_days": sums.row_count}
    return {
        "known": sums.filtered_error / sums.row_count,
        "hindsight": sums.smoothed_error / sums.row_count,
        "better": 1.0 - sums.smoothed_error / sums.filtered_error,
        "placement_days": sums.row_count,
    }


def summarize_alarms(totals: BacktestTotals) -> dict[str, Any]:
    """Return the delay of alarms after losses of growth, and the rate of false alarms."""
    delays, years = totals.delays[~np.isnan(totals.delays)], totals.watched_days / DAYS_A_YEAR
    return {
        "losses": int(totals.delays.size),
        "noticed": compute_mean(~np.isnan(totals.delays)),
        "median_days": float(np.median(delays)) if delays.size else None,
        "false_per_pen_year": totals.false_alarms / years if years else None,
    }


def summarize_calibration(totals: BacktestTotals) -> dict[str, Any]:
    """Return the bias of pen biomass before and after the calibration."""
    harvest_end_days = np.sort(totals.harvest_end_day[totals.harvest_end_day >= 0])
    first = int(harvest_end_days[MIN_HARVESTED_BATCHES - 1]) if harvest_end_days.size >= MIN_HARVESTED_BATCHES else None
    days = totals.pen_days
    after = np.zeros(days.day.size, dtype=np.bool_) if first is None else days.day >= first
    return {
        "harvested_batches": MIN_HARVESTED_BATCHES,
        "from": None if first is None else str(np.datetime64(first, "D")),
        "before": summarize_pen_days(combine_pen_days([days], lambda columns: columns[0][~after])),
        "after": summarize_pen_days(combine_pen_days([days], lambda columns: columns[0][after])),
    }
