"""A proof beside an earlier one: what became worse is told, what the machine did is not."""

from dataclasses import replace

import pytest
from tests.integration.proof.declared_queries import hot, latest, rows
from tests.integration.proof.reports import figure, many, proof

from grilse.proof.baseline import compare_reports
from grilse.proof.budget_check import UNPROVEN
from grilse.proof.measurement import measure_queries


def worse(now, then):
    """Return what is said of each query that became worse."""
    return compare_reports(now, then).worse


def test_the_same_again_is_no_worse():
    beside = compare_reports(proof(*many()), proof(*many()))

    assert (beside.worse, beside.compared, beside.pace) == ({}, 9, 1.0)


def test_a_machine_three_times_as_slow_makes_no_query_slower():
    slow = [replace(one, milliseconds=3 * one.milliseconds) for one in many()]

    assert compare_reports(proof(*slow), proof(*many())).pace == 3
    assert worse(proof(*slow), proof(*many())) == {}


def test_a_query_that_became_slower_than_the_others_is_told():
    slow = [replace(one, milliseconds=3 * one.milliseconds) for one in many(milliseconds=20.0)]

    [(name, said)] = worse(proof(*slow), proof(*many())).items()

    assert (name, said) == ("hauls.0", ("takes 60.0 ms where 6.0 were to be expected: 10.0 times as long",))


def test_of_few_queries_the_yardstick_tells_how_fast_the_machine_is():
    then, slow = proof(figure(milliseconds=5.0)), proof(figure(milliseconds=20.0))

    assert list(worse(slow, then)) == ["hauls.latest"]
    assert worse(replace(slow, pace=40.0), then) == {}


def test_a_short_query_is_not_slower_by_what_a_clock_is_off():
    assert worse(proof(*many(milliseconds=0.9)), proof(*many(milliseconds=0.3))) == {}


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"buffers": 90}, "reads 90 blocks instead of 40"),
        ({"read": 700}, "reads 700 rows instead of 50"),
        ({"statements": 3}, "3 statements instead of 1"),
    ],
)
def test_what_is_counted_is_compared_by_itself(changed, said):
    assert worse(proof(*many(**changed)), proof(*many())) == {"hauls.0": (said,)}


def test_of_tables_that_grew_the_rows_are_compared_by_those_returned():
    grown = proof(*many(read=500, buffers=400, returned=500), rows={"haul": 160_000, "port": 20})

    assert worse(grown, proof(*many())) == {}
    assert list(worse(proof(*many(read=5000, returned=500), rows=grown.rows), proof(*many()))) == ["hauls.0"]


def test_a_query_that_is_not_proven_any_more_is_told():
    gone = many(state=UNPROVEN, said=("no row came back: nothing is proven",))

    assert worse(proof(*gone), proof(*many())) == {
        "hauls.0": ("was proven then, now no row came back: nothing is proven",)
    }
    assert worse(proof(*many()), proof(*gone)) == {}, "what was not proven then is no measure"


@pytest.mark.usefixtures("hauls")
def test_a_planted_slow_down_is_found_beside_a_real_run():
    def slow(boat):
        rows("SELECT pg_sleep(0.02)")
        return latest(boat)

    others = [hot(name=f"hauls.{n}") for n in range(6)]
    then = measure_queries([*others, hot(statements=2)])
    again, planted = (
        measure_queries([*others, hot(statements=2)]),
        measure_queries([*others, hot(slow, statements=2)]),
    )

    assert worse(again, then) == {}
    assert list(worse(planted, then)) == ["hauls.latest"]
    assert any("were to be expected" in said for said in worse(planted, then)["hauls.latest"])
