"""Comparison of a report with an earlier one: queries that became slower or read more."""

from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median

from grilse.proof.budget_check import UNPROVEN, QueryResult
from grilse.proof.performance_reports import PerformanceReport

MAX_TIME_RATIO, MARGIN_MS = 2.0, 3.0
"""A query counts as slower beyond this many times the pace of the others plus this many milliseconds."""
MAX_READ_RATIO, MARGIN_BLOCKS, MARGIN_ROWS = 1.2, 16, 100
"""A query counts as reading more beyond this ratio plus this many blocks or rows."""
SAME_ROWS = 1.02
"""If a table grew or shrank by more than this ratio, blocks and rows are compared per row returned."""
MIN_QUERIES = 5
"""With fewer queries in common the fixed task gives the pace of the machine."""


@dataclass(frozen=True, kw_only=True, slots=True)
class BaselineComparison:
    """The comparison of a report with an earlier one."""

    at: str
    """Time of the earlier report."""
    pace: float
    """Median ratio of new to old times, which is due to the machine, not to the queries."""
    compared: int
    worse: dict[str, tuple[str, ...]]
    """Lines that say what became worse, by name of the query."""


def compare_reports(current: PerformanceReport, earlier: PerformanceReport) -> BaselineComparison:
    """Compare a report with an earlier one, query by query."""
    before = {result.name: result for result in earlier.figures if result.state != UNPROVEN}
    pairs = [(result, before[result.name]) for result in current.figures if result.name in before]
    measured_pairs = [(new, old) for new, old in pairs if new.state != UNPROVEN]
    pace = _compute_time_ratio(measured_pairs, current, earlier)
    size_changed = _has_table_size_changed(current, earlier)
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
    """Return whether the number of rows of a table changed."""
    counts = [(current.rows[table], earlier.rows[table]) for table in current.rows.keys() & earlier.rows.keys()]
    return any(max(*pair, 0) > SAME_ROWS * max(min(pair), 0) + MARGIN_ROWS for pair in counts)


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
