"""Plans that are no longer those of the reference, found without its rows."""

import difflib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from grilse.proof.plan_flips import PlanFlip
from grilse.proof.plan_forecast import PlanShapes, iter_flips, plan_with_statistics, strip_schemas
from grilse.proof.plan_reference import PlannedStatement, PlanReference
from grilse.proof.query_traces import QueryTrace
from grilse.proof.schema_clone import SchemaClone
from grilse.proof.statement_capture import Statement


@dataclass(frozen=True, kw_only=True, slots=True)
class PlanRegression:
    """A hot query that is not planned as in the reference."""

    name: str
    diff: tuple[str, ...]
    """How the plan changed, line by line as `diff` writes it."""


def find_regressions(
    clone: SchemaClone, reference: PlanReference, current_traces: Sequence[QueryTrace]
) -> list[PlanRegression]:
    """Return the hot queries whose plans differ on a server that believes the reference's statistics.

    What is asked today is planned with the reference's values, as far as it asks the same.
    """
    reference_traces = build_reference_traces(reference, current_traces)
    planned = plan_with_statistics(clone, reference.statistics, reference_traces, reference.settings)
    return [*_iter_changed_plans(reference, planned), *_iter_unknown_queries(reference, current_traces)]


def build_reference_traces(reference: PlanReference, current_traces: Sequence[QueryTrace]) -> list[QueryTrace]:
    """Return what is asked with the values that the reference was asked with, and what only it was asked."""
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
    """Return which of the reference's plans flip when it has so many times the rows."""
    reference_traces = build_reference_traces(reference, current_traces)
    fixed_relations, planned = frozenset(reference.still), {}
    for size in (1, *sizes):
        statistics = reference.statistics.scale_rows(size, fixed_relations)
        planned[size] = plan_with_statistics(clone, statistics, reference_traces, reference.settings)
    return {size: list(iter_flips(planned[1], planned[size], strip_schemas(fixed_relations))) for size in sizes}


def _apply_reference_values(trace: QueryTrace, planned: Sequence[PlannedStatement]) -> QueryTrace:
    """Return the reference's statements as they are asked today.

    One that is written otherwise today takes the place of that which is not asked any more. How often a
    statement is sent may hang on the rows, so the number is no matter here: the budget is for that.
    """
    known, today = (
        {_normalize_lists(statement.text) for statement in planned},
        {_normalize_lists(statement.text) for statement in trace.statements},
    )
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
    """Return a statement as long as it is with one value in each list."""
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
