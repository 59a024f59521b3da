"""Adult fish in their pens, from the well-boat to the harvest."""

import numpy as np
from numpy.typing import NDArray

from grilse.generator.truth.appetite import shock_fading, sickness, usual_appetite
from grilse.generator.truth.delousing import Delousing, LiceControl, LiceOnFish
from grilse.generator.truth.events import EventLog
from grilse.generator.truth.harvesting import HarvestPlan
from grilse.generator.truth.life import Life, container_growth, hazard_deviates
from grilse.generator.truth.stages import StageRows, Stock
from grilse.generator.truth.water import sea_temperature
from grilse.science.arrays import Floats
from grilse.science.feeding import day_of_feeding
from grilse.science.growth import potential_gain, sea_log_rate
from grilse.science.mortality import daily, delousing_share, heavy_tail, risk
from grilse.science.oxygen import appetite_left, saturation
from grilse.science.parameters import load
from grilse.science.temperature import ar1

_GROWTH = load("growth")
_MORTALITY = load("mortality")
_APPETITE = load("appetite")
_OXYGEN = load("oxygen")
_CONTROL = load("lice")["control"]


class Sea:
    """The pens of a batch in their area, stepped day by day."""

    def __init__(self, life: Life, start: int, stock: Stock, log: EventLog, first_placement: int) -> None:
        self._life, self._start, self._log, self._first = life, start, log, first_placement
        order = len(life.batch.stages)
        stage = life.stage(order)
        pens = len(stage.containers)
        self._days = life.day(stage.stop) - start + 1
        self._random = life.random("deaths", order)
        self._volume = np.array([life.world.container(name).volume_m3 for name in stage.containers])
        self._settle(stage.site, order, pens)
        self._lice = LiceOnFish(life, stage.site, start, self._temperature, pens)
        self._control = LiceControl(life, stage.site, start, log, first_placement)
        self._harvest = HarvestPlan(life, start, pens)
        self._count, self._weight = stock.count.copy(), stock.weight.copy()
        self._appetite = np.ones(pens)
        self._shock = np.full(pens, _APPETITE["shock_loss"])
        self._toll = np.zeros(pens)  # hazard of past delousings still to come
        self._rested = np.zeros(pens, np.int64)
        self._fast = np.zeros((self._days + 1, pens), bool)

    def _settle(self, area: str, order: int, pens: int) -> None:
        """What does not depend on the fish; arrays are (days, pens), temperature (days,)."""
        life, start, days = self._life, self._start, self._days
        self._temperature = sea_temperature(life, area, start, days)
        growth = container_growth(life, order, start, days, pens)
        self._growth = _GROWTH["sea_multiplier"] * growth
        lasting, waves = hazard_deviates(life, order, start, days, pens)
        early = np.arange(days)[:, None] < _MORTALITY["sea_early_days"]
        median = np.where(early, _MORTALITY["sea_early"], _MORTALITY["sea_later"])
        self._hazard = daily(heavy_tail(median, lasting + waves, _MORTALITY["sea_cap"]))
        self._sick = sickness(lasting, waves)
        random = life.random("pens")
        self._usual_appetite = usual_appetite(self._sick, random.standard_normal((days, pens)))
        tide = ar1(random.standard_normal((days, 1)), _OXYGEN["sea_noise_memory"], 0.8)
        pen = ar1(random.standard_normal((days, pens)), _OXYGEN["sea_noise_memory"], 0.6)
        self._oxygen_noise = _OXYGEN["sea_noise_sd"] * (tide + pen)

    def run(self) -> StageRows:
        """All days until the last harvest or the end of the history."""
        days = min(self._days, self._life.last + 1 - self._start)
        rows = StageRows.empty(len(self._life.batch.stages), self._start, days, self._count.size)
        for t in range(days):
            self._take_out(t, rows)
            if not self._count.any():
                # A pen whose fish have all died is left like a harvested one.
                rows.stops[rows.stops < 0] = self._start + t
                break
            self._live(t, rows)
            self._work(t, rows)
        rows.rows = np.where(rows.stops >= 0, rows.stops - self._start, days)
        return rows

    def _take_out(self, t: int, rows: StageRows) -> None:
        """Harvest the pens of the day, in the morning."""
        day = self._start + t
        pens = np.flatnonzero((self._harvest.days == day) & (rows.stops < 0))
        if pens.size == 0:
            return
        rows.stops[pens] = day
        full = pens[self._count[pens] > 0]
        self._log.add(
            *("harvests", day, self._first + full, self._count[full]),
            *(self._weight[full], self._harvest.cv[full]),
        )
        self._count[pens] = 0

    def _live(self, t: int, rows: StageRows) -> None:
        """Breathe, eat, grow and die."""
        warmth, count, weight = self._temperature[t], self._count, self._weight
        density = count * weight / 1000.0 / self._volume
        oxygen = saturation(density, warmth, self._appetite, sea=True) + self._oxygen_noise[t]
        oxygen = np.clip(oxygen, *_OXYGEN["sea_range"])
        appetite = self._usual_appetite[t] * (1.0 - self._shock) * appetite_left(oxygen, warmth)
        self._appetite = np.where(self._fast[t], 0.0, appetite)
        rate = sea_log_rate(weight, warmth) * self._growth[t]
        eaten, gain = day_of_feeding(weight, warmth, potential_gain(weight, rate), self._appetite)
        stress = 1.0 + _MORTALITY["handling_peak"] * self._shock
        dead = self._random.binomial(count, risk(self._hazard[t] * stress))
        deloused = self._pay_toll(count - dead)
        self._weight = weight + gain
        self._count = count - dead - deloused
        self._shock = self._shock * shock_fading()
        self._lice.step(t, self._count)
        rows.count[t], rows.weight[t], rows.dead[t], rows.deloused[t] = (
            self._count,
            self._weight,
            dead,
            deloused,
        )
        rows.temperature[t], rows.oxygen[t], rows.appetite[t] = warmth, oxygen, self._appetite
        rows.eaten[t], rows.sick[t] = eaten, self._sick[t]

    def _pay_toll(self, count: NDArray[np.int64]) -> NDArray[np.int64]:
        """Deaths that past delousings take today."""
        if not self._toll.any():
            return np.zeros_like(count)
        today = _MORTALITY["delousing"]["daily_share"] * self._toll
        self._toll = np.where(self._toll > 1e-6, self._toll - today, 0.0)
        return self._random.binomial(count, risk(today))

    def _work(self, t: int, rows: StageRows) -> None:
        """Delouse, count lice, book what comes next."""
        day = self._start + t
        work = self._control.due(day)
        if work is not None:
            self._delouse(t, work)
        rows.chalimus[t] = self._lice.chalimus.sum(axis=1)
        rows.preadult[t] = self._lice.preadult.sum(axis=1)
        rows.female[t] = self._lice.female
        booked = self._harvest.days.copy()
        self._harvest.consider(day, self._count, self._weight, self._rested)
        if (booked != self._harvest.days).any():
            self._fast_before_harvest()
        standing = np.flatnonzero(self._count)
        found = self._control.count(day, self._lice, standing)
        if found is not None:
            self._book_delousing(day, found, standing)

    def _book_delousing(self, day: int, found: NDArray[np.int64], standing: NDArray[np.int64]) -> None:
        work = self._control.decide(day, found, standing)
        if work is None:
            return
        before_harvest = self._harvest.days[work.pens] <= work.day + _CONTROL["before_harvest_days"]
        work.pens = work.pens[~before_harvest]
        if work.pens.size == 0:
            self._control.cancel()
            return
        t = work.day - self._start
        self._rested[work.pens] = work.day + _CONTROL["before_harvest_days"] + 1
        self._fast[max(t - _APPETITE["fast_before_delousing"], 0) : t + 1, work.pens] = True

    def _fast_before_harvest(self) -> None:
        pens = np.flatnonzero(self._harvest.days < self._start + self._days)
        for pen in pens:
            t = int(self._harvest.days[pen]) - self._start
            self._fast[max(t - _APPETITE["fast_before_harvest"], 0) : t, pen] = True

    def _delouse(self, t: int, work: Delousing) -> None:
        work.pens = work.pens[self._count[work.pens] > 0]
        if work.pens.size == 0:
            return
        deviate = self._control.delouse(work, self._lice)
        share: Floats = delousing_share(
            work.method, deviate, self._temperature[t], self._weight[work.pens], self._sick[t, work.pens]
        )
        self._toll[work.pens] += share
        self._shock[work.pens] = _APPETITE["shock_loss"]
