"""Salmon lice on a farm: a stage-structured model in daily steps.

Lice are numbers per fish, temperatures °C. Arguments broadcast together, and the result has the broadcast shape.

Sources: Stien et al. 2005, doi:10.3354/meps290263; Aldrin et al. 2017, doi:10.1016/j.ecolmodel.2017.05.019; licecalc.
"""

import numpy as np
from numpy.random import Generator

from grilse.science.arrays import Counts, FloatLike, Floats
from grilse.science.parameters import load_parameters
from grilse.science.temperature import YEAR_DAYS

_LICE = load_parameters("lice")


def eggs_per_female(temperature: FloatLike) -> Floats:
    """Return the eggs of an adult female in a day: 0.17 (T + 4.28)² (Stien 2005)."""
    return np.asarray(_LICE["eggs_scale"] * (np.asarray(temperature) + _LICE["eggs_shift"]) ** 2, dtype=np.float64)


def egg_days(temperature: FloatLike) -> Floats:
    """Return the days until an egg hatches: (41.98 / (T + 4.19))² (Stien 2005)."""
    return _belehradek_days(temperature, *_LICE["egg_days"])


def nauplius_days(temperature: FloatLike) -> Floats:
    """Return the days from hatch until a larva can infect: (24.79 / (T + 3.01))² (Stien 2005)."""
    return _belehradek_days(temperature, *_LICE["nauplius_days"])


def _belehradek_days(temperature: FloatLike, scale: float, shift: float) -> Floats:
    return np.asarray((scale / (np.asarray(temperature) + shift)) ** 2, dtype=np.float64)


def stage_days(stage: str, temperature: FloatLike) -> Floats:
    """Return the median days on the fish in stage ``"chalimus"`` or ``"preadult"``.

    12.06 and 9.47 at 10 °C (Aldrin 2017, posterior).
    """
    warmth = 10.0 / np.maximum(temperature, 0.5)
    return np.asarray(_LICE[f"{stage}_days"] * warmth ** _LICE["stage_temperature_power"], dtype=np.float64)


def moulting_share(stage: str, temperature: Floats, ages: int) -> Floats:
    """Return the share of each age, in days since entry, that moves on to the next stage, shape (days, ages).

    Parameters
    ----------
    stage : ``"chalimus"`` or ``"preadult"``.
    temperature : °C, shape (days,).
    ages : number of ages; the last holds all older lice.

    Source: Aldrin 2017, Weibull stage times around a median that depends on temperature.
    """
    progress = np.concatenate([[0.0], np.cumsum(1.0 / stage_days(stage, temperature))])
    day = np.arange(temperature.size)[:, None]
    entered = np.maximum(day - np.arange(ages)[None, :], 0)
    shape = _LICE[f"{stage}_shape"]
    before = (progress[day] - progress[entered]) ** shape
    after = (progress[day + 1] - progress[entered]) ** shape
    return np.asarray(1.0 - 2.0 ** (before - after), dtype=np.float64)


def daily_survival(stage: str) -> float:
    """Return the share of lice in stage ``"chalimus"``, ``"preadult"`` or ``"adult"`` that survive a day.

    e^(-daily mortality) (Aldrin 2017, posterior).
    """
    return float(np.exp(-_LICE[f"{stage}_mortality"]))


def external_attachment(temperature: FloatLike, day_of_year: FloatLike, pressure: FloatLike) -> Floats:
    """Return the lice from outside that attach to a fish in a day, before the factors of area, wave and pen.

    `day_of_year` is 1 to 366, `pressure` that of the neighbours, about 0 to 1.5.

    Source: Aldrin 2017, licecalc.
    """
    season = np.cos(2 * np.pi * (np.asarray(day_of_year) - _LICE["external_peak_day"]) / YEAR_DAYS)
    wild = _LICE["external"] * 10.0 / np.maximum(temperature, 0.5) * (1.0 + _LICE["external_season"] * season)
    return np.asarray(wild + _LICE["neighbour"] * np.asarray(pressure), dtype=np.float64)


def own_attachment(adult_female: FloatLike, temperature: FloatLike) -> Floats:
    """Return the lice that a day's eggs of the farm put on each fish `infection_lag` days later.

    `adult_female` is the mean of the area.

    Source: Aldrin 2017, licecalc; Stien 2005.
    """
    alive = np.exp(-_LICE["nauplius_mortality"] * nauplius_days(temperature))
    return np.asarray(_LICE["own"] * np.asarray(adult_female) * eggs_per_female(temperature) * alive, dtype=np.float64)


def infection_lag(temperature: FloatLike) -> Counts:
    """Return the whole days from an egg to the attached louse: nauplius time plus 5 (Stien 2005, licecalc)."""
    days: Counts = np.rint(nauplius_days(temperature) + _LICE["copepodid_days"]).astype(np.int64)
    return days


def advance_lice_day(
    chalimus: Floats, preadult: Floats, adult: Floats, attached: Floats, leave: tuple[Floats, Floats]
) -> tuple[Floats, Floats, Floats]:
    """Return the lice of the three stages on the fish a day later, in the shapes of the arguments.

    Parameters
    ----------
    chalimus, preadult : shape (pens, ages), each with its own number of ages.
    adult : adult females, shape (pens,); there are as many males.
    attached : newly attached lice, shape (pens,).
    leave : share that moves on by age, of chalimus and of pre-adults, each shape (ages,).

    Source: Stien 2005; Aldrin 2017.
    """
    staying, to_preadult = _age_stage(chalimus, leave[0], daily_survival("chalimus"))
    growing, to_adult = _age_stage(preadult, leave[1], daily_survival("preadult"))
    staying[:, 0] = attached
    growing[:, 0] = to_preadult
    return staying, growing, adult * daily_survival("adult") + _LICE["female_share"] * to_adult


def _age_stage(stage: Floats, leave: Floats, alive: float) -> tuple[Floats, Floats]:
    """Return a stage one day older, with its first age left to be filled, and the lice that left it."""
    living = stage * alive
    gone = living * leave
    living -= gone
    older = np.empty_like(stage)
    older[:, 1:] = living[:, :-1]
    older[:, -1] += living[:, -1]
    return older, gone.sum(axis=1)


def sampled_lice(random: Generator, mean: Floats, fish: int) -> Counts:
    """Return the total of lice counted on a sample of `fish` fish, with mean `mean`, of any shape, per fish.

    Source: negative binomial of size 0.131 per fish (Aldrin 2017); CV 69 % at 0.5 lice on 20 fish.
    """
    size = _LICE["count_size"] * fish
    lice: Counts = random.negative_binomial(size, size / (size + fish * mean))
    return lice
