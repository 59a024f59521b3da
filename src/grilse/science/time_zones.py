"""Days of times in a time zone, over columns of times."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

import numpy as np
from numpy.typing import NDArray

from grilse.science.arrays import Counts
from grilse.science.days import DAY_MICROSECONDS, to_epoch_day

SECOND_MICROSECONDS = 1_000_000
DAY_SECONDS = 86_400
FIRST_YEAR, LAST_YEAR = 1900, 9998
"""Times outside these years, as those that are missing, count as UTC."""
LARGEST_OFFSET = timedelta(hours=14)


# PostgreSQL takes the first four for abbreviations, without summer time; the last differs between machines.
AMBIGUOUS_ZONES = {"CET", "EET", "MET", "WET", "localtime"}


@lru_cache
def list_time_zones() -> frozenset[str]:
    """Return the names of all time zones whose days PostgreSQL and Python count alike."""
    return frozenset(available_timezones() - AMBIGUOUS_ZONES)


def describe_unknown_zone(name: str) -> str:
    """Say that no time zone has a name."""
    return f"{name or 'nothing'} is no time zone: use a name such as Europe/Oslo"


def compute_local_days(at: NDArray[np.int64], zones: Sequence[str], zone: NDArray[np.integer]) -> Counts:
    """Return the day on which each time is in its time zone.

    Parameters
    ----------
    at : microseconds since 1970-01-01 UTC, shape (n,).
    zones : names of time zones, as Europe/Oslo.
    zone : position of the time zone of each time in `zones`, shape (n,).

    Returns
    -------
    Counts
        Days since 1970-01-01, shape (n,).
    """
    days = at // DAY_MICROSECONDS
    for position, name in enumerate(zones):
        if name != "UTC":
            rows = np.flatnonzero(zone == position)
            days[rows] = (at[rows] + compute_utc_offsets(at[rows], name)) // DAY_MICROSECONDS
    return np.asarray(days, np.int64)


def compute_day_starts(days: Counts, zones: Sequence[str], zone: NDArray[np.integer]) -> Counts:
    """Return the first moment of each day in its time zone, microseconds since 1970-01-01 UTC; as above."""
    starts = days * DAY_MICROSECONDS
    for position, name in enumerate(zones):
        rows = np.flatnonzero(zone == position)
        starts[rows] = convert_to_utc(starts[rows], name)[0]
    return np.asarray(starts, np.int64)


def compute_utc_offsets(at: NDArray[np.int64], zone: str) -> Counts:
    """Return the microseconds that the clocks of a time zone are ahead of UTC at some times; see above."""
    years = at.astype("datetime64[us]").astype("datetime64[Y]").astype(np.int64) + 1970
    is_known = (years >= FIRST_YEAR) & (years <= LAST_YEAR)
    offsets = np.zeros(at.shape, np.int64)
    if not is_known.any():
        return offsets
    first = int(years[is_known].min())
    present = np.flatnonzero(np.bincount(years[is_known] - first)) + first
    starts, steps = (
        np.concatenate(parts) for parts in zip(*(_list_offsets(zone, int(y)) for y in present), strict=True)
    )
    offsets[is_known] = steps[np.searchsorted(starts, at[is_known], side="right") - 1]
    return offsets


def convert_to_utc(local: NDArray[np.int64], zone: str) -> tuple[Counts, NDArray[np.bool_]]:
    """Return UTC times of wall-clock times, and which of these exist: summer time skips an hour of a night.

    Of an hour that comes twice the first is meant. Times are microseconds since 1970-01-01.
    """
    if zone == "UTC":
        return local, np.ones(local.shape, np.bool_)
    # The offset of a day earlier is that of before a change of clocks, that of a day later is that of after it.
    early, late = (local - compute_utc_offsets(local + sign * DAY_MICROSECONDS, zone) for sign in (-1, 1))
    fits = [at + compute_utc_offsets(at, zone) == local for at in (early, late)]
    return np.where(fits[0] | ~fits[1], early, late), fits[0] | fits[1]


def get_today(zone: str) -> date:
    """Return today in a time zone."""
    return datetime.now(ZoneInfo(zone)).date()


def get_day_start(day: date, zone: str) -> datetime:
    """Return the first moment of a day in a time zone; 1970-01-01 at the earliest."""
    return datetime.combine(max(day, date(1970, 1, 1)), time.min, ZoneInfo(zone)).astimezone(UTC)


def get_latest_today() -> date:
    """Return today where on Earth it is the latest day."""
    return (datetime.now(UTC) + LARGEST_OFFSET).date()


@lru_cache(maxsize=4096)
def _list_offsets(zone: str, year: int) -> tuple[Counts, Counts]:
    """Return the times in a year (UTC) from which each offset holds, and the offsets, microseconds."""
    info = ZoneInfo(zone)
    first, last = (to_epoch_day(date(y, 1, 1)) * DAY_SECONDS for y in (year, year + 1))
    starts, offsets = [first], [_get_offset(info, first)]
    for midnight in range(first, last, DAY_SECONDS):
        after = _get_offset(info, midnight + DAY_SECONDS)
        if after != offsets[-1]:
            starts.append(_find_change(info, midnight, midnight + DAY_SECONDS))
            offsets.append(after)
    return np.array(starts, np.int64) * SECOND_MICROSECONDS, np.array(offsets, np.int64) * SECOND_MICROSECONDS


def _find_change(info: ZoneInfo, before: int, after: int) -> int:
    """Return the first second with the offset that holds at a later second."""
    offset = _get_offset(info, after)
    while after - before > 1:
        middle = (before + after) // 2
        before, after = (before, middle) if _get_offset(info, middle) == offset else (middle, after)
    return after


def _get_offset(info: ZoneInfo, second: int) -> int:
    """Return the seconds that clocks are ahead of UTC at a second since 1970-01-01."""
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=second)
    offset = moment.astimezone(info).utcoffset()
    return 0 if offset is None else int(offset.total_seconds())
