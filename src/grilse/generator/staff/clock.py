"""The help desk's business hours over a whole history, for whole arrays of moments."""

from datetime import date, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from grilse.generator.observation.records import EPOCH
from grilse.generator.staff.figures import chosen
from grilse.generator.staff.span import Span
from grilse.helpdesk.business import Calendar
from grilse.science.arrays import Counts, Floats

AFTER = 120  # days after the history's end in which the levels of what is open come due
WORKDAYS = 5
MINUTE = 60_000_000


def calendar_of(span: Span) -> Calendar:
    """Return the hours in which the company works on tickets."""
    about = chosen()["tickets"]["business"]
    hours = (_time(about["opens"]), _time(about["closes"]))
    return Calendar(
        zone=ZoneInfo(span.zone),
        hours=(hours,) * WORKDAYS + (None,) * (7 - WORKDAYS),
        holidays=frozenset(holidays(span)),
    )


def holidays(span: Span) -> dict[date, str]:
    """Return the days on which nobody works, with their names."""
    years = range(_day(span.first).year, _day(span.last + AFTER).year + 1)
    return {
        date(year, int(month), int(day)): name
        for year in years
        for when, name in chosen()["holidays"].items()
        for month, day in [when.split("-")]
    }


class Clock:
    """Counts minutes of business as `business.due` and `minutes_between` do."""

    def __init__(self, span: Span) -> None:
        calendar = calendar_of(span)
        windows = [calendar.window(_day(day)) for day in range(span.first, span.last + AFTER)]
        moments = [[int(one.timestamp() * 1e6) for one in window] for window in windows if window]
        self.begins, self.ends = np.array(moments, np.int64).T
        self.worked = np.cumsum(self.ends - self.begins)

    def passed(self, at: Counts) -> Floats:
        """Return the minutes of business from the history's begin until some moments."""
        window = np.searchsorted(self.begins, at, side="right") - 1
        before = np.append(self.worked, 0)[window - 1]
        within = np.minimum(at, self.ends[window]) - self.begins[window]
        return np.where(window < 0, 0, np.where(window < 1, 0, before) + within) / MINUTE

    def at(self, minutes: Floats) -> Counts:
        """Return the moments at which so many minutes of business have passed since the history's begin."""
        worked = np.rint(minutes * MINUTE).astype(np.int64)
        window = np.searchsorted(self.worked, worked)
        return self.ends[window] - (self.worked[window] - worked)


def _time(minute: int) -> time:
    return time(*divmod(minute, 60))


def _day(day: int) -> date:
    return EPOCH + timedelta(days=int(day))
