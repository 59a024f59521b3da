"""The daily states of placements and batches, from what the filter and the ledger say."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from grilse.science.arrays import Counts, Floats
from grilse.science.estimation.filtering import Passed
from grilse.science.estimation.ledger import Stand
from grilse.science.estimation.priors import Priors
from grilse.science.estimation.records import Group, Places
from grilse.science.estimation.table import Table
from grilse.science.estimation.trailing import trailing


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


def placement_states(group: Group, stand: Stand, through: Passed, priors: Priors) -> States:
    """States of the placements.

    Parameters
    ----------
    group, stand, through : input, counts and both passes of one group.
    priors : window of the FCR.

    Returns
    -------
    States
        One row per placement-day, in the order of the group's rows.
    """
    rows = group.rows
    age = rows.day - rows.start[rows.placement]
    fed = trailing(group.feed, age, priors.fcr_window)
    gained = trailing(_gain(stand, through), age, priors.fcr_window)
    known, seen = _of_placements(through.known), _of_placements(through.hindsight)
    return States(
        of=rows.placement,
        day=rows.day,
        count=stand.count,
        **known,
        **{f"hindsight_{name}": values for name, values in _short(seen).items()},
        temperature=group.temperature,
        degree_days=through.lane.degree_days,
        deaths=stand.deaths,
        feed=group.feed,
        fcr=_ratio(fed, gained),
        multiplier=through.known.multiplier,
        provenance=through.lane.flags,
        model=through.lane.model,
    )


def batch_states(group: Group, stand: Stand, through: Passed, placements: States, priors: Priors) -> States:
    """States of the batches, with SDs from the joint covariance of their placements.

    Parameters
    ----------
    group, stand, through, placements : of one group.
    priors : window of the FCR.

    Returns
    -------
    States
        One row for each batch and day on which a placement of it stands, by batch, then day.
    """
    cells = _cells(group, through)
    average = cells.mean(np.maximum(stand.count, 0))
    flags = np.zeros(cells.size, dtype=np.int64)
    np.bitwise_or.at(flags, cells.cell, placements.provenance)
    model = np.full(cells.size, -1)
    np.maximum.at(model, cells.cell, placements.model)
    fed = cells.trailing(group.feed, priors.fcr_window)
    gained = cells.trailing(_gain(stand, through), priors.fcr_window)
    known = _of_batches(
        through.known, cells, placements.count_estimate, placements.biomass, placements.mean_weight
    )
    seen = _of_batches(
        through.hindsight,
        cells,
        placements.hindsight_count,
        placements.hindsight_biomass,
        placements.hindsight_weight,
    )
    return States(
        of=cells.where // cells.days,
        day=cells.where % cells.days + through.lane.first,
        count=cells.total(stand.count).astype(np.int64),
        **known,
        **{f"hindsight_{name}": values for name, values in _short(seen).items()},
        temperature=average(group.temperature),
        degree_days=average(through.lane.degree_days),
        deaths=cells.total(stand.deaths).astype(np.int64),
        feed=cells.total(group.feed),
        fcr=_ratio(fed, gained),
        multiplier=average(through.known.multiplier),
        provenance=flags[cells.where],
        model=model[cells.where],
    )


def _of_placements(table: Table) -> dict[str, Floats]:
    """Count, weight and biomass with their SDs; weight and count of a placement share errors."""
    weight = table.root**3
    steep = 3.0 * table.root**2
    variance = (
        (table.fish * steep) ** 2 * table.root_variance
        + 2.0 * table.fish * steep * weight * table.root_fish
        + weight**2 * table.fish_variance
    )
    return {
        "count_estimate": table.fish,
        "count_sd": _sd(table.fish_variance),
        "mean_weight": weight,
        "mean_weight_sd": steep * _sd(table.root_variance),
        "biomass": table.fish * weight / 1000.0,
        "biomass_sd": _sd(variance) / 1000.0,
    }


def _of_batches(
    table: Table, cells: "_Cells", count: Floats, mass: Floats, weights: Floats
) -> dict[str, Floats]:
    fish, biomass = cells.total(count), cells.total(mass)
    some = np.where(fish > 0.0, fish, 1.0)
    weight = np.where(fish > 0.0, biomass * 1000.0 / some, cells.mean_of_all(weights))
    of_biomass, of_fish, both = (
        values.reshape(-1)[cells.where]
        for values in (table.biomass_variance, table.batch_fish_variance, table.biomass_fish)
    )
    mean_variance = 1e6 * of_biomass - 2e3 * weight * both + weight**2 * of_fish
    return {
        "count_estimate": fish,
        "count_sd": _sd(of_fish),
        "mean_weight": weight,
        "mean_weight_sd": _sd(mean_variance) / some,
        "biomass": biomass,
        "biomass_sd": _sd(of_biomass),
    }


def _short(columns: dict[str, Floats]) -> dict[str, Floats]:
    """Names of the columns in hindsight."""
    names = {"count_estimate": "count", "mean_weight": "weight", "mean_weight_sd": "weight_sd"}
    return {names.get(name, name): values for name, values in columns.items()}


def _sd(variance: Floats) -> Floats:
    """Square root; a variance that rounding left below zero is none."""
    return np.sqrt(np.maximum(variance, 0.0))


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
        return trailing(self._grid(values), age, window)[self.where]

    def mean(self, fish: Counts) -> Callable[[Floats], Floats]:
        """Mean over the fish; where none are left, over the placements."""
        weights = np.asarray(fish + 1e-6, dtype=np.float64)
        everyone = self.total(weights)
        return lambda values: self.total(weights * values) / everyone

    def mean_of_all(self, values: Floats) -> Floats:
        """Mean over the placements."""
        return self.total(values) / self.total(np.ones(values.size))

    def _grid(self, values: Floats | Counts) -> Floats:
        return np.bincount(self.cell, weights=values, minlength=self.size).astype(np.float64)


def _cells(group: Group, through: Passed) -> _Cells:
    days = through.known.biomass_variance.shape[1]
    cell = group.placements.batch[group.rows.placement] * days + group.rows.day - through.lane.first
    return _Cells(cell, days, group.batch_start.size * days, np.unique(cell))


def _gain(stand: Stand, through: Passed) -> Floats:
    """Biomass gained in a day by the fish that lived and by those that died on it, kg."""
    lived_or_died = np.maximum(stand.count, 0) + stand.deaths
    return np.asarray(lived_or_died * through.lane.gain / 1000.0)


def _ratio(fed: Floats, gained: Floats) -> Floats:
    """Feed over gain; NaN where there is no sensible quotient."""
    sensible = (gained > 0.0) & (fed > 0.0) & (fed < 10.0 * gained)
    return np.asarray(np.where(sensible, fed / np.where(sensible, gained, 1.0), np.nan))
