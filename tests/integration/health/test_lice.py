"""Lice counts recorded by actions, and their means with the limits of the day."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from tests.edited_farm import on

from grilse.errors import GrilseError
from grilse.farm.models import Geography
from grilse.health.actions.lice import NewLiceCount, correct_lice_count, record_lice_counts, withdraw_lice_count
from grilse.health.limits import load_limits
from grilse.health.models import LiceCount, LiceLimit
from grilse.health.queries import read_counts_over_limit, read_lice_means


@pytest.fixture
def count(farm):
    """Twenty fish of a pen; with 10 adult females it is 0.5 a fish."""
    return NewLiceCount(
        placement=farm.placements["A/P1"],
        date=on(30),
        fish_counted=20,
        adult_female=10,
        mobile=4,
        attached=2,
        total=16,
        method="manual",
    )


@pytest.fixture
def limits(farm, acting):
    """Those of Scotland."""
    geography = Geography.objects.get(company=farm.company)
    LiceLimit.objects.bulk_create(
        LiceLimit(company_id=farm.company, geography=geography, **row) for row in load_limits("Scotland")
    )


def test_many_pens_are_counted_at_once_and_read_as_means(farm, acting, count, limits):
    record_lice_counts([count, replace(count, placement=farm.placements["A/P2"], adult_female=3, total=None)])

    first, second = read_lice_means(farm.batches["A"])
    assert (first.container, first.site, first.geography) == ("P1", "Loch A", "Scotland")
    assert (first.adult_female, first.mobile, first.total, first.caligus) == (0.5, 0.2, 0.8, None)
    assert (second.container, second.adult_female, second.total) == ("P2", 0.15, None)


def test_a_count_stands_beside_the_limits_that_held_that_day(farm, acting, count, limits):
    record_lice_counts([replace(count, date=on(day)) for day in (26, 31)])

    january, february = read_lice_means(farm.batches["A"])
    assert january.limits == {"limit": 0.5, "report": 2.0, "act": 6.0, "guidance": 1.0}
    assert february.limits == {**january.limits, "guidance": 0.5}
    assert (january.exceeded_limits, sorted(february.exceeded_limits)) == (["limit"], ["guidance", "limit"])


def test_a_batch_is_read_in_one_statement(farm, acting, count, limits):
    record_lice_counts([replace(count, date=on(day)) for day in range(21, 40)])
    statements = []

    def record_statement(execute, *rest):
        statements.append(rest[0])
        return execute(*rest)

    with connection.execute_wrapper(record_statement):
        assert len(read_lice_means(farm.batches["A"], farm.placements["A/P1"], through=on(30))) == 10
    assert len(statements) == 1


def test_counts_that_reach_a_limit_are_found(farm, acting, count, limits):
    record_lice_counts(
        [count, replace(count, date=on(31), adult_female=9), replace(count, date=on(32), adult_female=None)]
    )

    assert [row.date for row in read_counts_over_limit(on(0), on(44))] == [on(30)]
    assert [row.date for row in read_counts_over_limit(on(0), on(44), kind="guidance")] == [on(30)]
    assert read_counts_over_limit(on(0), on(44), kind="report") == []
    assert read_counts_over_limit(on(31), on(44)) == []


def test_a_count_is_corrected_and_withdrawn_for_a_reason(farm, acting, count):
    [id] = record_lice_counts([count])

    correct_lice_count(id, replace(count, adult_female=None, fish_counted=10), reason="wrong sheet")
    row = LiceCount.objects.get(pk=id)
    assert (row.adult_female, row.fish_counted, row.total) == (None, 10, 16)

    for no_reason in ("", "  "):
        with pytest.raises(GrilseError, match="say why: a correction or withdrawal needs a reason"):
            withdraw_lice_count(id, reason=no_reason)
    withdraw_lice_count(id, reason="another pen")
    assert not LiceCount.objects.exists()
    with pytest.raises(GrilseError, match=f"there is no lice count {id}"):
        withdraw_lice_count(id, reason="another pen")


REFUSED = {
    "a lice count of 0 fish of A/P1: it is of at least one": {"fish_counted": 0},
    "a lice count of 40000 fish of A/P1": {"fish_counted": 40_000},
    "-1 adult females on A/P1: it cannot be below 0": {"adult_female": -1},
    "-3 Caligus on A/P1: it cannot be below 0": {"caligus": -3},
    "16 lice by their forms, 15 in all on A/P1": {"total": 15},
    "2024-01-03 is before its placement: A/P1 starts on 2024-01-21": {"date": on(2)},
    "later than tomorrow": {"date": datetime.now(UTC).date() + timedelta(days=3)},
    "there is no placement 999999": {"placement": 999_999},
    "method: Ensure this value has at most 12 characters": {"method": "with great patience"},
}


@pytest.mark.parametrize("why", REFUSED)
def test_a_count_that_cannot_be_is_refused(farm, acting, count, why):
    with pytest.raises(GrilseError, match=why):
        record_lice_counts([replace(count, **REFUSED[why])])


def test_fish_that_have_left_are_counted_no_more(farm, acting, count):
    with pytest.raises(GrilseError, match="after its placement: A/T1 ends on 2024-01-21"):
        record_lice_counts([replace(count, placement=farm.placements["A/T1"], date=date(2024, 1, 21))])


def test_a_second_count_of_a_pen_and_day_is_a_correction(farm, acting, count):
    [id, _] = record_lice_counts([count, replace(count, date=on(31))])
    again = "a lice count of A/P1 on 2024-02-01 is there already: correct it"

    for attempt in (
        lambda: record_lice_counts([replace(count, date=on(31))]),
        lambda: correct_lice_count(id, replace(count, date=on(31)), reason="wrong day"),
    ):
        with pytest.raises(GrilseError, match=again):
            attempt()
    with pytest.raises(GrilseError, match="a lice count of A/P1 on 2024-02-02 is there already"):
        record_lice_counts([replace(count, date=on(32))] * 2)
