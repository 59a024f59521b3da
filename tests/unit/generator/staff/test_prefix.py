"""What the staff did up to a day does not depend on the end of the history."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from grilse.generator.observation.records import take_rows
from grilse.generator.schedule.run import GeneratorRun
from grilse.generator.schedule.scheduler import ScheduleRequest, schedule_batches
from grilse.generator.staff.directory import get_staff
from grilse.generator.staff.journal import build_consents, build_journal
from grilse.generator.staff.ticket_rows import build_help_desk
from grilse.generator.staff.tracks import build_tracks

OF_A_DAY = {"points": "at", "journeys": "started_at", "visits": "arrived_at"}


@pytest.fixture(scope="module")
def run(world):
    return GeneratorRun(world=world, plan=schedule_batches(world, ScheduleRequest(batches=8)).plan, seed=5)


def cut_rows(columns, key, end):
    return {name: values[columns[key] <= end] for name, values in columns.items()}


@pytest.mark.parametrize("days", [1, 200])
def test_the_staff_of_a_longer_history_begins_with_that_of_the_shorter_one(run, days):
    first = get_staff(run)
    later = get_staff(run.extend(run.plan.until + timedelta(days=days)))
    assert later.shard_names[: len(first.shard_names)] == first.shard_names
    for old, new in zip(first.members, later.members, strict=False):
        assert replace(new, active=old.active) == old
    assert (len(later.members) > len(first.members)) is (days > 100)


@pytest.mark.parametrize("days", [1, 200])
def test_the_days_of_the_staff_do_not_depend_on_the_end_of_the_history(run, days):
    first = get_staff(run)
    end, shards = first.span.end_time, first.shard_names[:12]
    expected = {shard: build_rows(first, shard) for shard in shards}
    later = get_staff(run.extend(run.plan.until + timedelta(days=days)))
    sizes = {}
    for shard in shards:
        for name, (key, columns) in build_rows(later, shard).items():
            rows, before = cut_rows(columns, key, end), expected[shard][name][1]
            if name == "journal":  # the later history has no entries that are deleted by then
                before = take_rows(before, np.isin(before["client_id"], rows["client_id"]))
            for column, values in before.items():
                assert np.array_equal(values, rows[column]), (shard, name, column)
            sizes[name] = sizes.get(name, 0) + len(rows[key])
    assert min(sizes.values()) > 10


def build_rows(staff, shard):
    """Rows by table, with the column of their time; without the columns that change later."""
    tracks, desk = build_tracks(staff, shard), build_help_desk(staff, shard)
    unchanging = ("number", "category", "title", "body", "container", "reporter", "opened_at")
    entries = build_journal(staff, shard)
    entries = {name: values for name, values in entries.items() if name != "deleted_at"}
    consents = {name: values for name, values in build_consents(staff, shard).items() if name != "withdrawn_at"}
    return {
        **{
            name: (key, getattr(tracks, name)) for name, key in OF_A_DAY.items() if len(getattr(tracks, name)["person"])
        },
        "journal": ("at", entries),
        "consents": ("given_at", consents),
        "tickets": ("opened_at", {name: desk.tickets[name] for name in unchanging}),
        "comments": ("at", desk.comments),
    }
