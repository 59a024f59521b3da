"""Plans of statements as trees to look at."""

from dataclasses import dataclass

from grilse.proof.query_plan import PlanNode


@dataclass(frozen=True, kw_only=True, slots=True)
class PlanBranch:
    """A step of a plan with what it cost beside the whole."""

    node: PlanNode
    own_pct: float
    """Share of the statement's time that the step itself took, without those below it."""
    off: float | None
    """How many times as many rows came as were planned, or as few; None where that is near enough."""
    below: tuple["PlanBranch", ...]

    @property
    def own_width(self) -> float:
        """The share as the length of its bar."""
        return round(self.own_pct * BAR_WIDTH / 100, 1)


def build_plan_tree(root: PlanNode) -> PlanBranch:
    """Return the tree of a plan."""
    return _build_branch(root, max(root.milliseconds, 1e-9))


def _build_branch(node: PlanNode, total_ms: float) -> PlanBranch:
    own = node.milliseconds - sum(child.milliseconds for child in node.children)
    return PlanBranch(
        node=node,
        # A step that runs within another's time, as a worker, can seem to take less than nothing.
        own_pct=min(max(100 * own / total_ms, 0), 100),
        off=_compute_row_misestimate(node),
        below=tuple(_build_branch(child, total_ms) for child in node.children),
    )


def _compute_row_misestimate(node: PlanNode) -> float | None:
    if not node.loops:
        return None
    planned, came = max(node.planned * node.loops, 1), max(node.rows, 1)
    times = max(planned / came, came / planned)
    return times if times >= MISESTIMATE_FACTOR else None


BAR_WIDTH = 60
MISESTIMATE_FACTOR = 10
"""From so many times on, a plan's count of rows is told to be off."""
