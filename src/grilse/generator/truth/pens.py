"""Simulates adult fish in pens, from their arrival to the harvest."""

import numpy as np
from numpy.typing import NDArray

from grilse.generator.truth.assembly import StageRows, StageStock
from grilse.generator.truth.batch_setup import (
    BatchSetup,
    compute_daily_appetite,
    compute_shock_decay,
    compute_sickness,
    draw_container_growth,
    draw_hazard_deviates,
)
from grilse.generator.truth.batch_truth import EventLog
from grilse.generator.truth.harvest_plan import HarvestPlan
from grilse.generator.truth.lice_control import Delousing, LiceControl, LiceOnFish
from grilse.generator.truth.site_conditions import draw_sea_temperature
from grilse.science.arrays import Floats
from grilse.science.feeding import feed_intake_and_gain
from grilse.science.growth import potential_gain, sea_log_rate
from grilse.science.mortality import daily_hazard, delousing_mortality, lognormal_hazard, mortality_risk
from grilse.science.oxygen import appetite_share, oxygen_saturation
from grilse.science.parameters import load_parameters
from grilse.science.temperature import ar1_anomalies

_GROWTH = load_parameters("growth")
_MORTALITY = load_parameters("mortality")
_APPETITE = load_parameters("appetite")
_OXYGEN = load_parameters("oxygen")
_CONTROL = load_parameters("lice")["control"]


