"""Lice on the fish of one area: their development, the weekly counts and the delousings."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from grilse.generator.random_streams import create_random_stream
from grilse.generator.truth.batch_setup import BatchSetup
from grilse.generator.truth.batch_truth import EventLog
from grilse.generator.truth.site_conditions import compute_attachment, compute_dates
from grilse.science import lice
from grilse.science.arrays import Counts, Floats
from grilse.science.parameters import load_parameters
from grilse.science.temperature import YEAR_DAYS, day_of_year

_LICE = load_parameters("lice")
_CONTROL = _LICE["control"]
# Older lice stay in the last class; at 4 °C less than a thousandth of the lice are older.
_CHALIMUS_AGES, _PREADULT_AGES = 54, 28


class LiceOnFish:
    """The stages of lice per fish in each pen."""

    def __init__(self, setup: BatchSetup, area: str, start: int, temperature: Floats, pens: int) -> None:
        days = temperature.size
        self.chalimus = np.zeros((pens, _CHALIMUS_AGES))
        self.preadult = np.zeros((pens, _PREADULT_AGES))
        self.female = np.zeros(pens)
        self._outside = compute_attachment(setup, area, start, temperature)
        self._leave_chalimus = lice.moulting_share("chalimus", temperature, _CHALIMUS_AGES)
        self._leave_preadult = lice.moulting_share("preadult", temperature, _PREADULT_AGES)
        # The larvae of one louse per fish attach after the lag, a part of them in the same pen.
        self._per_female = lice.own_attachment(1.0, temperature)
        self._lag = lice.infection_lag(temperature)
        self._own = np.zeros((days + int(self._lag.max()) + 1, pens))
        spread = _LICE["pen_log_sd"]
        factor = np.exp(spread * setup.create_stream("lice.pens").standard_normal(pens))
        self._factor = factor * _LICE["region"][setup.sea_climate]

    def step_day(self, t: int, count: Counts) -> None:
        """Simulate day t of the stage."""
        attached = self._factor * (self._outside[t] + self._own[t])
        leave = (self._leave_chalimus[t], self._leave_preadult[t])
        self.chalimus, self.preadult, self.female = lice.advance_lice_day(
            self.chalimus, self.preadult, self.female, attached, leave
        )
        mean = float((self.female * count).sum() / max(int(count.sum()), 1))
        near = _LICE["own_pen"] * self.female + (1.0 - _LICE["own_pen"]) * mean
        self._own[t + self._lag[t]] += near * self._per_female[t]

    def remove_lice(self, pens: NDArray[np.int64], efficacy: Floats) -> None:
        """Remove this share of the adult females, and smaller shares of younger lice."""
        self.female[pens] *= 1.0 - efficacy
        self.preadult[pens] *= 1.0 - (_CONTROL["on_preadults"] * efficacy)[:, None]
        self.chalimus[pens] *= 1.0 - (_CONTROL["on_chalimus"] * efficacy)[:, None]


@dataclass(kw_only=True)
class Delousing:
    """One booked delousing."""

    day: int
    pens: NDArray[np.int64]
    method: int


class LiceControl:
    """Counts lice every week and books delousings."""

    def __init__(self, setup: BatchSetup, area: str, start: int, log: EventLog, first_placement: int) -> None:
        self._random = setup.create_stream("lice.control")
        self._counts = setup.create_stream("lice.counts")
        self._log, self._first = log, first_placement
        self._setup, self._start = setup, start
        self._weekday = int(create_random_stream(setup.seed, "lice.weekday", area).integers(7))
        self._booked: Delousing | None = None
        self._last = -1000
        self._events = 0

    def count_lice(self, day: int, on_fish: LiceOnFish, active_pens: NDArray[np.int64]) -> NDArray[np.int64] | None:
        """Count lice in pens with fish on the day of the week; return the adult females of each."""
        date = int(compute_dates(self._setup, day, 1)[0])
        if date % 7 != self._weekday or active_pens.size == 0:
            return None
        season = np.cos(2 * np.pi * (int(day_of_year(np.array(date))) - _LICE["caligus_peak_day"]) / YEAR_DAYS)
        female = on_fish.female[active_pens]
        means = np.stack(
            [
                female,
                on_fish.preadult[active_pens].sum(axis=1) + female,  # there are as many males
                on_fish.chalimus[active_pens].sum(axis=1),
                np.full(active_pens.size, _LICE["caligus_mean"] * (1.0 + 0.8 * season)),
            ]
        )
        fish = _LICE["fish_counted"]
        counts = lice.sampled_lice(self._counts, means, fish)
        self._log.add(
            *("lice_counts", day, self._first + active_pens, fish),
            *(counts[0], counts[1], counts[2], counts[:3].sum(axis=0), counts[3]),
        )
        return counts[0]

    def book_delousing(self, day: int, counts: NDArray[np.int64], active_pens: NDArray[np.int64]) -> Delousing | None:
        """Book a delousing if the mean of the counted fish exceeds the threshold."""
        threshold = self._draw_threshold(day)
        if self._booked is not None or counts.sum() / (counts.size * _LICE["fish_counted"]) <= threshold:
            return None
        least, most = _CONTROL["wait_days"]
        when = max(day + int(self._random.integers(least, most + 1)), self._last + _CONTROL["apart_days"])
        pens = active_pens
        if self._random.random() >= _CONTROL["all_pens"]:
            worst = np.argsort(-counts, kind="stable")[: (active_pens.size + 1) // 2]
            pens = np.sort(active_pens[worst])
        method = int(self._random.choice(4, p=_CONTROL["method_share"]))
        self._booked = Delousing(day=when, pens=pens, method=method)
        return self._booked

    def cancel_booking(self) -> None:
        """Cancel the booked delousing."""
        self._booked = None

    def take_due_delousing(self, day: int) -> Delousing | None:
        """Return the delousing that is booked for the day, and remove the booking."""
        if self._booked is None or self._booked.day != day:
            return None
        booked, self._booked = self._booked, None
        return booked

    def delouse_pens(self, work: Delousing, on_fish: LiceOnFish) -> float:
        """Delouse the pens; return the standard normal deviate of its mortality."""
        logit = (
            _CONTROL["efficacy_logit"][work.method]
            + _CONTROL["efficacy_event_sd"] * self._random.standard_normal()
            + _CONTROL["efficacy_pen_sd"] * self._random.standard_normal(work.pens.size)
        )
        efficacy = 1.0 / (1.0 + np.exp(-logit))
        on_fish.remove_lice(work.pens, efficacy)
        self._log.add("treatments", work.day, self._first + work.pens, work.method, efficacy, self._events)
        self._events += 1
        self._last = work.day
        return float(self._random.standard_normal())

    def _draw_threshold(self, day: int) -> float:
        judgement = float(np.exp(_CONTROL["threshold_log_sd"] * self._random.standard_normal()))
        week = self._setup.batch.start.fromordinal(self._setup.batch.start.toordinal() + day).isocalendar().week
        first, last = _CONTROL["spring_weeks"]
        usual = _CONTROL["spring_threshold"] if first <= week <= last else _CONTROL["threshold"]
        return float(usual) * judgement
