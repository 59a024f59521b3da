"""Days as whole numbers since 1970-01-01, and the dates that they are."""

from datetime import date, timedelta

EPOCH = date(1970, 1, 1)
LAST_DAY = (date.max - EPOCH).days
DAY_MICROSECONDS = 86_400_000_000


def to_epoch_day(day: date) -> int:
    """Return the number of days from 1970-01-01 to a date."""
    return (day - EPOCH).days


def from_epoch_day(day: int) -> date:
    """Return the date of a number of days; one after the last date is that last date."""
    return EPOCH + timedelta(days=min(int(day), LAST_DAY))
