"""The figures of a back-test, as they are reported; shares of 1."""

from typing import Any

import numpy as np

from grilse.generator.backtest.hindsight import AT_SEA
from grilse.generator.backtest.part import ANSWERS, FIRST_YEAR, QUANTITIES, Gain, Part, PenDays
from grilse.generator.backtest.states import BASELINES
from grilse.growth.hindcasts import NEEDED, forecast_facts, mean
from grilse.science.scores import clustered_error, held

OUTSIDE = 0.05
ENOUGH = 20  # harvested batches, from which on the catch bias is calibrated
DAYS_A_YEAR = 365.25


def facts_of(part: Part) -> dict[str, Any]:
    """Return the figures of a comparison."""
    return {
        "batches": int(part.batches.size),
        "forecast": [forecast_facts(horizon, of) for horizon, of in part.outcomes.items()],
        "state": {
            **pens(part.pen_days),
            "coverage90": covered(part.by_stage.sum(axis=2), "known"),
            "hindsight_mae": mean(np.abs(part.pen_days.hindsight_error)),
            "baselines": {name: mean(np.abs(of)) for name, of in part.pen_days.baselines.items()},
            "hindsight_coverage90": covered(part.by_stage.sum(axis=2), "hindsight"),
            "by_stage": by_stage(part),
            "by_year": by_year(part),
        },
        "hindsight": {
            "days_at_sea": list(AT_SEA),
            "weight_from_weights": gain(part.weight_gain),
            "weight_from_weights_and_feed": gain(part.fed_gain),
            "biomass_with_harvest": gain(part.biomass_gain),
            "biomass_with_harvest_over_weights_alone": gain(part.harvest_gain),
        },
        "alarm": alarm(part),
        "calibration": calibration(part),
    }


def pens(days: PenDays) -> dict[str, Any]:
    """Return how near the biomass of pens was before their first harvest."""
    of_batch, batch = np.unique(days.batch, return_inverse=True)
    total = np.asarray(np.bincount(batch, days.error, of_batch.size), dtype=np.float64)
    error = clustered_error(total, np.bincount(batch, minlength=of_batch.size))
    return {
        "biomass_mae": mean(np.abs(days.error)),
        "outside_5pct": mean(np.abs(days.error) > OUTSIDE),
        "bias": mean(days.error),
        "bias_se": None if np.isnan(error) else error,
        "pens": int(np.unique(days.pen).size),
        "pen_days": int(days.error.size),
    }


def covered(needed: Any, answer: str) -> dict[str, float | None]:
    """Return the share of truths that the 90 % interval of each quantity holds."""
    shares = held(needed[ANSWERS.index(answer)], NEEDED)
    return {name: number(share) for name, share in zip(QUANTITIES, shares, strict=True)}


def by_stage(part: Part) -> list[dict[str, Any]]:
    """Return weight errors and coverage of each stage."""
    days, off, bias, *baselines = part.off
    return [
        {
            "stage": stage,
            "days": int(days[stage]),
            "weight_mae": off[stage] / days[stage],
            "weight_bias": bias[stage] / days[stage],
            "coverage90": covered(part.by_stage[:, :, stage], "known"),
            "baselines": {
                name: sums[stage] / days[stage] for name, sums in zip(BASELINES, baselines, strict=True)
            },
        }
        for stage in np.flatnonzero(days).tolist()
    ]


def by_year(part: Part) -> list[dict[str, Any]]:
    """Return the coverage of each calendar year."""
    days = part.by_year[0, 0].sum(axis=-1)
    return [
        {
            "year": FIRST_YEAR + year,
            "days": int(days[year]),
            "coverage90": covered(part.by_year[:, :, year], "known"),
        }
        for year in np.flatnonzero(days).tolist()
    ]


def gain(of: Gain) -> dict[str, Any]:
    """Return mean absolute errors as known and in hindsight, and the share by which hindsight is smaller."""
    if not of.number or not of.known:
        return {"known": None, "hindsight": None, "better": None, "placement_days": of.number}
    return {
        "known": of.known / of.number,
        "hindsight": of.hindsight / of.number,
        "better": 1.0 - of.hindsight / of.known,
        "placement_days": of.number,
    }


def alarm(part: Part) -> dict[str, Any]:
    """Return how soon losses of growth were noticed, and at what price."""
    found = part.delays[~np.isnan(part.delays)]
    return {
        "losses": int(part.delays.size),
        "noticed": mean(~np.isnan(part.delays)),
        "median_days": float(np.median(found)) if found.size else None,
        "false_per_pen_year": part.false_alarms / (part.watched_days / DAYS_A_YEAR)
        if part.watched_days
        else None,
    }


def calibration(part: Part) -> dict[str, Any]:
    """Return the bias of pen biomass before and after so many batches were harvested."""
    over = np.sort(part.over[part.over >= 0])
    first = int(over[ENOUGH - 1]) if over.size >= ENOUGH else None
    days = part.pen_days
    after = np.zeros(days.day.size, dtype=np.bool_) if first is None else days.day >= first
    return {
        "harvested_batches": ENOUGH,
        "from": None if first is None else str(np.datetime64(first, "D")),
        "before": pens(chosen(days, ~after)),
        "after": pens(chosen(days, after)),
    }


def chosen(days: PenDays, which: Any) -> PenDays:
    """Return some of the days."""
    return PenDays(
        batch=days.batch[which],
        pen=days.pen[which],
        day=days.day[which],
        error=days.error[which],
        hindsight_error=days.hindsight_error[which],
        baselines={name: error[which] for name, error in days.baselines.items()},
    )


def number(value: Any) -> float | None:
    """Return a figure, None where there is none."""
    return None if np.isnan(value) else float(value)
