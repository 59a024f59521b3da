"""Declared queries, run as a request runs them, measured and rolled back."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from statistics import median
from time import perf_counter
from typing import Any

from django.db import transaction

from grilse.proof import conf
from grilse.proof.budget_check import BROKEN, UNPROVEN, ExecutedStatement, QueryResult, build_unrun_result, check_budget
from grilse.proof.conditions import (
    measure_machine_pace,
    read_block_counts,
    read_commit,
    read_row_estimates,
    read_versions,
)
from grilse.proof.performance_reports import PerformanceReport
from grilse.proof.query_plan import explain_statement
from grilse.proof.query_traces import fetch_rows
from grilse.proof.registry import QueryBudget
from grilse.proof.statement_capture import Statement, capture_statements

MAX_RUNS, MAX_TOTAL_MS = 7, 400.0
"""A query runs at most this often, or until its runs together took this long."""
ProgressCallback = Callable[[float], None]


def measure_queries(budgets: Iterable[QueryBudget], advance: ProgressCallback = lambda _: None) -> PerformanceReport:
    """Run queries and return the report of their costs."""
    at = datetime.now(UTC)
    figures = []
    for budget in budgets:
        figures.append(measure_query(budget))
        advance(1)
    return PerformanceReport(
        at=at.isoformat(timespec="seconds"),
        versions=read_versions(),
        commit=read_commit(),
        rows=read_row_estimates(),
        pace=measure_machine_pace(),
        figures=tuple(figures),
    )


def measure_query(budget: QueryBudget) -> QueryResult:
    """Run one query in a transaction that is rolled back, and return its cost."""
    try:
        with conf.rollback_changes(), conf.open_transaction(), transaction.atomic():
            return _measure_run(budget)
    except Exception as error:
        # A query that fails must not stop the others.
        return build_unrun_result(budget, BROKEN, f"failed: {type(error).__name__}: {error}".split("\n")[0])


def _measure_run(budget: QueryBudget) -> QueryResult:
    arguments = budget.example()
    if arguments is None:
        return build_unrun_result(budget, UNPROVEN, "not asked: this database has nothing to ask it")
    with conf.rollback_changes(), capture_statements() as statements:
        fetch_rows(budget.run(**arguments))
    run_times = sorted(_iter_run_times(budget, arguments))
    return check_budget(
        budget, list(_iter_executed_statements(statements)), read_block_counts(budget.unscanned), median(run_times)
    )


def _iter_run_times(budget: QueryBudget, arguments: Mapping[str, Any]) -> Iterator[float]:
    spent = 0.0
    for _ in range(MAX_RUNS):
        with conf.rollback_changes():
            begun = perf_counter()
            fetch_rows(budget.run(**arguments))
            took = 1000 * (perf_counter() - begun)
        yield took
        spent += took
        if spent > MAX_TOTAL_MS:
            return


def _iter_executed_statements(statements: Iterable[Statement]) -> Iterator[ExecutedStatement]:
    """Run the statements in their order and yield each with its plan."""
    with conf.rollback_changes():
        for statement in statements:
            yield ExecutedStatement(text=statement.text, plan=explain_statement(statement, analyze=True))
