"""Daily states of placements and batches, computed from the filter's and smoother's moments and the ledger."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from grilse.science.arrays import Counts, Floats, Indices
from grilse.science.estimation.batch_group import BatchGroup, sum_trailing_days
from grilse.science.estimation.daily_moments import DailyMoments
from grilse.science.estimation.filter_pass import FilterPasses
from grilse.science.estimation.ledger_counts import LedgerCounts
from grilse.science.estimation.priors import Priors
from grilse.science.estimation.record_gaps import find_carried_rows
from grilse.science.estimation.weight_observations import Provenance

SMOOTHED_NAMES = {
    "count_estimate": "smoothed_count",
    "mean_weight": "smoothed_weight",
    "mean_weight_sd": "smoothed_weight_sd",
}
"""Columns whose name is shorter with a prefix."""


@dataclass(frozen=True, kw_only=True, slots=True)
class DailyEstimates:
    """States at the end of days, shape (rows,)."""

    position: Indices
    """Position of the placement, or of the batch."""
    day: Indices
    count: Counts
    count_estimate: Floats
    count_sd: Floats
    mean_weight: Floats
    """g."""
    mean_weight_sd: Floats
    biomass: Floats
    """kg, from estimated count and weight."""
    biomass_sd: Floats
    smoothed_count: Floats
    """This and the following: with all later records."""
    smoothed_count_sd: Floats
    smoothed_weight: Floats
    smoothed_weight_sd: Floats
    smoothed_biomass: Floats
    smoothed_biomass_sd: Floats
    temperature: Floats
    degree_days: Floats
    deaths: Counts
    feed: Floats
    """kg."""
    fcr: Floats
    """Biological, over a trailing window; NaN without growth or feed."""
    multiplier: Floats
    provenance: Indices
    model: Indices
    """Version of the growth model, as its index among the versions; -1 for the literature's base."""


def placement_states(group: BatchGroup, ledger: LedgerCounts, passes: FilterPasses, priors: Priors) -> DailyEstimates:
    """Return the states of the placements, one row per placement-day in the order of the group's rows."""
    rows = group.rows
    fed = sum_trailing_days(group.feed, rows.age, priors.fcr_window)
    gained = sum_trailing_days(_compute_biomass_gain(ledger, passes), rows.age, priors.fcr_window)
    carried = find_carried_rows(group, priors.longest_record_gap) * int(Provenance.CARRIED_FORWARD)
    filtered, smoothed = _build_placement_columns(passes.filtered), _build_placement_columns(passes.smoothed)
    return DailyEstimates(
        position=rows.placement,
        day=rows.day,
        count=ledger.count,
        **filtered,
        **{SMOOTHED_NAMES.get(name, f"smoothed_{name}"): values for name, values in smoothed.items()},
        temperature=group.temperature,
        degree_days=passes.filter_pass.degree_days,
        deaths=ledger.deaths,
        feed=group.feed,
        fcr=_compute_fcr(fed, gained),
        multiplier=passes.filtered.multiplier,
        provenance=passes.filter_pass.flags | carried,
        model=passes.filter_pass.model,
    )


def batch_states(
    group: BatchGroup, ledger: LedgerCounts, passes: FilterPasses, placements: DailyEstimates, priors: Priors
) -> DailyEstimates:
    """Return the states of batches by batch and day, with SDs from the joint covariance of their placements.

    A batch has a row for each day on which one of its placements is active.
    """
    cells = _build_batch_days(group, passes)
    average = cells.build_weighted_mean(np.maximum(ledger.count, 0))
    flags = np.zeros(cells.size, dtype=np.int64)
    np.bitwise_or.at(flags, cells.cell, placements.provenance)
    model = np.full(cells.size, -1)
    np.maximum.at(model, cells.cell, placements.model)
    fed = cells.sum_trailing(group.feed, priors.fcr_window)
    gained = cells.sum_trailing(_compute_biomass_gain(ledger, passes), priors.fcr_window)
    filtered = _build_batch_columns(
        passes.filtered, cells, placements.count_estimate, placements.biomass, placements.mean_weight
    )
    smoothed = _build_batch_columns(
        passes.smoothed, cells, placements.smoothed_count, placements.smoothed_biomass, placements.smoothed_weight
    )
    return DailyEstimates(
        position=cells.active_cells // cells.days,
        day=cells.active_cells % cells.days + passes.filter_pass.first_day,
        count=cells.sum_cells(ledger.count).astype(np.int64),
        **filtered,
        **{SMOOTHED_NAMES.get(name, f"smoothed_{name}"): values for name, values in smoothed.items()},
        temperature=average(group.temperature),
        degree_days=average(passes.filter_pass.degree_days),
        deaths=cells.sum_cells(ledger.deaths).astype(np.int64),
        feed=cells.sum_cells(group.feed),
        fcr=_compute_fcr(fed, gained),
        multiplier=average(passes.filtered.multiplier),
        provenance=flags[cells.active_cells],
        model=model[cells.active_cells],
    )


