"""The measured cost of a query, checked against its budget."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Literal

from grilse.proof.query_plan import PlanNode, QueryPlan
from grilse.proof.registry import Budget, QueryBudget

BudgetState = Literal["holds", "broken", "unproven"]
HOLDS: BudgetState = "holds"
BROKEN: BudgetState = "broken"
UNPROVEN: BudgetState = "unproven"

MIN_BLOCKS = 32
"""PostgreSQL rightly reads a smaller table sequentially: its plans say nothing about those of a large table."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ExplainedStatement:
    """A statement with its plan."""

    statement: str
    """Its text, without the values."""
    shape: str = ""
    """One line a plan node, indented by depth; empty where the statement has no plan."""
    brief: str = ""
    buffers: int = 0
    """Blocks of 8 kB, from memory or disk."""
    read: float = 0
    """Rows read from tables, including rows removed by a filter."""
    removed: float = 0
    """Rows removed by a filter that no index served."""
    returned: float = 0
    milliseconds: float = 0
    """Time of the run under EXPLAIN, which itself takes time."""
    root: PlanNode | None = None
    """The plan, from which the pages draw a tree."""


@dataclass(frozen=True, kw_only=True, slots=True)
class QueryResult:
    """The result of one query in a report."""

    name: str
    state: BudgetState
    """`unproven`: the database has no arguments for it, it returned no row, or its tables are too small."""
    said: tuple[str, ...]
    """A line for each part of the budget that is exceeded, or the reason why nothing is proven."""
    statements: int = 0
    buffers: int = 0
    read: float = 0
    returned: float = 0
    milliseconds: float = 0
    """Median of several runs of the function, including its time in Python."""
    plans: tuple[ExplainedStatement, ...] = ()
    """One per statement; only the newest stored report has them."""
    budget: Budget


@dataclass(frozen=True, kw_only=True, slots=True)
class ExecutedStatement:
    """A statement that a query sent, with its plan if it has one."""

    text: str
    plan: QueryPlan | None


def check_budget(
    budget: QueryBudget, statements: Sequence[ExecutedStatement], blocks: Mapping[str, int], milliseconds: float
) -> QueryResult:
    """Return the result of a query that was run; `blocks` are the sizes of its tables."""
    plans = [statement.plan for statement in statements if statement.plan]
    returned = sum(_count_returned_rows(budget, plan) for plan in plans)
    state, messages = _decide_state(budget, statements, blocks, returned)
    return QueryResult(
        name=budget.name,
        state=state,
        said=messages,
        statements=len(statements),
        buffers=sum(plan.buffers for plan in plans),
        read=sum(plan.rows_read for plan in plans),
        returned=returned,
        milliseconds=round(milliseconds, 3),
        plans=tuple(_build_explained(budget, statement) for statement in statements),
        budget=_build_budget(budget),
    )


def build_unrun_result(budget: QueryBudget, state: BudgetState, message: str) -> QueryResult:
    """Return the result of a query that could not be run."""
    return QueryResult(name=budget.name, state=state, said=(message,), budget=_build_budget(budget))


def _build_budget(budget: QueryBudget) -> Budget:
    """Return the part of a declared budget that reports store."""
    return Budget(**{field.name: getattr(budget, field.name) for field in fields(Budget)})


def _decide_state(
    budget: QueryBudget, statements: Sequence[ExecutedStatement], blocks: Mapping[str, int], returned: float
) -> tuple[BudgetState, tuple[str, ...]]:
    violations = tuple(_iter_violations(budget, statements, blocks, returned))
    plan_violations = tuple(_iter_plan_violations(budget, statements))
    small = [table for table in budget.unscanned if blocks.get(table, 0) < MIN_BLOCKS]
    if violations or (plan_violations and not small):
        return BROKEN, (*violations, *plan_violations)
    if plan_violations:
        return UNPROVEN, (f"{', '.join(small)}: too few rows to prove how they are read", *plan_violations)
    return (HOLDS, ()) if returned else (UNPROVEN, ("no row came back: nothing is proven",))


def _iter_violations(
    budget: QueryBudget, statements: Sequence[ExecutedStatement], blocks: Mapping[str, int], returned: float
) -> Iterator[str]:
    """Yield the violations that do not depend on the size of the tables."""
    if len(statements) > budget.statements:
        yield f"{len(statements)} statements where {budget.statements} are enough"
    if budget.returns is not None and returned > budget.returns:
        yield f"returns {returned:,.0f} rows where {budget.returns:,} are enough"
    if missing := sorted(set(budget.unscanned) - blocks.keys()):
        yield f"there is no table {', '.join(missing)}, which it must not scan"


def _iter_plan_violations(budget: QueryBudget, statements: Sequence[ExecutedStatement]) -> Iterator[str]:
    """Yield the violations that count if the tables are large enough for PostgreSQL to use an index."""
    plans = [statement.plan for statement in statements if statement.plan]
    if scanned := sorted({table for plan in plans for table in plan.list_scanned_tables(budget.unscanned)}):
        yield f"reads {', '.join(scanned)} sequentially"
    if not budget.sorts and (kinds := sorted({node.kind for plan in plans for node in plan.sort_nodes})):
        yield f"sorts ({', '.join(kinds)}) where an index keeps the order"
    read = sum(plan.count_rows_read(budget.unscanned) if budget.unscanned else plan.rows_read for plan in plans)
    returned = sum(_count_returned_rows(budget, plan) for plan in plans)
    if read > budget.least and read > budget.touched * returned:
        of = f" of {', '.join(budget.unscanned)}" if budget.unscanned else ""
        yield f"reads {read:,.0f} rows{of} to return {returned:,.0f}, where {budget.touched:g} a row are enough"


def _count_returned_rows(budget: QueryBudget, plan: QueryPlan) -> float:
    return plan.rows_aggregated if budget.packed else plan.rows_returned


def _build_explained(budget: QueryBudget, statement: ExecutedStatement) -> ExplainedStatement:
    plan = statement.plan
    if plan is None:
        return ExplainedStatement(statement=statement.text)
    return ExplainedStatement(
        statement=statement.text,
        shape=plan.shape,
        brief=plan.summary,
        buffers=plan.buffers,
        read=plan.rows_read,
        removed=plan.rows_removed,
        returned=_count_returned_rows(budget, plan),
        milliseconds=plan.milliseconds,
        root=plan.root,
    )
