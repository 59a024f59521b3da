"""The business hours of the help desk over a history, for arrays of times."""

from datetime import date, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from grilse.generator.observation.records import EPOCH, MINUTE_MICROSECONDS
from grilse.generator.staff.history_span import HistorySpan
from grilse.generator.staff.settings import WORKDAYS, load_staff_settings
from grilse.helpdesk.business_hours import Calendar
from grilse.science.arrays import Counts, Floats

DAYS_AFTER_END = 120  # days after the end of the history in which open tickets become due


def build_calendar(span: HistorySpan) -> Calendar:
    """Return the business hours of the company."""
    settings = load_staff_settings()["tickets"]["business"]
    hours = (time(*divmod(settings["opens"], 60)), time(*divmod(settings["closes"], 60)))
    return Calendar(
        zone=ZoneInfo(span.zone),
        hours=(hours,) * WORKDAYS + (None,) * (7 - WORKDAYS),
        holidays=frozenset(list_holidays(span)),
    )


def list_holidays(span: HistorySpan) -> dict[date, str]:
    """Return the holidays with their names."""
    years = range(_build_date(span.first).year, _build_date(span.last + DAYS_AFTER_END).year + 1)
    return {
        date(year, int(month), int(day)): name
        for year in years
        for when, name in load_staff_settings()["holidays"].items()
        for month, day in [when.split("-")]
    }


class BusinessClock:
    """Counts minutes of business hours, as `helpdesk.business_hours` does for one ticket."""

    def __init__(self, span: HistorySpan) -> None:
        calendar = build_calendar(span)
        windows = [calendar.find_window(_build_date(day)) for day in range(span.first, span.last + DAYS_AFTER_END)]
        window_bounds = [[int(bound.timestamp() * 1e6) for bound in window] for window in windows if window]
        self.begins, self.ends = np.array(window_bounds, np.int64).T
        self.worked = np.cumsum(self.ends - self.begins)

    def count_minutes(self, at: Counts) -> Floats:
        """Return the business minutes from the begin of the history to each time."""
        window = np.searchsorted(self.begins, at, side="right") - 1
        before = np.append(self.worked, 0)[window - 1]
        within = np.minimum(at, self.ends[window]) - self.begins[window]
        return np.where(window < 0, 0, np.where(window < 1, 0, before) + within) / MINUTE_MICROSECONDS

    def find_times(self, minutes: Floats) -> Counts:
        """Return the times at which these business minutes have passed since the begin of the history."""
        worked = np.rint(minutes * MINUTE_MICROSECONDS).astype(np.int64)
        window = np.searchsorted(self.worked, worked)
        return self.ends[window] - (self.worked[window] - worked)


def _build_date(day: int) -> date:
    return EPOCH + timedelta(days=int(day))
