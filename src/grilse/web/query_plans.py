"""Plans of statements as trees for the page."""

from dataclasses import dataclass

from grilse.proof.query_plan import PlanNode


@dataclass(frozen=True, kw_only=True, slots=True)
class PlanBranch:
    """A node of a plan with its share of the cost."""

    node: PlanNode
    own_pct: float
    """Share of the statement's time that the node itself took, without its children."""
    off: float | None
    """Factor between planned and actual rows; None where they are close."""
    below: tuple["PlanBranch", ...]

    @property
    def own_width(self) -> float:
        """Length of the bar of the share."""
        return round(self.own_pct * BAR_WIDTH / 100, 1)


def build_plan_tree(root: PlanNode) -> PlanBranch:
    """Return the tree of a plan."""
    return _build_branch(root, max(root.milliseconds, 1e-9))


def _build_branch(node: PlanNode, total_ms: float) -> PlanBranch:
    own = node.milliseconds - sum(child.milliseconds for child in node.children)
    return PlanBranch(
        node=node,
        # A node that runs within another's time, such as a worker, can seem to take negative time.
        own_pct=min(max(100 * own / total_ms, 0), 100),
        off=_compute_row_misestimate(node),
        below=tuple(_build_branch(child, total_ms) for child in node.children),
    )


def _compute_row_misestimate(node: PlanNode) -> float | None:
    if not node.loops:
        return None
    planned, actual = max(node.planned * node.loops, 1), max(node.rows, 1)
    factor = max(planned / actual, actual / planned)
    return factor if factor >= MISESTIMATE_FACTOR else None


BAR_WIDTH = 60
MISESTIMATE_FACTOR = 10
"""Factor from which a misestimate is shown."""
