"""A proof beside an earlier one: what became slower, or reads more than it did."""

from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median

from grilse.proof.budget_check import UNPROVEN, QueryResult
from grilse.proof.performance_reports import PerformanceReport

MAX_TIME_RATIO, MARGIN_MS = 2.0, 3.0
"""Times as slow as the others became, and milliseconds beyond that, at which a query counts as slower."""
MAX_READ_RATIO, MARGIN_BLOCKS, MARGIN_ROWS = 1.2, 16, 100
"""Times as much, and blocks or rows beyond that, at which it counts as reading more."""
SAME_ROWS = 1.02
"""A table that grew or shrank by more is another one: then blocks and rows are compared per row returned."""
MIN_QUERIES = 5
"""Fewer queries than this in common do not tell how fast the machine was; the yardstick does."""


@dataclass(frozen=True, kw_only=True, slots=True)
class BaselineComparison:
    """An earlier proof beside a newer one."""

    at: str
    """When the earlier one was made."""
    pace: float
    """How many times as long as then the queries take in the median: the machine, not the queries."""
    compared: int
    worse: dict[str, tuple[str, ...]]
    """What became worse, by the query's name, as lines."""


def compare_reports(current: PerformanceReport, earlier: PerformanceReport) -> BaselineComparison:
    """Compare a proof with an earlier one, query by query."""
    before = {result.name: result for result in earlier.figures if result.state != UNPROVEN}
    pairs = [(result, before[result.name]) for result in current.figures if result.name in before]
    measured_pairs = [(new, old) for new, old in pairs if new.state != UNPROVEN]
    pace, size_changed = (
        _compute_time_ratio(measured_pairs, current, earlier),
        _has_table_size_changed(current, earlier),
    )
    worse = {new.name: tuple(_iter_regressions(new, old, pace, size_changed)) for new, old in pairs}
    return BaselineComparison(
        at=earlier.at,
        pace=round(pace, 3),
        compared=len(measured_pairs),
        worse={name: lines for name, lines in worse.items() if lines},
    )


def _compute_time_ratio(
    pairs: list[tuple[QueryResult, QueryResult]], current: PerformanceReport, earlier: PerformanceReport
) -> float:
    ratios = [new.milliseconds / old.milliseconds for new, old in pairs if old.milliseconds]
    return median(ratios) if len(ratios) >= MIN_QUERIES else current.pace / earlier.pace


def _has_table_size_changed(current: PerformanceReport, earlier: PerformanceReport) -> bool:
    """Tell whether a table has not the rows that it had."""
    for table in current.rows.keys() & earlier.rows.keys():
        low, high = sorted((max(current.rows[table], 0), max(earlier.rows[table], 0)))
        if high > SAME_ROWS * low + MARGIN_ROWS:
            return True
    return False


def _iter_regressions(new: QueryResult, old: QueryResult, pace: float, size_changed: bool) -> Iterator[str]:
    if new.state == UNPROVEN:
        yield f"was proven then, now {new.said[0]}"
        return
    expected = pace * old.milliseconds
    if new.milliseconds > MAX_TIME_RATIO * expected + MARGIN_MS:
        yield (
            f"takes {new.milliseconds:.1f} ms where {expected:.1f} were to be expected:"
            f" {new.milliseconds / expected:.1f} times as long"
        )
    if new.statements > old.statements:
        yield f"{new.statements} statements instead of {old.statements}"
    size = new.returned / old.returned if size_changed and old.returned and new.returned else 1.0
    for what, value, earlier_value, margin in (
        ("blocks", new.buffers, old.buffers, MARGIN_BLOCKS),
        ("rows", new.read, old.read, MARGIN_ROWS),
    ):
        if value > MAX_READ_RATIO * size * earlier_value + margin:
            yield f"reads {value:,.0f} {what} instead of {size * earlier_value:,.0f}"
