"""Plans of statements as trees to look at."""

from dataclasses import dataclass

from grilse.proof.plan import Node


@dataclass(frozen=True, kw_only=True, slots=True)
class Branch:
    """A step of a plan with what it cost beside the whole."""

    node: Node
    own_pct: float
    """Share of the statement's time that the step itself took, without those below it."""
    off: float | None
    """How many times as many rows came as were planned, or as few; None where that is near enough."""
    below: tuple["Branch", ...]

    @property
    def own_width(self) -> float:
        """The share as the length of its bar."""
        return round(self.own_pct * BAR / 100, 1)


def drawn(root: Node) -> Branch:
    """Return the tree of a plan."""
    return _branch(root, max(root.milliseconds, 1e-9))


def _branch(node: Node, whole: float) -> Branch:
    own = node.milliseconds - sum(child.milliseconds for child in node.children)
    return Branch(
        node=node,
        # A step that runs within another's time, as a worker, can seem to take less than nothing.
        own_pct=min(max(100 * own / whole, 0), 100),
        off=_off(node),
        below=tuple(_branch(child, whole) for child in node.children),
    )


def _off(node: Node) -> float | None:
    if not node.loops:
        return None
    planned, came = max(node.planned * node.loops, 1), max(node.rows, 1)
    times = max(planned / came, came / planned)
    return times if times >= MISJUDGED else None


BAR = 60
MISJUDGED = 10
"""From so many times on, a plan's count of rows is told to be off."""
