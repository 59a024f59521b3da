"""A reference taken from the database at hand, and tried at once on a server that has none of its rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from grilse.proof import conf
from grilse.proof.plan_flips import PlanFlip
from grilse.proof.plan_reference import PlanReference, build_reference, write_reference
from grilse.proof.plan_regression import PlanRegression, find_regressions, predict_reference_flips
from grilse.proof.query_traces import iter_traces
from grilse.proof.registry import QueryBudget, list_declared_budgets
from grilse.proof.schema_clone import create_clone
from grilse.proof.servers import get_conninfo

SIZES = (10, 100)


@dataclass(frozen=True, kw_only=True, slots=True)
class CapturedReference:
    """A reference with what became of it without rows."""

    reference: PlanReference
    regressions: list[PlanRegression]
    """Queries whose plan the server without rows does not reproduce."""
    flips: dict[int, list[PlanFlip]]
    """By how many times the rows."""
    files: tuple[Path, ...]

    @property
    def statement_count(self) -> int:
        """How many statements with a plan there are."""
        return sum(bool(statement.shape) for planned in self.reference.queries.values() for statement in planned)

    @property
    def skipped_queries(self) -> list[str]:
        """Queries that this database has nothing to ask, whose plans nobody knows."""
        return [name for name, planned in self.reference.queries.items() if not planned]


def capture_reference(
    folder: Path, budgets: Sequence[QueryBudget] | None = None, sizes: Sequence[int] = SIZES
) -> CapturedReference:
    """Write the reference of the database at hand into a folder, which is analysed first."""
    selected_budgets = list_declared_budgets() if budgets is None else tuple(budgets)
    with conf.start_server() as server:
        plan_reference = build_reference(selected_budgets, server.programs)
        clone = create_clone(get_conninfo(conf.get_owner_alias()), server)
        traces = list(iter_traces(selected_budgets))
        flips = predict_reference_flips(clone, plan_reference, traces, sizes)
        plan_regressions = find_regressions(clone, plan_reference, traces)
    return CapturedReference(
        reference=plan_reference,
        regressions=plan_regressions,
        flips=flips,
        files=write_reference(plan_reference, flips, folder),
    )
