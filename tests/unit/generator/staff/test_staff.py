"""Who works for a generated company, and what its people's days are made of."""

import uuid
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from grilse.errors import GrilseError
from grilse.generator.schedule.run import GeneratorRun
from grilse.generator.schedule.scheduler import ScheduleRequest, schedule_batches
from grilse.generator.staff import journal, ticket_rows, tickets
from grilse.generator.staff.directory import get_staff
from grilse.generator.staff.history_calendar import BusinessClock, build_calendar
from grilse.generator.staff.outings import iter_outings
from grilse.generator.staff.settings import build_client_ids
from grilse.generator.staff.tracks import build_tracks
from grilse.generator.world.world import parse_world
from grilse.helpdesk import business_hours


def run_of(world, *ages, seed=3):
    return GeneratorRun(world=world, plan=schedule_batches(world, ScheduleRequest(ages=ages)).plan, seed=seed)


@pytest.fixture(scope="module")
def staff(world):
    return get_staff(run_of(world, 60, 560, 890))


def collect_columns(staff):
    """Return all columns of all shards."""
    columns = {}
    for shard in staff.shard_names:
        tracks, desk = build_tracks(staff, shard), ticket_rows.build_help_desk(staff, shard)
        tables = (tracks.points, tracks.journeys, tracks.visits, desk.tickets, desk.comments, desk.escalations)
        for place, table in enumerate((*tables, journal.build_journal(staff, shard))):
            columns.update({(shard, place, name): values for name, values in table.items()})
    return columns


def is_in_microseconds(values):
    return values.dtype == np.int64 and values.max(initial=0) > 10**15


def test_every_site_in_use_has_a_manager_and_three_to_six_operators(staff):
    for place in staff.places:
        crew = [staff.members[member] for member in staff.list_members(shard=place.name)]
        assert [member.role for member in crew].count("site_manager") == 1
        assert 3 <= [member.role for member in crew].count("operator") <= 6
        assert {member.team for member in crew} == {place.name}
    assert {place.name for place in staff.places} < {
        site.name for site in (*staff.run.world.areas, *staff.run.world.stations)
    }


def test_everybody_has_a_name_of_their_own_and_a_manager_who_is_there(staff):
    members = staff.members
    for what in ("name", "email"):
        assert len({getattr(member, what) for member in members}) == len(members)
    assert [place for place, member in enumerate(members) if member.manager < 0] == [0]
    assert all(member.manager < place for place, member in enumerate(members))
    assert all(members[member.manager].active for member in members[1:])


def test_who_left_has_no_days_afterwards(world):
    staff = get_staff(run_of(world, *range(820, 900, 13)))
    left = {place for place, member in enumerate(staff.members) if not member.active}
    assert left
    for shard in staff.shard_names:
        for outing in iter_outings(staff, shard):
            assert outing.days.max(initial=0) <= staff.members[outing.member].last


def test_nobody_is_on_two_ways_on_one_day(staff):
    for shard in staff.shard_names:
        days = [(out.member, day) for out in iter_outings(staff, shard) for day in out.days.tolist()]
        assert len(days) == len(set(days))


def test_the_same_seed_has_the_same_days_in_whatever_order_they_are_made(world, staff):
    first = collect_columns(staff)
    again = collect_columns(get_staff(run_of(world, 60, 560, 890)))
    other = collect_columns(get_staff(run_of(world, 60, 560, 890, seed=4)))

    assert first.keys() == again.keys()
    assert all(np.array_equal(first[name], again[name]) for name in first)
    assert not all(np.array_equal(first[name], other[name]) for name in first.keys() & other.keys())


def test_a_shorter_history_has_fewer_days(world, staff):
    def count_entries(of):
        return sum(len(journal.build_journal(of, shard)["at"]) for shard in of.shard_names)

    assert 0 < count_entries(get_staff(run_of(world, 60))) < 0.2 * count_entries(staff)


def test_all_is_over_when_the_history_ends(staff):
    end = datetime(2026, 1, 1, tzinfo=UTC).timestamp() * 1e6
    moments = {name: values for name, values in collect_columns(staff).items() if is_in_microseconds(values)}
    later = {name[2] for name, values in moments.items() if values.max() > end}
    # What a ticket waits for is to come, and nothing else.
    assert later - {"answer_due", "resolve_due"} == {"due_at"}


def test_numbers_of_tickets_count_on_in_time(staff):
    numbers = np.concatenate([tickets.assign_ticket_numbers(staff)[shard] for shard in staff.shard_names])
    opened = np.concatenate([tickets.draw_opening_times(staff, shard) for shard in staff.shard_names])
    assert sorted(numbers.tolist()) == list(range(1, len(numbers) + 1))
    assert (np.diff(opened[np.argsort(numbers)]) >= 0).all()


def test_minutes_of_business_are_counted_as_the_help_desk_counts_them(staff):
    clock, calendar = BusinessClock(staff.span), build_calendar(staff.span)
    draw = np.random.default_rng(1)
    at = draw.integers(staff.span.first * 86_400_000_000, staff.span.last * 86_400_000_000, 60)
    minutes = draw.integers(1, 9000, 60).astype(np.float64)
    due_times = clock.find_times(clock.count_minutes(at) + minutes)
    between = clock.count_minutes(due_times) - clock.count_minutes(at)
    rows = (column.tolist() for column in (at, minutes, due_times, between))
    for start, expected, due, passed in zip(*rows, strict=True):
        moment, end = (
            datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=checked_moment) for checked_moment in (start, due)
        )
        assert abs(business_hours.compute_due_time(moment, expected, calendar) - end) <= timedelta(microseconds=50)
        assert passed == pytest.approx(business_hours.count_minutes(moment, end, calendar), abs=1e-4)


def test_ids_of_phones_are_uuids_made_of_names_each_once():
    given = build_client_ids(3, "staff.point", "FO-SEA-01", 500).tolist()
    ids = [uuid.UUID(bytes=name.ljust(16, b"\0")) for name in given]
    assert {id.version for id in ids} == {5}
    assert {id.variant for id in ids} == {uuid.RFC_4122}
    assert len(set(ids)) == 500


def test_a_world_may_say_how_many_operators_a_site_has_and_whose_clock_holds(small_text):
    rule = parse_world(small_text + "staff: {operators: [1, 2], time_zone: Europe/Oslo}\n", "w.yaml").staff
    assert (rule.operators_least, rule.operators_most, rule.time_zone) == (1, 2, "Europe/Oslo")
    usual = parse_world(small_text, "w.yaml").staff
    assert (usual.operators_least, usual.operators_most, usual.time_zone) == (3, 6, "Atlantic/Faroe")


@pytest.mark.parametrize(
    ("staff", "told"),
    [
        ("{operators: [4, 3]}", "must be [least, most]"),
        ("{operators: [1.5, 3]}", "whole numbers from 0 to 100"),
        ("{operators: [1]}", "must hold 2 numbers"),
        ("{time_zone: Faroes}", "unknown time zone 'Faroes'; one looks like Atlantic/Faroe"),
        ("{vets: 3}", "unknown key 'vets'"),
    ],
)
def test_a_staff_that_cannot_be_is_refused_by_its_line(small_text, staff, told):
    line = small_text.count("\n") + 1
    with pytest.raises(GrilseError, match=f"line {line}") as refused:
        parse_world(f"{small_text}staff: {staff}\n", "w.yaml")
    assert told in str(refused.value)


def test_sites_in_one_spot_have_people_too(small_world):
    staff = get_staff(run_of(small_world, 560))
    assert all(len(build_tracks(staff, shard).points["at"]) for shard in staff.shard_names)
