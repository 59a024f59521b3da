"""Shapes of plans beside each other: what is read otherwise, and whether that is worse."""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from grilse.proof.query_plan import PlanNode, QueryPlan

PlanShape = Sequence[str]


@dataclass(frozen=True, kw_only=True, slots=True)
class PlanFlip:
    """A statement that is planned otherwise."""

    name: str
    """Of the hot query."""
    statement: int
    """Which of its statements, from 1."""
    said: tuple[str, ...]
    """What is read otherwise, as lines."""
    worse: bool
    """Whether a table that was not is read sequentially, or rows are sorted that were not."""
    before: tuple[str, ...]
    after: tuple[str, ...]


def list_shape_lines(plan: QueryPlan | None) -> tuple[str, ...]:
    """Return the shape of a plan line by line, without what reads nothing; none where there is no plan."""
    return tuple(_iter_shape_lines(plan.root, 0)) if plan else ()


def _iter_shape_lines(node: PlanNode, depth: int) -> Iterator[str]:
    yield "  " * depth + node.label
    for child in node.children:
        if any(descendant.relation or descendant.index or descendant.named for descendant in child.iter_nodes()):
            yield from _iter_shape_lines(child, depth + 1)


def compare_shapes(
    name: str, statement: int, before: PlanShape, after: PlanShape, small_tables: Collection[str] = ()
) -> PlanFlip:
    """Return how the plan of a statement changed; small tables may be read from end to end."""
    was, now = _count_nodes(before), _count_nodes(after)
    return PlanFlip(
        name=name,
        statement=statement,
        said=tuple(_iter_change_lines(was - now, now - was)) or ("joins the same tables in another order or way",),
        worse=bool(_find_scanned_tables(now) - _find_scanned_tables(was) - set(small_tables))
        or (_has_sort(now) and not _has_sort(was)),
        before=tuple(before),
        after=tuple(after),
    )


def _find_scanned_tables(steps: Counter[str]) -> set[str]:
    return {_extract_table(step) for step in steps if "Seq Scan" in step}


def _has_sort(steps: Counter[str]) -> bool:
    return any(step.endswith("Sort") for step in steps)


def _count_nodes(shape: PlanShape) -> Counter[str]:
    """Return the steps that read a table or sort, without the place in the plan."""
    steps = (ROLE.sub("", line.strip()) for line in shape)
    return Counter(step for step in steps if READS.search(step) or step.endswith("Sort"))


def _iter_change_lines(removed: Counter[str], added: Counter[str]) -> Iterator[str]:
    """Yield what became of each table; what has no counterpart stands alone."""
    left = list(added)
    for step in removed:
        same = next((other for other in left if _extract_table(other) == _extract_table(step)), None)
        if same is None:
            yield f"no more {step}"
        else:
            left.remove(same)
            yield f"{step} → {same}"
    yield from (f"now {step}" for step in left)


def _extract_table(step: str) -> str:
    match = READS.search(step)
    return match["table"] if match else step


ROLE = re.compile(r"^(?:InitPlan|SubPlan|CTE) \S+: ")
READS = re.compile(r"(?:Seq|Index|Index Only|Bitmap Heap) Scan(?: Backward)? (?P<table>(?!using )\S+)")
