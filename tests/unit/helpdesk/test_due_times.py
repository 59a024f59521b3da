"""What is left of a promise, in hours of business."""

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest

from grilse.helpdesk.business_hours import Calendar
from grilse.helpdesk.due_times import read_clock

# Weekdays from eight to four.
HOURS = Calendar(zone=ZoneInfo("UTC"), hours=(*[((time(8), time(16)),)] * 5, (), ()))
FRIDAY = datetime(2026, 5, 1, 15, tzinfo=UTC)
MONDAY = datetime(2026, 5, 4, 9, tzinfo=UTC)


def build_ticket(**of):
    none = dict.fromkeys(("answered_at", "answer_due", "resolve_due", "held_since"))
    return {"status": "open", **none, **of}


def test_a_weekend_is_no_time_to_answer_in():
    clock = read_clock(build_ticket(answer_due=MONDAY), FRIDAY, HOURS)
    assert (clock.to, clock.minutes, clock.is_late, clock.is_paused) == ("answer", 120, False, False)


def test_what_is_late_is_late_by_hours_of_business():
    clock = read_clock(build_ticket(answered_at=FRIDAY, resolve_due=FRIDAY), MONDAY, HOURS)
    assert (clock.to, clock.minutes, clock.is_late) == ("resolve", -120, True)


def test_on_hold_the_clock_stands_where_it_stood():
    clock = read_clock(
        build_ticket(status="on hold", resolve_due=MONDAY, held_since=FRIDAY), datetime(2026, 6, 1, tzinfo=UTC), HOURS
    )
    assert (clock.minutes, clock.is_paused) == (120, True)


@pytest.mark.parametrize("of", [{}, {"status": "resolved", "resolve_due": MONDAY}])
def test_nothing_runs_where_nothing_is_promised_or_nobody_waits(of):
    assert read_clock(build_ticket(**of), FRIDAY, HOURS) is None