def _build_placement_columns(table: DailyMoments) -> dict[str, Floats]:
    """Return count, weight and biomass with their SDs; errors of weight and count are correlated."""
    weight = table.root**3
    weight_slope = 3.0 * table.root**2
    variance = (
        (table.count * weight_slope) ** 2 * table.root_variance
        + 2.0 * table.count * weight_slope * weight * table.root_count_covariance
        + weight**2 * table.count_variance
    )
    return {
        "count_estimate": table.count,
        "count_sd": _compute_sd(table.count_variance),
        "mean_weight": weight,
        "mean_weight_sd": weight_slope * _compute_sd(table.root_variance),
        "biomass": table.count * weight / 1000.0,
        "biomass_sd": _compute_sd(variance) / 1000.0,
    }


def _build_batch_columns(
    table: DailyMoments, cells: "_BatchDays", count: Floats, mass: Floats, weights: Floats
) -> dict[str, Floats]:
    fish, biomass = cells.sum_cells(count), cells.sum_cells(mass)
    safe_count = np.where(fish > 0.0, fish, 1.0)
    weight = np.where(fish > 0.0, biomass * 1000.0 / safe_count, cells.average_placements(weights))
    biomass_variance, count_variance, biomass_count_covariance = (
        values.reshape(-1)[cells.active_cells]
        for values in (table.biomass_variance, table.batch_count_variance, table.biomass_count_covariance)
    )
    mean_variance = 1e6 * biomass_variance - 2e3 * weight * biomass_count_covariance + weight**2 * count_variance
    return {
        "count_estimate": fish,
        "count_sd": _compute_sd(count_variance),
        "mean_weight": weight,
        "mean_weight_sd": _compute_sd(mean_variance) / safe_count,
        "biomass": biomass,
        "biomass_sd": _compute_sd(biomass_variance),
    }


def _compute_sd(variance: Floats) -> Floats:
    """Return the square root; a variance that rounding left below zero counts as zero."""
    return np.sqrt(np.maximum(variance, 0.0))


@dataclass(frozen=True, slots=True)
class _BatchDays:
    """Batch-days with sums over the placements of a batch, always in the order of the rows."""

    cell: Indices
    """Cell of each row."""
    days: int
    size: int
    active_cells: Indices
    """Cells with an active placement."""

    def sum_cells(self, values: Floats | Counts) -> Floats:
        """Sum one column."""
        return self._sum_grid(values)[self.active_cells]

    def sum_trailing(self, values: Floats, window: int) -> Floats:
        """Sum one column over the last `window` days."""
        age = np.tile(np.arange(self.days), self.size // self.days)
        return sum_trailing_days(self._sum_grid(values), age, window)[self.active_cells]

    def build_weighted_mean(self, fish: Counts) -> Callable[[Floats], Floats]:
        """Return a function for the mean over fish; where none are left, over placements."""
        weights = np.asarray(fish + 1e-6, dtype=np.float64)
        total_weight = self.sum_cells(weights)
        return lambda values: self.sum_cells(weights * values) / total_weight

    def average_placements(self, values: Floats) -> Floats:
        """Mean over the placements."""
        return self.sum_cells(values) / self.sum_cells(np.ones(values.size))

    def _sum_grid(self, values: Floats | Counts) -> Floats:
        return np.bincount(self.cell, weights=values, minlength=self.size).astype(np.float64)


def _build_batch_days(group: BatchGroup, passes: FilterPasses) -> _BatchDays:
    days = passes.filtered.biomass_variance.shape[1]
    cell = group.placements.batch[group.rows.placement] * days + group.rows.day - passes.filter_pass.first_day
    return _BatchDays(cell, days, group.batch_start.size * days, np.unique(cell))


def _compute_biomass_gain(ledger: LedgerCounts, passes: FilterPasses) -> Floats:
    """Return the biomass gained in a day by fish that lived and by fish that died on it, kg."""
    lived_or_died = np.maximum(ledger.count, 0) + ledger.deaths
    return np.asarray(lived_or_died * passes.filter_pass.gain / 1000.0)


def _compute_fcr(fed: Floats, gained: Floats) -> Floats:
    """Return feed over gain; NaN where either is not positive or the ratio is 10 or more."""
    sensible = (gained > 0.0) & (fed > 0.0) & (fed < 10.0 * gained)
    return np.asarray(np.where(sensible, fed / np.where(sensible, gained, 1.0), np.nan))
