"""A proof beside an earlier one: what became worse is told, what the machine did is not."""

from dataclasses import replace

import pytest
from tests.integration.proof.declared_queries import declare_query, fetch_rows, list_latest_hauls
from tests.integration.proof.reports import build_figure, build_figures, build_report

from grilse.proof.baseline import compare_reports
from grilse.proof.budget_check import UNPROVEN
from grilse.proof.measurement import measure_queries


def list_worse_queries(now, then):
    """Return what is said of each query that became worse."""
    return compare_reports(now, then).worse


def test_the_same_again_is_no_worse():
    beside = compare_reports(build_report(*build_figures()), build_report(*build_figures()))

    assert (beside.worse, beside.compared, beside.pace) == ({}, 9, 1.0)


def test_a_machine_three_times_as_slow_makes_no_query_slower():
    slow = [replace(figure, milliseconds=3 * figure.milliseconds) for figure in build_figures()]

    assert compare_reports(build_report(*slow), build_report(*build_figures())).pace == 3
    assert list_worse_queries(build_report(*slow), build_report(*build_figures())) == {}


def test_a_query_that_became_slower_than_the_others_is_reported():
    slow = [replace(figure, milliseconds=3 * figure.milliseconds) for figure in build_figures(milliseconds=20.0)]

    [(name, messages)] = list_worse_queries(build_report(*slow), build_report(*build_figures())).items()

    assert (name, messages) == ("hauls.0", ("takes 60.0 ms where 6.0 were to be expected: 10.0 times as long",))


def test_with_few_queries_the_reference_loop_measures_machine_speed():
    then, slow = build_report(build_figure(milliseconds=5.0)), build_report(build_figure(milliseconds=20.0))

    assert list(list_worse_queries(slow, then)) == ["hauls.latest"]
    assert list_worse_queries(replace(slow, pace=40.0), then) == {}


def test_a_short_query_is_not_slower_by_what_a_clock_is_off():
    assert (
        list_worse_queries(
            build_report(*build_figures(milliseconds=0.9)), build_report(*build_figures(milliseconds=0.3))
        )
        == {}
    )


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"buffers": 90}, "reads 90 blocks instead of 40"),
        ({"read": 700}, "reads 700 rows instead of 50"),
        ({"statements": 3}, "3 statements instead of 1"),
    ],
)
def test_what_is_counted_is_compared_by_itself(changed, said):
    assert list_worse_queries(build_report(*build_figures(**changed)), build_report(*build_figures())) == {
        "hauls.0": (said,)
    }


def test_of_tables_that_grew_the_rows_are_compared_by_those_returned():
    grown = build_report(*build_figures(read=500, buffers=400, returned=500), rows={"haul": 160_000, "port": 20})

    assert list_worse_queries(grown, build_report(*build_figures())) == {}
    assert list(
        list_worse_queries(
            build_report(*build_figures(read=5000, returned=500), rows=grown.rows), build_report(*build_figures())
        )
    ) == ["hauls.0"]


def test_a_query_that_is_no_longer_proven_is_reported():
    unproven = build_figures(state=UNPROVEN, said=("no row came back: nothing is proven",))

    assert list_worse_queries(build_report(*unproven), build_report(*build_figures())) == {
        "hauls.0": ("was proven then, now no row came back: nothing is proven",)
    }
    assert list_worse_queries(build_report(*build_figures()), build_report(*unproven)) == {}, (
        "what was not proven then is no measure"
    )


@pytest.mark.usefixtures("hauls")
def test_a_planted_slow_down_is_found_beside_a_real_run():
    def list_hauls_slowly(boat):
        fetch_rows("SELECT pg_sleep(0.02)")
        return list_latest_hauls(boat)

    others = [declare_query(name=f"hauls.{n}") for n in range(6)]
    then = measure_queries([*others, declare_query(statements=2)])
    again, planted = (
        measure_queries([*others, declare_query(statements=2)]),
        measure_queries([*others, declare_query(list_hauls_slowly, statements=2)]),
    )

    assert list_worse_queries(again, then) == {}
    assert list(list_worse_queries(planted, then)) == ["hauls.latest"]
    assert any("were to be expected" in message for message in list_worse_queries(planted, then)["hauls.latest"])
