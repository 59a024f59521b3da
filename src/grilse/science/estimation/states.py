"""The daily states of placements and batches, from what the filter and the ledger say."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from grilse.science.arrays import Counts, Floats
from grilse.science.estimation.lane import Filtered
from grilse.science.estimation.ledger import Stand
from grilse.science.estimation.priors import Priors
from grilse.science.estimation.records import Group, Places


@dataclass(frozen=True, kw_only=True, slots=True)
class States:
    """Columns of the estimate at the end of a day, shape (rows,)."""

    of: Places
    """Position of the placement, or of the batch."""
    day: Places
    count: Counts
    count_estimate: Floats
    count_sd: Floats
    mean_weight: Floats
    """g."""
    mean_weight_sd: Floats
    biomass: Floats
    """kg, of the estimated count and weight."""
    biomass_sd: Floats
    hindsight_count: Floats
    """The same with everything that came later."""
    hindsight_count_sd: Floats
    hindsight_weight: Floats
    hindsight_weight_sd: Floats
    hindsight_biomass: Floats
    hindsight_biomass_sd: Floats
    temperature: Floats
    degree_days: Floats
    deaths: Counts
    feed: Floats
    """kg."""
    fcr: Floats
    """Biological, over the trailing window; NaN where the fish gained nothing or were not fed."""
    multiplier: Floats
    provenance: Places
    model: Places
    """Version of the growth model, as its place among those given; -1 for the literature's base."""


def placement_states(group: Group, stand: Stand, filtered: Filtered, priors: Priors) -> States:
    """States of the placements.

    Parameters
    ----------
    group, stand, filtered : input, counts and filter of one group.
    priors : window of the FCR.

    Returns
    -------
    States
        One row per placement-day, in the order of the group's rows.
    """
    weight = filtered.root**3
    weight_sd = 3.0 * filtered.root**2 * np.sqrt(filtered.root_variance)
    count_variance = stand.counting_sd**2 + stand.loss_sd**2
    rows = group.rows
    age = rows.day - rows.start[rows.placement]
    fed = _trailing(group.feed, age, priors.fcr_window)
    gained = _trailing(_gain(stand, filtered), age, priors.fcr_window)
    return States(
        of=rows.placement,
        day=rows.day,
        count=stand.count,
        count_estimate=stand.estimate,
        count_sd=np.sqrt(count_variance),
        mean_weight=weight,
        mean_weight_sd=weight_sd,
        biomass=stand.estimate * weight / 1000.0,
        biomass_sd=np.sqrt((stand.estimate * weight_sd) ** 2 + count_variance * weight**2) / 1000.0,
        hindsight_count=stand.estimate,
        hindsight_count_sd=np.sqrt(count_variance),
        hindsight_weight=weight,
        hindsight_weight_sd=weight_sd,
        hindsight_biomass=stand.estimate * weight / 1000.0,
        hindsight_biomass_sd=np.sqrt((stand.estimate * weight_sd) ** 2 + count_variance * weight**2) / 1000.0,
        temperature=group.temperature,
        degree_days=filtered.degree_days,
        deaths=stand.deaths,
        feed=group.feed,
        fcr=_ratio(fed, gained),
        multiplier=filtered.multiplier,
        provenance=filtered.flags,
        model=np.full(rows.day.size, -1),
    )


