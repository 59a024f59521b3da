"""Plan regressions: plans that differ from the reference, found on a server without its rows."""

import difflib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from grilse.proof import conf
from grilse.proof.plan_flips import PlanFlip, PlanShapes, iter_flips, plan_with_statistics
from grilse.proof.plan_reference import PlannedStatement, PlanReference, build_reference, write_reference
from grilse.proof.query_traces import QueryTrace, iter_traces
from grilse.proof.registry import list_declared_budgets
from grilse.proof.schema_clone import SchemaClone, create_clone
from grilse.proof.statement_capture import Statement

SIZES = (10, 100)
"""Times the rows at which the reference lists plan flips."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PlanRegression:
    """A query whose plans differ from the reference."""

    name: str
    diff: tuple[str, ...]
    """The difference of the plans as a unified diff."""


@dataclass(frozen=True, kw_only=True, slots=True)
class CapturedReference:
    """A reference, and its comparison with a server without rows."""

    reference: PlanReference
    regressions: list[PlanRegression]
    """Queries whose plans a server without rows does not reproduce."""
    flips: dict[int, list[PlanFlip]]
    """Plan flips by how many times the rows."""
    files: tuple[Path, ...]

    @property
    def statement_count(self) -> int:
        """Number of statements with a plan."""
        return sum(bool(statement.shape) for planned in self.reference.queries.values() for statement in planned)

    @property
    def skipped_queries(self) -> list[str]:
        """Queries without arguments in this database, which have no reference plan."""
        return [name for name, planned in self.reference.queries.items() if not planned]


def capture_reference(folder: Path) -> CapturedReference:
    """Analyse the current database, write its reference into a folder, and compare it with a server without rows."""
    budgets = list_declared_budgets()
    with conf.start_server() as server:
        plan_reference = build_reference(budgets, server.programs)
        clone = create_clone(conf.get_owner_conninfo(), server)
        traces = list(iter_traces(budgets))
        flips = predict_reference_flips(clone, plan_reference, traces, SIZES)
        regressions = find_regressions(clone, plan_reference, traces)
    files = write_reference(plan_reference, flips, folder)
    return CapturedReference(reference=plan_reference, regressions=regressions, flips=flips, files=files)


def find_regressions(
    clone: SchemaClone, reference: PlanReference, current_traces: Sequence[QueryTrace]
) -> list[PlanRegression]:
    """Return the queries whose plans differ on a server with the statistics of the reference.

    Today's statements are planned with the values of the reference, where the statements are the same.
    """
    reference_traces = build_reference_traces(reference, current_traces)
    planned = plan_with_statistics(clone, reference.statistics, reference_traces, reference.settings)
    return [*_iter_changed_plans(reference, planned), *_iter_unknown_queries(reference, current_traces)]


def build_reference_traces(reference: PlanReference, current_traces: Sequence[QueryTrace]) -> list[QueryTrace]:
    """Return today's traces with the values of the reference, and the traces that only the reference has."""
    by_name = {trace.name: trace for trace in current_traces}
    template = current_traces[0]
    return [
        _apply_reference_values(by_name.get(name) or replace(template, name=name, statements=()), planned)
        for name, planned in reference.queries.items()
        if planned
    ]


def predict_reference_flips(
    clone: SchemaClone, reference: PlanReference, current_traces: Sequence[QueryTrace], sizes: Sequence[int]
) -> dict[int, list[PlanFlip]]:
    """Return the plan flips of the reference at many times its rows."""
    reference_traces = build_reference_traces(reference, current_traces)
    fixed_relations, planned = frozenset(reference.still), {}
    for size in (1, *sizes):
        statistics = reference.statistics.scale_rows(size, fixed_relations)
        planned[size] = plan_with_statistics(clone, statistics, reference_traces, reference.settings)
    return {size: list(iter_flips(planned[1], planned[size], fixed_relations)) for size in sizes}


def _apply_reference_values(trace: QueryTrace, planned: Sequence[PlannedStatement]) -> QueryTrace:
    """Return today's statements with the values of the reference.

    A statement that changed replaces the reference's statement that is no longer sent. How often a statement
    is sent may depend on the rows, so the count is not compared here: the budget limits it.
    """
    known = {_normalize_lists(statement.text) for statement in planned}
    today = {_normalize_lists(statement.text) for statement in trace.statements}
    rewritten = iter(
        [
            statement
            for statement in trace.statements
            if statement.explainable_query and _normalize_lists(statement.text) not in known
        ]
    )
    gone = dict.fromkeys(
        _normalize_lists(statement.text)
        for statement in planned
        if statement.shape and _normalize_lists(statement.text) not in today
    )
    replacements = {text: next(rewritten, None) for text in gone}
    statements = (
        replacements.get(_normalize_lists(statement.text)) or _build_statement(statement) for statement in planned
    )
    return replace(trace, statements=tuple(statements))


def _normalize_lists(text: str) -> str:
    """Return a statement with one placeholder in each list of values."""
    return PLACEHOLDER_LIST.sub("%s", text)


def _build_statement(planned: PlannedStatement) -> Statement:
    return Statement(text=planned.bound, parameters=None, binds_on_server=True, way=planned.way)


def _iter_changed_plans(reference: PlanReference, planned: PlanShapes) -> Iterator[PlanRegression]:
    for name, shapes in planned.items():
        before = _format_shapes([statement.shape for statement in reference.queries[name]])
        after = _format_shapes(shapes)
        if before != after:
            lines = difflib.unified_diff(before, after, "reference", "now", n=1, lineterm="")
            yield PlanRegression(name=name, diff=tuple(lines))


def _format_shapes(shapes: Sequence[Sequence[str]]) -> list[str]:
    return [line for at, shape in enumerate(shapes, 1) for line in (f"statement {at}", *shape)]


def _iter_unknown_queries(reference: PlanReference, current_traces: Sequence[QueryTrace]) -> Iterator[PlanRegression]:
    for trace in current_traces:
        if trace.name not in reference.queries:
            yield PlanRegression(name=trace.name, diff=("not in the reference: take it anew",))


PLACEHOLDER_LIST = re.compile(r"%s(?:, %s)+")
