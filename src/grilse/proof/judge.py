"""What a run of a hot query used, held against its budget."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from grilse.proof.plan import Node, Plan
from grilse.proof.registry import Hot

State = Literal["holds", "broken", "unproven"]
HOLDS: State = "holds"
BROKEN: State = "broken"
UNPROVEN: State = "unproven"

FEW_BLOCKS = 32
"""A table of fewer is rightly read whole: its plans tell nothing of those of a large one."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Explained:
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
    root: Node | None = None
    """The plan itself, to be drawn."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Budget:
    """What a query may cost, as it was declared; see `Hot`."""

    statements: int
    unscanned: tuple[str, ...]
    sorts: bool
    touched: float
    least: int
    returns: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Figure:
    """What a proof says of one query."""

    name: str
    state: State
    """`unproven`: the database has nothing to ask it, answered with no row, or is too small to tell."""
    said: tuple[str, ...]
    """Each part of the budget that is broken, or why nothing is proven, as a line."""
    statements: int
    buffers: int
    read: float
    returned: float
    milliseconds: float
    """Median of several runs of the whole function, in Python as well."""
    plans: tuple[Explained, ...]
    """One a statement; of the newest proof that is kept only."""
    budget: Budget


@dataclass(frozen=True, kw_only=True, slots=True)
class Ran:
    """A statement that a query sent, with its plan if it has one."""

    text: str
    plan: Plan | None


def judged(hot: Hot, ran: Sequence[Ran], blocks: Mapping[str, int], milliseconds: float) -> Figure:
    """Return the figure of a query that was run; `blocks` are the sizes of its tables."""
    plans = [one.plan for one in ran if one.plan]
    returned = sum(_returned(hot, plan) for plan in plans)
    state, said = _verdict(hot, ran, blocks, returned)
    return Figure(
        name=hot.name,
        state=state,
        said=said,
        statements=len(ran),
        buffers=sum(plan.buffers for plan in plans),
        read=sum(plan.read for plan in plans),
        returned=returned,
        milliseconds=round(milliseconds, 3),
        plans=tuple(_explained(hot, one) for one in ran),
        budget=budget_of(hot),
    )


def without_run(hot: Hot, state: State, said: str) -> Figure:
    """Return the figure of a query that could not be run."""
    return Figure(
        name=hot.name, state=state, said=(said,), statements=0, buffers=0, read=0, returned=0, milliseconds=0,
        plans=(), budget=budget_of(hot),
    )  # fmt: skip


def budget_of(hot: Hot) -> Budget:
    """Return what a query may cost."""
    return Budget(
        statements=hot.statements,
        unscanned=hot.unscanned,
        sorts=hot.sorts,
        touched=hot.touched,
        least=hot.least,
        returns=hot.returns,
    )


def _verdict(
    hot: Hot, ran: Sequence[Ran], blocks: Mapping[str, int], returned: float
) -> tuple[State, tuple[str, ...]]:
    wrong, by_plan = tuple(_wrong(hot, ran, blocks, returned)), tuple(_by_plan(hot, ran))
    small = [table for table in hot.unscanned if blocks.get(table, 0) < FEW_BLOCKS]
    if wrong or (by_plan and not small):
        return BROKEN, (*wrong, *by_plan)
    if by_plan:
        return UNPROVEN, (f"{', '.join(small)}: too few rows to prove how they are read", *by_plan)
    return (HOLDS, ()) if returned else (UNPROVEN, ("no row came back: nothing is proven",))


def _wrong(hot: Hot, ran: Sequence[Ran], blocks: Mapping[str, int], returned: float) -> Iterator[str]:
    """Yield what is wrong whatever the size of the tables."""
    if len(ran) > hot.statements:
        yield f"{len(ran)} statements where {hot.statements} are enough"
    if hot.returns is not None and returned > hot.returns:
        yield f"returns {returned:,.0f} rows where {hot.returns:,} are enough"
    if missing := sorted(set(hot.unscanned) - blocks.keys()):
        yield f"there is no table {', '.join(missing)}, which it must not scan"


def _by_plan(hot: Hot, ran: Sequence[Ran]) -> Iterator[str]:
    """Yield what is wrong if the tables are so large that PostgreSQL had reason to read an index."""
    plans = [one.plan for one in ran if one.plan]
    if scanned := sorted({table for plan in plans for table in plan.scanned(hot.unscanned)}):
        yield f"reads {', '.join(scanned)} sequentially"
    if not hot.sorts and (kinds := sorted({node.kind for plan in plans for node in plan.sorts})):
        yield f"sorts ({', '.join(kinds)}) where an index keeps the order"
    read = sum(plan.read_of(hot.unscanned) if hot.unscanned else plan.read for plan in plans)
    returned = sum(_returned(hot, plan) for plan in plans)
    if read > hot.least and read > hot.touched * returned:
        of = f" of {', '.join(hot.unscanned)}" if hot.unscanned else ""
        yield f"reads {read:,.0f} rows{of} to return {returned:,.0f}, where {hot.touched:g} a row are enough"


def _returned(hot: Hot, plan: Plan) -> float:
    return plan.packed if hot.packed else plan.returned


def _explained(hot: Hot, ran: Ran) -> Explained:
    plan = ran.plan
    if plan is None:
        return Explained(
            statement=ran.text, shape="", brief="", buffers=0, read=0, removed=0, returned=0, milliseconds=0
        )
    return Explained(
        statement=ran.text,
        shape=plan.shape,
        brief=plan.brief,
        buffers=plan.buffers,
        read=plan.read,
        removed=plan.removed,
        returned=_returned(hot, plan),
        milliseconds=plan.milliseconds,
        root=plan.root,
    )