def batch_states(
    group: Group, stand: Stand, filtered: Filtered, placements: States, priors: Priors
) -> States:
    """States of the batches, with SDs from the joint covariance of their placements.

    Parameters
    ----------
    group, stand, filtered, placements : of one group.
    priors : window of the FCR.

    Returns
    -------
    States
        One row for each batch and day on which a placement of it stands, by batch, then day.
    """
    cells = _cells(group, filtered)
    fish = cells.total(stand.estimate)
    biomass = cells.total(placements.biomass)
    average = cells.mean(np.maximum(stand.count, 0))
    some = np.where(fish > 0.0, fish, 1.0)
    from_weight = np.maximum(filtered.joint_variance.reshape(-1)[cells.where], 0.0)
    counting = cells.total((stand.counting_sd * placements.mean_weight / 1000.0) ** 2)
    losing = cells.total(stand.loss_sd * placements.mean_weight / 1000.0) ** 2
    flags = np.zeros(cells.size, dtype=np.int64)
    np.bitwise_or.at(flags, cells.cell, placements.provenance)
    fed = cells.trailing(group.feed, priors.fcr_window)
    gained = cells.trailing(_gain(stand, filtered), priors.fcr_window)
    return States(
        of=cells.where // cells.days,
        day=cells.where % cells.days + filtered.first,
        count=cells.total(stand.count).astype(np.int64),
        count_estimate=fish,
        count_sd=np.sqrt(cells.total(stand.counting_sd**2) + cells.total(stand.loss_sd) ** 2),
        mean_weight=np.where(fish > 0.0, biomass * 1000.0 / some, average(placements.mean_weight)),
        mean_weight_sd=np.sqrt(from_weight) * 1000.0 / some,
        biomass=biomass,
        biomass_sd=np.sqrt(from_weight + counting + losing),
        hindsight_count=fish,
        hindsight_count_sd=np.sqrt(cells.total(stand.counting_sd**2) + cells.total(stand.loss_sd) ** 2),
        hindsight_weight=np.where(fish > 0.0, biomass * 1000.0 / some, average(placements.mean_weight)),
        hindsight_weight_sd=np.sqrt(from_weight) * 1000.0 / some,
        hindsight_biomass=biomass,
        hindsight_biomass_sd=np.sqrt(from_weight + counting + losing),
        temperature=average(group.temperature),
        degree_days=average(filtered.degree_days),
        deaths=cells.total(stand.deaths).astype(np.int64),
        feed=cells.total(group.feed),
        fcr=_ratio(fed, gained),
        multiplier=average(filtered.multiplier),
        provenance=flags[cells.where],
        model=np.full(cells.where.size, -1),
    )


@dataclass(frozen=True, slots=True)
class _Cells:
    """Batch-days: sums over the placements of a batch, always in the order of the rows."""

    cell: Places
    """Cell of each row."""
    days: int
    size: int
    where: Places
    """Cells in which a placement stands."""

    def total(self, values: Floats | Counts) -> Floats:
        """Sum one column."""
        return self._grid(values)[self.where]

    def trailing(self, values: Floats, window: int) -> Floats:
        """Sum one column over the last `window` days."""
        age = np.tile(np.arange(self.days), self.size // self.days)
        return _trailing(self._grid(values), age, window)[self.where]

    def mean(self, fish: Counts) -> Callable[[Floats], Floats]:
        """Mean over the fish; where none are left, over the placements."""
        weights = np.asarray(fish + 1e-6, dtype=np.float64)
        everyone = self.total(weights)
        return lambda values: self.total(weights * values) / everyone

    def _grid(self, values: Floats | Counts) -> Floats:
        return np.bincount(self.cell, weights=values, minlength=self.size).astype(np.float64)


def _cells(group: Group, filtered: Filtered) -> _Cells:
    days = filtered.joint_variance.shape[1]
    cell = group.placements.batch[group.rows.placement] * days + group.rows.day - filtered.first
    return _Cells(cell, days, group.batch_start.size * days, np.unique(cell))


def _gain(stand: Stand, filtered: Filtered) -> Floats:
    """Biomass gained in a day by the fish that lived and by those that died on it, kg."""
    lived_or_died = np.maximum(stand.count, 0) + stand.deaths
    return np.asarray(lived_or_died * filtered.gain / 1000.0)


def _trailing(values: Floats, age: Places, window: int) -> Floats:
    """Sum over the last `window` days, not reaching back before age 0."""
    total = np.concatenate([[0.0], np.cumsum(values)])
    here = np.arange(values.size)
    return np.asarray(total[1:] - total[here - np.minimum(age, window - 1)])


def _ratio(fed: Floats, gained: Floats) -> Floats:
    """Feed over gain; NaN where there is no sensible quotient."""
    sensible = (gained > 0.0) & (fed > 0.0) & (fed < 10.0 * gained)
    return np.asarray(np.where(sensible, fed / np.where(sensible, gained, 1.0), np.nan))
