"""A plan goes on after its last day at the same pace, and a longer extension begins with the shorter one."""

from datetime import timedelta
from itertools import pairwise

import pytest

from grilse.errors import GrilseError
from grilse.generator.schedule.extension import extend_plan
from grilse.generator.schedule.plan_file import format_plan, parse_plan
from grilse.generator.schedule.scheduler import ScheduleRequest, schedule_batches
from grilse.generator.schedule.validation import find_conflicts


@pytest.fixture(scope="module")
def plan(world):
    return schedule_batches(world, ScheduleRequest(batches=144)).plan


def list_new_batches(plan, world, days):
    extended = extend_plan(plan, world, plan.until + timedelta(days=days), 1)
    assert extended.batches[: len(plan.batches)] == plan.batches
    return extended.batches[len(plan.batches) :]


def test_batches_start_at_the_same_interval_after_the_last_day(world, plan):
    starts = [batch.start for batch in list_new_batches(plan, world, 400)]
    last = plan.batches[-1].start
    assert starts[0] == last + timedelta(days=52)  # the first of every 13 days that is after the last day
    assert starts == [last + timedelta(days=13 * turn) for turn in range(4, 4 + len(starts))]
    assert len(starts) == 30


def test_the_geographies_go_on_taking_turns(world, plan):
    batches = list_new_batches(plan, world, 200)
    places = [batch.geography for batch in (plan.batches[-1], *batches)]
    assert all(first != second for first, second in pairwise(places))
    assert len({batch.number for batch in (*plan.batches, *batches)}) == len(plan.batches) + len(batches)


def test_no_site_holds_two_batches_for_years(world, plan):
    extended = extend_plan(plan, world, plan.until + timedelta(days=1500), 1)
    assert len(extended.batches) > 240
    assert list(find_conflicts(extended, world)) == []


@pytest.mark.parametrize("days", [0, 1, 11, 12, 30, 31])
def test_a_longer_extension_begins_with_the_shorter_one(world, plan, days):
    shorter, longer = (list_new_batches(plan, world, end) for end in (days, days + 300))
    assert longer[: len(shorter)] == shorter
    assert all(batch.start > plan.until + timedelta(days=days) for batch in longer[len(shorter) :])


def test_an_extended_plan_is_a_plan_of_its_own(world, plan):
    extended = extend_plan(plan, world, plan.until + timedelta(days=30), 1)
    assert parse_plan(format_plan(extended), "plan.yaml") == extended


def test_a_plan_of_one_batch_has_no_pace_to_go_on_at(world):
    plan = schedule_batches(world, ScheduleRequest(ages=(400,))).plan
    assert extend_plan(plan, world, plan.until + timedelta(days=900), 1).batches == plan.batches


def test_a_start_without_a_free_site_is_left_out(world):
    plan = schedule_batches(world, ScheduleRequest(batches=12, stagger=4)).plan
    extended = extend_plan(plan, world, plan.until + timedelta(days=700), 1)
    assert list(find_conflicts(extended, world)) == []
    new = extended.batches[len(plan.batches) :]
    gaps = {later.start - earlier.start for earlier, later in pairwise(new)}
    assert min(gaps) == timedelta(days=4)
    assert max(gaps) > timedelta(days=4)


def test_a_history_cannot_end_before_its_plan(world, plan):
    with pytest.raises(GrilseError, match="cannot end before that"):
        extend_plan(plan, world, plan.until - timedelta(days=1), 1)