class PenSimulation:
    """The pens of a batch in their area, simulated day by day."""

    def __init__(self, setup: BatchSetup, start: int, stock: StageStock, log: EventLog, first_placement: int) -> None:
        self._setup, self._start, self._log, self._first = setup, start, log, first_placement
        order = len(setup.batch.stages)
        stage = setup.get_stage(order)
        pens = len(stage.containers)
        self._days = setup.get_batch_day(stage.stop) - start + 1
        self._random = setup.create_stream("deaths", order)
        self._volume = np.array([setup.world.get_container(name).volume_m3 for name in stage.containers])
        self._draw_conditions(stage.site, order, pens)
        self._lice = LiceOnFish(setup, stage.site, start, self._temperature, pens)
        self._control = LiceControl(setup, stage.site, start, log, first_placement)
        self._harvest = HarvestPlan(setup, start, pens)
        self._count, self._weight = stock.count.copy(), stock.weight.copy()
        self._appetite = np.ones(pens)
        self._shock = np.full(pens, _APPETITE["shock_loss"])
        self._toll = np.zeros(pens)  # remaining hazard of past delousings
        self._rested = np.zeros(pens, np.int64)
        self._fast = np.zeros((self._days + 1, pens), bool)

    def _draw_conditions(self, area: str, order: int, pens: int) -> None:
        """Draw the conditions that do not depend on the fish; arrays are (days, pens), temperature (days,)."""
        setup, start, days = self._setup, self._start, self._days
        self._temperature = draw_sea_temperature(setup, area, start, days)
        growth = draw_container_growth(setup, order, start, days, pens)
        self._growth = _GROWTH["sea_multiplier"] * growth
        lasting, waves = draw_hazard_deviates(setup, order, start, days, pens)
        early = np.arange(days)[:, None] < _MORTALITY["sea_early_days"]
        median = np.where(early, _MORTALITY["sea_early"], _MORTALITY["sea_later"])
        self._hazard = daily_hazard(lognormal_hazard(median, lasting + waves, _MORTALITY["sea_cap"]))
        self._sick = compute_sickness(lasting, waves)
        random = setup.create_stream("pens")
        self._usual_appetite = compute_daily_appetite(self._sick, random.standard_normal((days, pens)))
        tide = ar1_anomalies(random.standard_normal((days, 1)), _OXYGEN["sea_noise_memory"], 0.8)
        pen = ar1_anomalies(random.standard_normal((days, pens)), _OXYGEN["sea_noise_memory"], 0.6)
        self._oxygen_noise = _OXYGEN["sea_noise_sd"] * (tide + pen)

    def run(self) -> StageRows:
        """Simulate all days until the last harvest or the end of the history."""
        days = min(self._days, self._setup.last + 1 - self._start)
        rows = StageRows(len(self._setup.batch.stages), self._start, days, self._count.size)
        for t in range(days):
            self._harvest_pens(t, rows)
            if not self._count.any():
                # A pen whose fish have all died ends like a harvested one.
                rows.stops[rows.stops < 0] = self._start + t
                break
            self._simulate_day(t, rows)
            self._manage_lice(t, rows)
        rows.rows = np.where(rows.stops >= 0, rows.stops - self._start, days)
        return rows

    def _harvest_pens(self, t: int, rows: StageRows) -> None:
        """Harvest the pens that are booked for the day, before all else."""
        day = self._start + t
        pens = np.flatnonzero((self._harvest.days == day) & (rows.stops < 0))
        if pens.size == 0:
            return
        rows.stops[pens] = day
        full = pens[self._count[pens] > 0]
        weight, cv = self._weight[full], self._harvest.cv[full]
        self._log.add("harvests", day, self._first + full, self._count[full], weight, cv)
        self._count[pens] = 0

    def _simulate_day(self, t: int, rows: StageRows) -> None:
        """Simulate oxygen, feeding, growth and deaths of a day."""
        warmth, count, weight = self._temperature[t], self._count, self._weight
        density = count * weight / 1000.0 / self._volume
        oxygen = oxygen_saturation(density, warmth, self._appetite, sea=True) + self._oxygen_noise[t]
        oxygen = np.clip(oxygen, *_OXYGEN["sea_range"])
        appetite = self._usual_appetite[t] * (1.0 - self._shock) * appetite_share(oxygen, warmth)
        self._appetite = np.where(self._fast[t], 0.0, appetite)
        rate = sea_log_rate(weight, warmth) * self._growth[t]
        eaten, gain = feed_intake_and_gain(weight, warmth, potential_gain(weight, rate), self._appetite)
        stress = 1.0 + _MORTALITY["handling_peak"] * self._shock
        dead = self._random.binomial(count, mortality_risk(self._hazard[t] * stress))
        deloused = self._draw_delousing_deaths(count - dead)
        self._weight = weight + gain
        self._count = count - dead - deloused
        self._shock = self._shock * compute_shock_decay()
        self._lice.step_day(t, self._count)
        rows.count[t], rows.weight[t], rows.dead[t], rows.deloused[t] = (self._count, self._weight, dead, deloused)
        rows.temperature[t], rows.oxygen[t], rows.appetite[t] = warmth, oxygen, self._appetite
        rows.eaten[t], rows.sick[t] = eaten, self._sick[t]

    def _draw_delousing_deaths(self, count: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the deaths of today from past delousings."""
        if not self._toll.any():
            return np.zeros_like(count)
        today = _MORTALITY["delousing"]["daily_share"] * self._toll
        self._toll = np.where(self._toll > 1e-6, self._toll - today, 0.0)
        return self._random.binomial(count, mortality_risk(today))

    def _manage_lice(self, t: int, rows: StageRows) -> None:
        """Delouse, count lice, and book harvests and delousings."""
        day = self._start + t
        delousing = self._control.take_due_delousing(day)
        if delousing is not None:
            self._apply_delousing(t, delousing)
        rows.chalimus[t] = self._lice.chalimus.sum(axis=1)
        rows.preadult[t] = self._lice.preadult.sum(axis=1)
        rows.female[t] = self._lice.female
        booked = self._harvest.days.copy()
        self._harvest.update_bookings(day, self._count, self._weight, self._rested)
        if (booked != self._harvest.days).any():
            self._fast_before_harvest()
        active_pens = np.flatnonzero(self._count)
        counts = self._control.count_lice(day, self._lice, active_pens)
        if counts is not None:
            self._book_delousing(day, counts, active_pens)

    def _book_delousing(self, day: int, counts: NDArray[np.int64], active_pens: NDArray[np.int64]) -> None:
        work = self._control.book_delousing(day, counts, active_pens)
        if work is None:
            return
        before_harvest = self._harvest.days[work.pens] <= work.day + _CONTROL["before_harvest_days"]
        work.pens = work.pens[~before_harvest]
        if work.pens.size == 0:
            self._control.cancel_booking()
            return
        t = work.day - self._start
        self._rested[work.pens] = work.day + _CONTROL["before_harvest_days"] + 1
        self._fast[max(t - _APPETITE["fast_before_delousing"], 0) : t + 1, work.pens] = True

    def _fast_before_harvest(self) -> None:
        pens = np.flatnonzero(self._harvest.days < self._start + self._days)
        for pen in pens:
            t = int(self._harvest.days[pen]) - self._start
            self._fast[max(t - _APPETITE["fast_before_harvest"], 0) : t, pen] = True

    def _apply_delousing(self, t: int, work: Delousing) -> None:
        work.pens = work.pens[self._count[work.pens] > 0]
        if work.pens.size == 0:
            return
        deviate = self._control.delouse_pens(work, self._lice)
        share: Floats = delousing_mortality(
            work.method, deviate, self._temperature[t], self._weight[work.pens], self._sick[t, work.pens]
        )
        self._toll[work.pens] += share
        self._shock[work.pens] = _APPETITE["shock_loss"]
