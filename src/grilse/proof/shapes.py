"""Shapes of plans beside each other: what is read otherwise, and whether that is worse."""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from grilse.proof.plan import Node, Plan

Shape = Sequence[str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Flip:
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


def lines_of(plan: Plan | None) -> tuple[str, ...]:
    """Return the shape of a plan line by line, without what reads nothing; none where there is no plan."""
    return tuple(_lines(plan.root, 0)) if plan else ()


def _lines(node: Node, depth: int) -> Iterator[str]:
    yield "  " * depth + node.label
    for child in node.children:
        if any(one.relation or one.index or one.named for one in child.walk()):
            yield from _lines(child, depth + 1)


def flip(name: str, statement: int, before: Shape, after: Shape, small: Collection[str] = ()) -> Flip:
    """Return how the plan of a statement changed; small tables may be read from end to end."""
    was, now = _steps(before), _steps(after)
    return Flip(
        name=name,
        statement=statement,
        said=tuple(_said(was - now, now - was)) or ("joins the same tables in another order or way",),
        worse=bool(_scanned(now) - _scanned(was) - set(small)) or (_sorts(now) and not _sorts(was)),
        before=tuple(before),
        after=tuple(after),
    )


def _scanned(steps: Counter[str]) -> set[str]:
    return {_table(step) for step in steps if "Seq Scan" in step}


def _sorts(steps: Counter[str]) -> bool:
    return any(step.endswith("Sort") for step in steps)


def _steps(shape: Shape) -> Counter[str]:
    """Return the steps that read a table or sort, without the place in the plan."""
    steps = (ROLE.sub("", line.strip()) for line in shape)
    return Counter(step for step in steps if READS.search(step) or step.endswith("Sort"))


def _said(gone: Counter[str], come: Counter[str]) -> Iterator[str]:
    """Yield what became of each table; what has no counterpart stands alone."""
    left = list(come)
    for step in gone:
        same = next((other for other in left if _table(other) == _table(step)), None)
        if same is None:
            yield f"no more {step}"
        else:
            left.remove(same)
            yield f"{step} → {same}"
    yield from (f"now {step}" for step in left)


def _table(step: str) -> str:
    found = READS.search(step)
    return found["table"] if found else step


ROLE = re.compile(r"^(?:InitPlan|SubPlan|CTE) \S+: ")
READS = re.compile(r"(?:Seq|Index|Index Only|Bitmap Heap) Scan(?: Backward)? (?P<table>(?!using )\S+)")
