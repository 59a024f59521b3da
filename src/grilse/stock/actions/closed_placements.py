"""What an action says of a placement that ended with it."""

from dataclasses import dataclass
from typing import Any

from grilse.stock.models import Placement


@dataclass(frozen=True, kw_only=True, slots=True)
class ClosedPlacement:
    """A placement that ended."""

    placement: Placement
    corrected: int
    """Fish that the ledger had too many, below 0 too few."""

    @property
    def message(self) -> str:
        """The difference between the ledger and the fish that left, in one sentence."""
        name = self.placement.name
        if not self.corrected:
            return f"{name} is empty, and its ledger agrees"
        what = "more than left: taken out" if self.corrected > 0 else "fewer than left: added"
        return f"{name} is empty; its ledger had {abs(self.corrected):,} fish {what} as a count correction"


def describe_end(end: ClosedPlacement | None) -> dict[str, Any]:
    """Return the fields of an outcome that tell whether a placement ended, and how its count was corrected."""
    if end is None:
        return {"emptied": False, "corrected": 0, "said": ""}
    return {"emptied": True, "corrected": end.corrected, "said": end.message}
