"""Salmon lice on a farm: a stage-structured model in daily steps. Lice are numbers per fish."""

import numpy as np
from numpy.random import Generator

from grilse.science.arrays import Counts, FloatLike, Floats
from grilse.science.parameters import load_parameters
from grilse.science.temperature import YEAR_DAYS

_LICE = load_parameters("lice")


def eggs_per_female(temperature: FloatLike) -> Floats:
    """Eggs of an adult female in a day.

    Parameters
    ----------
    temperature : °C, any shape.

    Returns
    -------
    Floats
        Eggs per day, 0.17 (T + 4.28)².

    Source: Stien 2005.
    """
    return np.asarray(_LICE["eggs_scale"] * (np.asarray(temperature) + _LICE["eggs_shift"]) ** 2, dtype=np.float64)


def egg_days(temperature: FloatLike) -> Floats:
    """Days an egg takes to hatch: (41.98 / (T + 4.19))².

    Parameters
    ----------
    temperature : °C, any shape.

    Returns
    -------
    Floats
        Days.

    Source: Stien 2005.
    """
    return _belehradek_days(temperature, *_LICE["egg_days"])


def nauplius_days(temperature: FloatLike) -> Floats:
    """Days from hatch until a larva can infect: (24.79 / (T + 3.01))².

    Parameters
    ----------
    temperature : °C, any shape.

    Returns
    -------
    Floats
        Days.

    Source: Stien 2005.
    """
    return _belehradek_days(temperature, *_LICE["nauplius_days"])


def _belehradek_days(temperature: FloatLike, scale: float, shift: float) -> Floats:
    return np.asarray((scale / (np.asarray(temperature) + shift)) ** 2, dtype=np.float64)


def stage_days(stage: str, temperature: FloatLike) -> Floats:
    """Median days on the fish in a stage.

    Parameters
    ----------
    stage : ``"chalimus"`` or ``"preadult"``.
    temperature : °C, above 0, any shape.

    Returns
    -------
    Floats
        Days; 12.06 and 9.47 at 10 °C.

    Source: Aldrin 2017, posterior.
    """
    warmth = 10.0 / np.maximum(temperature, 0.5)
    return np.asarray(_LICE[f"{stage}_days"] * warmth ** _LICE["stage_temperature_power"], dtype=np.float64)


def moulting_share(stage: str, temperature: Floats, ages: int) -> Floats:
    """Share of each age that moves on to the next stage, day by day.

    Parameters
    ----------
    stage : ``"chalimus"`` or ``"preadult"``.
    temperature : °C, shape (days,).
    ages : classes of age in days; the last holds all older lice.

    Returns
    -------
    Floats
        Shape (days, ages), 0 to 1; the age counts from the day of entry.

    Source: Aldrin 2017: Weibull stage times around a median that follows temperature.
    """
    progress = np.concatenate([[0.0], np.cumsum(1.0 / stage_days(stage, temperature))])
    day = np.arange(temperature.size)[:, None]
    entered = np.maximum(day - np.arange(ages)[None, :], 0)
    shape = _LICE[f"{stage}_shape"]
    before = (progress[day] - progress[entered]) ** shape
    after = (progress[day + 1] - progress[entered]) ** shape
    return np.asarray(1.0 - 2.0 ** (before - after), dtype=np.float64)


def daily_survival(stage: str) -> float:
    """Share of the lice of a stage that live through a day.

    Parameters
    ----------
    stage : ``"chalimus"``, ``"preadult"`` or ``"adult"``.

    Returns
    -------
    float
        e^(-daily mortality).

    Source: Aldrin 2017, posterior.
    """
    return float(np.exp(-_LICE[f"{stage}_mortality"]))


def external_attachment(temperature: FloatLike, day_of_year: FloatLike, pressure: FloatLike) -> Floats:
    """Lice from outside that attach to a fish in a day, before the factors of area, wave and pen.

    Parameters
    ----------
    temperature : °C; day_of_year : 1 to 366; pressure : of the neighbours, about 0 to 1.5; one shape.

    Returns
    -------
    Floats
        Per fish and day.

    Source: Aldrin 2017, licecalc.
    """
    season = np.cos(2 * np.pi * (np.asarray(day_of_year) - _LICE["external_peak_day"]) / YEAR_DAYS)
    wild = _LICE["external"] * 10.0 / np.maximum(temperature, 0.5) * (1.0 + _LICE["external_season"] * season)
    return np.asarray(wild + _LICE["neighbour"] * np.asarray(pressure), dtype=np.float64)


def own_attachment(adult_female: FloatLike, temperature: FloatLike) -> Floats:
    """Lice that the farm's own eggs of a day put back on each fish, `infection_lag` days later.

    Parameters
    ----------
    adult_female : per fish, mean of the area; temperature : °C; broadcast together.

    Returns
    -------
    Floats
        Per fish.

    Source: Aldrin 2017, licecalc; Stien 2005.
    """
    alive = np.exp(-_LICE["nauplius_mortality"] * nauplius_days(temperature))
    return np.asarray(_LICE["own"] * np.asarray(adult_female) * eggs_per_female(temperature) * alive, dtype=np.float64)


def infection_lag(temperature: FloatLike) -> Counts:
    """Whole days from an egg to the louse that attaches.

    Parameters
    ----------
    temperature : °C, any shape.

    Returns
    -------
    Counts
        Days: nauplius time plus 5.

    Source: Stien 2005, licecalc.
    """
    days: Counts = np.rint(nauplius_days(temperature) + _LICE["copepodid_days"]).astype(np.int64)
    return days


def advance_lice_day(
    chalimus: Floats, preadult: Floats, adult: Floats, attached: Floats, leave: tuple[Floats, Floats]
) -> tuple[Floats, Floats, Floats]:
    """One day of lice on the fish.

    Parameters
    ----------
    chalimus : per fish, shape (pens, ages); preadult : shape (pens, other ages).
    adult : adult females per fish, shape (pens,); there are as many males.
    attached : new lice per fish, shape (pens,).
    leave : share that moves on by age, of chalimus and of pre-adults, each shape (ages,).

    Returns
    -------
    tuple of Floats
        The three stages at the end of the day, of the same shapes.

    Source: Stien 2005; Aldrin 2017.
    """
    staying, to_preadult = _age_stage(chalimus, leave[0], daily_survival("chalimus"))
    growing, to_adult = _age_stage(preadult, leave[1], daily_survival("preadult"))
    staying[:, 0] = attached
    growing[:, 0] = to_preadult
    return staying, growing, adult * daily_survival("adult") + _LICE["female_share"] * to_adult


def _age_stage(stage: Floats, leave: Floats, alive: float) -> tuple[Floats, Floats]:
    """A stage one day older, its first age yet to be filled, and what left it."""
    living = stage * alive
    gone = living * leave
    living -= gone
    older = np.empty_like(stage)
    older[:, 1:] = living[:, :-1]
    older[:, -1] += living[:, -1]
    return older, gone.sum(axis=1)


def sampled_lice(random: Generator, mean: Floats, fish: int) -> Counts:
    """Lice found on a sample of fish.

    Parameters
    ----------
    random : source of the counts.
    mean : lice per fish, any shape.
    fish : fish looked at.

    Returns
    -------
    Counts
        Total over the fish, shape of `mean`.

    Source: negative binomial of size 0.131 per fish (Aldrin 2017); CV 69 % at 0.5 lice on 20 fish.
    """
    size = _LICE["count_size"] * fish
    lice: Counts = random.negative_binomial(size, size / (size + fish * mean))
    return lice
