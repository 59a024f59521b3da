"""What a run of a hot query used, held against its budget."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from grilse.proof.query_plan import PlanNode, QueryPlan
from grilse.proof.registry import QueryBudget

BudgetState = Literal["holds", "broken", "unproven"]
HOLDS: BudgetState = "holds"
BROKEN: BudgetState = "broken"
UNPROVEN: BudgetState = "unproven"

MIN_BLOCKS = 32
"""A table of fewer is rightly read whole: its plans tell nothing of those of a large one."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ExplainedStatement:
    """A statement with the plan that it was run by."""

    statement: str
    """Its text, without the values."""
    shape: str
    """One line a step, indented by depth; empty where the statement has no plan."""
    brief: str
    buffers: int
    """Blocks of 8 kB, from memory or disk."""
    read: float
    """Rows of tables, those thrown away included."""
    removed: float
    """Rows read and thrown away by a condition that no index served."""
    returned: float
    milliseconds: float
    """Of the run under EXPLAIN, which costs time itself."""
    root: PlanNode | None = None
    """The plan itself, to be drawn."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Budget:
    """What a query may cost, as it was declared; see `QueryBudget`."""

    statements: int
    unscanned: tuple[str, ...]
    sorts: bool
    touched: float
    least: int
    returns: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class QueryResult:
    """What a proof says of one query."""

    name: str
    state: BudgetState
    """`unproven`: the database has nothing to ask it, answered with no row, or is too small to tell."""
    said: tuple[str, ...]
    """Each part of the budget that is broken, or why nothing is proven, as a line."""
    statements: int
    buffers: int
    read: float
    returned: float
    milliseconds: float
    """Median of several runs of the whole function, in Python as well."""
    plans: tuple[ExplainedStatement, ...]
    """One a statement; of the newest proof that is kept only."""
    budget: Budget


@dataclass(frozen=True, kw_only=True, slots=True)
class ExecutedStatement:
    """A statement that a query sent, with its plan if it has one."""

    text: str
    plan: QueryPlan | None


def check_budget(
    budget: QueryBudget, statements: Sequence[ExecutedStatement], blocks: Mapping[str, int], milliseconds: float
) -> QueryResult:
    """Return the figure of a query that was run; `blocks` are the sizes of its tables."""
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
        budget=build_budget(budget),
    )


def build_unrun_result(budget: QueryBudget, state: BudgetState, message: str) -> QueryResult:
    """Return the figure of a query that could not be run."""
    return QueryResult(
        name=budget.name, state=state, said=(message,), statements=0, buffers=0, read=0, returned=0, milliseconds=0,
        plans=(), budget=build_budget(budget),
    )  # fmt: skip


def build_budget(budget: QueryBudget) -> Budget:
    """Return what a query may cost."""
    return Budget(
        statements=budget.statements,
        unscanned=budget.unscanned,
        sorts=budget.sorts,
        touched=budget.touched,
        least=budget.least,
        returns=budget.returns,
    )


def _decide_state(
    budget: QueryBudget, statements: Sequence[ExecutedStatement], blocks: Mapping[str, int], returned: float
) -> tuple[BudgetState, tuple[str, ...]]:
    violations, plan_violations = (
        tuple(_iter_violations(budget, statements, blocks, returned)),
        tuple(_iter_plan_violations(budget, statements)),
    )
    small = [table for table in budget.unscanned if blocks.get(table, 0) < MIN_BLOCKS]
    if violations or (plan_violations and not small):
        return BROKEN, (*violations, *plan_violations)
    if plan_violations:
        return UNPROVEN, (f"{', '.join(small)}: too few rows to prove how they are read", *plan_violations)
    return (HOLDS, ()) if returned else (UNPROVEN, ("no row came back: nothing is proven",))


def _iter_violations(
    budget: QueryBudget, statements: Sequence[ExecutedStatement], blocks: Mapping[str, int], returned: float
) -> Iterator[str]:
    """Yield what is wrong whatever the size of the tables."""
    if len(statements) > budget.statements:
        yield f"{len(statements)} statements where {budget.statements} are enough"
    if budget.returns is not None and returned > budget.returns:
        yield f"returns {returned:,.0f} rows where {budget.returns:,} are enough"
    if missing := sorted(set(budget.unscanned) - blocks.keys()):
        yield f"there is no table {', '.join(missing)}, which it must not scan"


def _iter_plan_violations(budget: QueryBudget, statements: Sequence[ExecutedStatement]) -> Iterator[str]:
    """Yield what is wrong if the tables are so large that PostgreSQL had reason to read an index."""
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
        return ExplainedStatement(
            statement=statement.text, shape="", brief="", buffers=0, read=0, removed=0, returned=0, milliseconds=0
        )
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
