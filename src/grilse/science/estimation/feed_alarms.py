"""Alarms when feed keeps falling short of the expected, and how soon they come after a loss of growth."""

from dataclasses import dataclass

import numpy as np

from grilse.science.arrays import Floats, Indices, Mask
from grilse.science.estimation.batch_group import BatchGroup, PlacementDays
from grilse.science.parameters import load_parameters


@dataclass(frozen=True, kw_only=True, slots=True)
class AlarmMatches:
    """Losses of growth and the alarms that followed them."""

    delay: Floats
    """Days from the onset of each loss to its first alarm, NaN without one, shape (losses,)."""
    false_alarms: int
    """Alarms without a loss."""
    watched_days: int
    """Number of placement-days watched."""


def is_undisturbed(group: BatchGroup, placement: Indices, day: Indices) -> Mask:
    """Return which weeks of feed could be a sign of disease, shape (n,).

    Weeks in which or shortly before which fish arrived, were handled or fasted are excluded; `placement` and `day` of
    the weeks have shape (n,).
    """
    values, rows = load_parameters("backtest"), group.rows
    fasts = np.concatenate([[0], np.cumsum(group.feed <= 0.0)])
    age = day - rows.start[placement]
    at = rows.offset[placement] + age
    since = np.maximum(at + 1 - values["alarm_rest_days"], rows.offset[placement])
    return np.asarray((age >= values["alarm_settling_days"]) & (fasts[at + 1] == fasts[since]))


def detect_alarms(placement: Indices, day: Indices, off: Floats) -> tuple[Indices, Indices]:
    """Return placement and day of each alarm: a placement's cumulated shortfall exceeds a level, then restarts at 0.

    `placement`, `day` and `off` (feed over expected feed, less 1) are weeks of feed in order of time, shape (n,).

    Source: one-sided cumulative sum, Page 1954, doi:10.1093/biomet/41.1-2.100.
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
    """Return the first and last row of each spell in which disease takes growth, shape (losses, 2).

    `lost` is the share of appetite that disease takes, shape (rows,); short spells are left out.
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

    An alarm matches the losses of its placement that have begun and have not ended long ago.

    Parameters
    ----------
    rows : placement-days that are watched.
    spells : first and last rows of losses, shape (losses, 2).
    pen, day : of the alarms.
    """
    patience = load_parameters("backtest")["alarm_answers"]
    delay, explained = np.full(len(spells), np.nan), np.zeros(pen.size, dtype=np.bool_)
    for spell, (first, last) in enumerate(spells.tolist()):
        mine = (pen == rows.placement[first]) & (day >= rows.day[first]) & (day <= rows.day[last] + patience)
        explained |= mine
        if mine.any():
            delay[spell] = day[mine].min() - rows.day[first]
    return AlarmMatches(delay=delay, false_alarms=int((~explained).sum()), watched_days=int(rows.day.size))
