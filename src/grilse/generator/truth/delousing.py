"""Lice on the fish of one area: they live, are counted every week, and are fought when counts call for it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from grilse.generator.streams import stream
from grilse.generator.truth.events import EventLog
from grilse.generator.truth.exposure import attachment
from grilse.generator.truth.life import Life
from grilse.generator.truth.water import calendar
from grilse.science import lice
from grilse.science.arrays import Counts, Floats
from grilse.science.parameters import load
from grilse.science.temperature import YEAR_DAYS, day_of_year

_LICE = load("lice")
_CONTROL = _LICE["control"]
# Older lice wait in the last class; at 4 °C these hold all but a thousandth.
_CHALIMUS_AGES, _PREADULT_AGES = 54, 28


class LiceOnFish:
    """Stages of lice per fish in each pen, day by day."""

    def __init__(self, life: Life, area: str, start: int, temperature: Floats, pens: int) -> None:
        days = temperature.size
        self.chalimus = np.zeros((pens, _CHALIMUS_AGES))
        self.preadult = np.zeros((pens, _PREADULT_AGES))
        self.female = np.zeros(pens)
        self._outside = attachment(life, area, start, temperature)
        self._leave_chalimus = lice.leaving("chalimus", temperature, _CHALIMUS_AGES)
        self._leave_preadult = lice.leaving("preadult", temperature, _PREADULT_AGES)
        # What a louse per fish lays today comes back after the lag, part of it to its own pen.
        self._per_female = lice.own_attachment(1.0, temperature)
        self._lag = lice.infection_lag(temperature)
        self._own = np.zeros((days + int(self._lag.max()) + 1, pens))
        spread = _LICE["pen_log_sd"]
        factor = np.exp(spread * life.random("lice.pens").standard_normal(pens))
        self._factor = factor * _LICE["region"][life.climate]

    def step(self, t: int, count: Counts) -> None:
        """Day t of the stage."""
        attached = self._factor * (self._outside[t] + self._own[t])
        leave = (self._leave_chalimus[t], self._leave_preadult[t])
        self.chalimus, self.preadult, self.female = lice.step(
            self.chalimus, self.preadult, self.female, attached, leave
        )
        mean = float((self.female * count).sum() / max(int(count.sum()), 1))
        near = _LICE["own_pen"] * self.female + (1.0 - _LICE["own_pen"]) * mean
        self._own[t + self._lag[t]] += near * self._per_female[t]

    def remove(self, pens: NDArray[np.int64], efficacy: Floats) -> None:
        """A delousing that takes this share of the adult females."""
        self.female[pens] *= 1.0 - efficacy
        self.preadult[pens] *= 1.0 - (_CONTROL["on_preadults"] * efficacy)[:, None]
        self.chalimus[pens] *= 1.0 - (_CONTROL["on_chalimus"] * efficacy)[:, None]


@dataclass(kw_only=True)
class Delousing:
    """One delousing, booked."""

    day: int
    pens: NDArray[np.int64]
    method: int


class LiceControl:
    """Weekly counts and what follows from them."""

    def __init__(self, life: Life, area: str, start: int, log: EventLog, first_placement: int) -> None:
        self._random = life.random("lice.control")
        self._counts = life.random("lice.counts")
        self._log, self._first = log, first_placement
        self._life, self._start = life, start
        self._weekday = int(stream(life.seed, "lice.weekday", area).integers(7))
        self._booked: Delousing | None = None
        self._last = -1000
        self._events = 0

    def count(self, day: int, on_fish: LiceOnFish, standing: NDArray[np.int64]) -> NDArray[np.int64] | None:
        """On the day of the week, count lice in the standing pens: adult females found in each."""
        date = int(calendar(self._life, day, 1)[0])
        if date % 7 != self._weekday or standing.size == 0:
            return None
        season = np.cos(
            2 * np.pi * (int(day_of_year(np.array(date))) - _LICE["caligus_peak_day"]) / YEAR_DAYS
        )
        female = on_fish.female[standing]
        means = np.stack(
            [
                female,
                on_fish.preadult[standing].sum(axis=1) + female,  # there are as many males
                on_fish.chalimus[standing].sum(axis=1),
                np.full(standing.size, _LICE["caligus_mean"] * (1.0 + 0.8 * season)),
            ]
        )
        fish = _LICE["fish_counted"]
        found = lice.count(self._counts, means, fish)
        self._log.add(
            *("lice_counts", day, self._first + standing, fish),
            *(found[0], found[1], found[2], found[:3].sum(axis=0), found[3]),
        )
        return found[0]

    def decide(self, day: int, found: NDArray[np.int64], standing: NDArray[np.int64]) -> Delousing | None:
        """Book a delousing when the mean of the counted fish passes the threshold."""
        threshold = self._threshold(day)
        if self._booked is not None or found.sum() / (found.size * _LICE["fish_counted"]) <= threshold:
            return None
        least, most = _CONTROL["wait_days"]
        when = max(day + int(self._random.integers(least, most + 1)), self._last + _CONTROL["apart_days"])
        pens = standing
        if self._random.random() >= _CONTROL["all_pens"]:
            worst = np.argsort(-found, kind="stable")[: (standing.size + 1) // 2]
            pens = np.sort(standing[worst])
        method = int(self._random.choice(4, p=_CONTROL["method_share"]))
        self._booked = Delousing(day=when, pens=pens, method=method)
        return self._booked

    def cancel(self) -> None:
        """Give up what is booked: no pen may be treated any more."""
        self._booked = None

    def due(self, day: int) -> Delousing | None:
        """The delousing of the day."""
        if self._booked is None or self._booked.day != day:
            return None
        booked, self._booked = self._booked, None
        return booked

    def delouse(self, work: Delousing, on_fish: LiceOnFish) -> float:
        """Carry it out; returns the standard normal deviate of its toll."""
        logit = (
            _CONTROL["efficacy_logit"][work.method]
            + _CONTROL["efficacy_event_sd"] * self._random.standard_normal()
            + _CONTROL["efficacy_pen_sd"] * self._random.standard_normal(work.pens.size)
        )
        efficacy = 1.0 / (1.0 + np.exp(-logit))
        on_fish.remove(work.pens, efficacy)
        self._log.add("treatments", work.day, self._first + work.pens, work.method, efficacy, self._events)
        self._events += 1
        self._last = work.day
        return float(self._random.standard_normal())

    def _threshold(self, day: int) -> float:
        judgement = float(np.exp(_CONTROL["threshold_log_sd"] * self._random.standard_normal()))
        week = self._life.batch.start.fromordinal(self._life.batch.start.toordinal() + day).isocalendar().week
        first, last = _CONTROL["spring_weeks"]
        usual = _CONTROL["spring_threshold"] if first <= week <= last else _CONTROL["threshold"]
        return float(usual) * judgement
