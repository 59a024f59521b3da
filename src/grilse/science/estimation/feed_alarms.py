"""When feed that keeps falling short of what was expected is an alarm, and how soon one comes."""

from dataclasses import dataclass

import numpy as np

from grilse.science.arrays import Floats, Indices, Mask
from grilse.science.estimation.batch_group import BatchGroup, PlacementDays
from grilse.science.parameters import load_parameters


@dataclass(frozen=True, kw_only=True, slots=True)
class AlarmMatches:
    """Losses of growth and the alarms that answered them."""

    delay: Floats
    """Days from the onset of each loss to its first alarm, NaN where none came, shape (losses,)."""
    false_alarms: int
    """Alarms that no loss explains."""
    watched_days: int
    """Placement-days that were watched."""


def is_undisturbed(group: BatchGroup, placement: Indices, day: Indices) -> Mask:
    """Tell which weeks of feed could be a sign of disease.

    Parameters
    ----------
    group : its feed and the first days of its placements.
    placement, day : of the weeks, shape (n,).

    Returns
    -------
    Mask
        Shape (n,): not those in which or shortly before which fish came, were handled or fasted.
    """
    values, rows = load_parameters("backtest"), group.rows
    fasts = np.concatenate([[0], np.cumsum(group.feed <= 0.0)])
    age = day - rows.start[placement]
    at = rows.offset[placement] + age
    since = np.maximum(at + 1 - values["alarm_rest_days"], rows.offset[placement])
    return np.asarray((age >= values["alarm_settling_days"]) & (fasts[at + 1] == fasts[since]))


def detect_alarms(placement: Indices, day: Indices, off: Floats) -> tuple[Indices, Indices]:
    """Days on which the sum of a placement's shortfalls passes the level; the sum then begins anew.

    Parameters
    ----------
    placement, day, off : weeks of feed, and fed over expected less 1, in order of time, shape (n,).

    Returns
    -------
    tuple
        Placement and day of each alarm.

    Source: one-sided cumulative sum, Page 1954.
    """
    values = load_parameters("backtest")
    slack, level = values["alarm_slack"], values["alarm_level"]
    short: dict[int, float] = {}
    detections = []
    for pen, when, share in zip(placement.tolist(), day.tolist(), off.tolist(), strict=True):
        total = max(0.0, short.get(pen, 0.0) - share - slack)
        if total > level:
            detections.append((pen, when))
            total = 0.0
        short[pen] = total
    pens, days = np.array(detections, dtype=np.int64).reshape(-1, 2).T
    return pens, days


def find_loss_spells(rows: PlacementDays, lost: Floats) -> Indices:
    """Spells in which disease takes growth.

    Parameters
    ----------
    rows : placement-days.
    lost : share of the appetite that disease takes, shape (rows,).

    Returns
    -------
    Indices
        First and last row of each spell that lasts long enough, shape (losses, 2).
    """
    values = load_parameters("backtest")
    ill = lost >= values["onset_loss"]
    same = np.diff(rows.placement, prepend=-1) == 0
    before = np.concatenate([[False], ill[:-1]]) & same
    after = np.concatenate([(ill[1:] & same[1:]), [False]])
    first, last = np.flatnonzero(ill & ~before), np.flatnonzero(ill & ~after)
    long = last - first + 1 >= values["onset_days"]
    return np.stack([first[long], last[long]], axis=1)


def match_alarms(rows: PlacementDays, spells: Indices, pen: Indices, day: Indices) -> AlarmMatches:
    """Match alarms with losses.

    Parameters
    ----------
    rows : placement-days that are watched.
    spells : first and last rows of losses, shape (losses, 2).
    pen, day : of the alarms.

    Returns
    -------
    Answered
        An alarm answers the losses of its placement that have begun and have not been over for long.
    """
    patience = load_parameters("backtest")["alarm_answers"]
    delay, explained = np.full(len(spells), np.nan), np.zeros(pen.size, dtype=np.bool_)
    for spell, (first, last) in enumerate(spells.tolist()):
        mine = (pen == rows.placement[first]) & (day >= rows.day[first]) & (day <= rows.day[last] + patience)
        explained |= mine
        if mine.any():
            delay[spell] = day[mine].min() - rows.day[first]
    return AlarmMatches(delay=delay, false_alarms=int((~explained).sum()), watched_days=int(rows.day.size))
