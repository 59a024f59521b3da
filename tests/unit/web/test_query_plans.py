"""Plans as trees: whose time it is, and where the planner was far off."""

import pytest

from grilse.proof.query_plan import parse_plan
from grilse.web.query_plans import build_plan_tree


def build_step(kind, milliseconds, *below, rows=10.0, planned=10, loops=1, **also):
    return {
        "Node Type": kind, "Plan Rows": planned, "Total Cost": 1.0, "Actual Rows": rows,
        "Actual Loops": loops, "Actual Total Time": milliseconds, "Shared Hit Blocks": 1,
        "Plans": list(below), **also,
    }  # fmt: skip


def build_tree(*below, **also):
    return build_plan_tree(parse_plan([{"Plan": build_step("Limit", 10.0, *below, **also)}]).root)


def test_a_step_has_the_time_that_those_below_it_leave():
    limit = build_tree(build_step("Sort", 9.0, build_step("Index Scan", 3.0)))
    [sort] = limit.below
    [scan] = sort.below
    assert [round(node.own_pct) for node in (limit, sort, scan)] == [10, 60, 30]


def test_a_step_that_runs_often_has_the_time_of_all_its_loops():
    [scan] = build_tree(build_step("Index Scan", 0.1, loops=50)).below
    assert scan.own_pct == pytest.approx(50)


def test_shares_lie_between_none_and_all_whatever_workers_add_up():
    limit = build_tree(build_step("Parallel Seq Scan", 8.0, loops=3))
    assert limit.own_pct == 0
    assert limit.below[0].own_pct == 100


@pytest.mark.parametrize(
    ("planned", "rows", "off"), [(10, 10.0, None), (10, 60.0, None), (10, 100.0, 10), (1000, 10.0, 100)]
)
def test_a_wrong_row_estimate_is_marked(planned, rows, off):
    assert build_tree(planned=planned, rows=rows).off == off


def test_a_step_that_never_ran_is_not_off():
    assert build_tree(build_step("Seq Scan", 0.0, rows=0, planned=5000, loops=0)).below[0].off is None
