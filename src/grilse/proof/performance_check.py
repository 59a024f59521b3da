"""The performance check of `grilse check performance` and `manage.py check_performance`, and its output."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from operator import attrgetter
from pathlib import Path
from typing import Any

from grilse.proof import baseline, performance_reports
from grilse.proof.budget_check import BROKEN, HOLDS, UNPROVEN, QueryResult
from grilse.proof.measurement import ProgressCallback, measure_queries, measure_query
from grilse.proof.performance_reports import PerformanceReport
from grilse.proof.plan_flips import PlanFlip, predict_flips
from grilse.proof.registry import QueryBudget, list_declared_budgets
from grilse.proof.servers import ProofError

RERUNS = 2
"""How often a query that seems worse than in an earlier report is run again."""
MARKS = {HOLDS: "ok ", BROKEN: "RED", UNPROVEN: "-- "}
PLAN_WIDTH = 90
"""Characters of a plan on the line of its query."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PerformanceCheck:
    """A report with its comparison to an earlier report and its forecast."""

    proof: PerformanceReport
    comparison: baseline.BaselineComparison | None
    scale: int | None
    flips: tuple[PlanFlip, ...]
    """Statements that would be planned differently at `scale` times the rows; they do not fail the check."""
    strict: bool

    @property
    def has_passed(self) -> bool:
        """Whether the check passed."""
        passed = self.proof.is_complete if self.strict else self.proof.has_passed
        return passed and not (self.comparison and self.comparison.worse)


def select_budgets(names: Sequence[str]) -> tuple[QueryBudget, ...]:
    """Return the declared queries with these names or name prefixes; all queries without names."""
    budgets = list_declared_budgets()
    if not budgets:
        raise ProofError("no query is declared: declare some in the module budgets of an application")
    for name in names:
        if not any(_is_named(budget, name) for budget in budgets):
            known = ", ".join(budget.name for budget in budgets)
            raise ProofError(f"no declared query is called {name}: there are {known}")
    return tuple(budget for budget in budgets if not names or any(_is_named(budget, name) for name in names))


def _is_named(budget: QueryBudget, name: str) -> bool:
    return budget.name == name or budget.name.startswith(f"{name.rstrip('.')}.")


def check_performance(
    budgets: Sequence[QueryBudget],
    *,
    earlier: Path | None = None,
    scale: int | None = None,
    save: Path | None = None,
    strict: bool = False,
    advance: ProgressCallback = lambda _: None,
) -> PerformanceCheck:
    """Measure queries, compare them with an earlier report and forecast plans; a report of all queries is stored."""
    earlier_report = None if earlier is None else _read_baseline(earlier)
    proof = measure_queries(budgets, advance)
    if earlier_report is not None:
        proof = _remeasure_slower_queries(proof, earlier_report, budgets)
    if len(budgets) == len(list_declared_budgets()):
        performance_reports.store_report(proof)
    if save is not None:
        performance_reports.write_report(proof, save)
    return PerformanceCheck(
        proof=proof,
        comparison=baseline.compare_reports(proof, earlier_report) if earlier_report else None,
        scale=scale,
        flips=tuple(predict_flips(scale, budgets)) if scale else (),
        strict=strict,
    )


def _remeasure_slower_queries(
    proof: PerformanceReport, earlier_report: PerformanceReport, budgets: Sequence[QueryBudget]
) -> PerformanceReport:
    """Return the report after running worse queries again: noise rarely slows the same query three times."""
    for _ in range(RERUNS):
        worse = baseline.compare_reports(proof, earlier_report).worse
        again = {budget.name: measure_query(budget) for budget in budgets if budget.name in worse}
        figures = (
            min(result, again.get(result.name, result), key=attrgetter("milliseconds")) for result in proof.figures
        )
        proof = replace(proof, figures=tuple(figures))
    return proof


def _read_baseline(path: Path) -> PerformanceReport:
    try:
        return performance_reports.read_report(path)
    except OSError as error:
        raise ProofError(f"{path}: {error.strerror}: name a file that --save wrote") from error
    except (ValueError, KeyError, TypeError) as error:
        raise ProofError(f"{path} is no proof: name a file that --save wrote") from error


def serialize_check(check: PerformanceCheck) -> dict[str, Any]:
    """Return the check as JSON data."""
    comparison = None if check.comparison is None else asdict(check.comparison)
    flips = [asdict(flip) for flip in check.flips]
    return {"ok": check.has_passed, **asdict(check.proof), "baseline": comparison, "scale": check.scale, "flips": flips}


def iter_check_lines(check: PerformanceCheck) -> Iterator[str]:
    """Yield the check as text: a line per query, below it the violations, and the summary at the end."""
    worse = check.comparison.worse if check.comparison else {}
    width = max((len(result.name) for result in check.proof.figures), default=0)
    for result in check.proof.figures:
        mark = MARKS[BROKEN] if result.name in worse else MARKS[result.state]
        yield f"{mark}  {result.name:{width}}  {_format_usage(result)}".rstrip()
        problems = result.said if result.statements else ()
        yield from (f"       {line}" for line in (*problems, *worse.get(result.name, ())))
    yield from _iter_flip_lines(check)
    yield _format_summary(check)


def _iter_flip_lines(check: PerformanceCheck) -> Iterator[str]:
    worse = [flip for flip in check.flips if flip.worse]
    if check.scale:
        yield (
            f"with {check.scale} times the rows {len(check.flips)} statements would be planned otherwise,"
            f" {len(worse)} of them worse:"
        )
    for flip in worse:
        yield f"     {flip.name}, statement {flip.statement}: {'; '.join(flip.said)}"


def _format_usage(result: QueryResult) -> str:
    if not result.statements:
        return result.said[0]
    word = "statement " if result.statements == 1 else "statements"
    plans = "; ".join(plan.brief for plan in result.plans if plan.brief)
    shape = plans if len(plans) <= PLAN_WIDTH else f"{plans[: PLAN_WIDTH - 1]}…"
    return (
        f"{result.statements:2} {word} {result.buffers:7,} blocks"
        f" {f'{result.read:,.0f}/{result.returned:,.0f}':>15} rows"
        f" {result.milliseconds:8.2f} ms  {shape}"
    )


def _format_summary(check: PerformanceCheck) -> str:
    proof, comparison = check.proof, check.comparison
    parts = [f"{proof.count_results(HOLDS)} of {len(proof.figures)} hold"]
    if proof.count_results(BROKEN):
        parts.append(f"{proof.count_results(BROKEN)} broken")
    if proof.count_results(UNPROVEN):
        parts.append(f"{proof.count_results(UNPROVEN)} not proven: they do not count as held")
    if comparison:
        parts.append(
            f"{len(comparison.worse)} of {comparison.compared} worse than on {comparison.at},"
            f" by a machine {comparison.pace:.2f} times as slow"
        )
    return "; ".join(parts)
