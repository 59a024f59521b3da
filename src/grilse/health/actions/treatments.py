"""Treatments: recorded, corrected, withdrawn."""

from dataclasses import dataclass
from datetime import date

from grilse.errors import GrilseError
from grilse.health.models import Treatment
from grilse.stock.actions.events import EventActions, build_functions
from grilse.stock.models import Placement
from grilse.stock.rules import LAST_DAY_COUNTS


@dataclass(frozen=True, kw_only=True, slots=True)
class NewTreatment:
    """A treatment of a placement."""

    placement: int
    kind: str
    method: str
    start: date
    stop: date
    """The last day of it."""
    withdrawal_days: int = 0
    """Days after it on which the fish may not be harvested."""
    reason: str = ""
    """Why the fish were treated."""
    efficacy: float | None = None
    """Share of the lice that it removed, 0 to 1, where it was measured."""


class TreatmentActions(EventActions[NewTreatment, Treatment]):
    """Treatments; estimates follow them."""

    model, label = Treatment, "treatment"
    key = ("placement_id", "kind", "method", "start")
    day_column = "start"
    last_day_counts = LAST_DAY_COUNTS["treatments"]
    affects_estimate = True

    def check_entry(self, entry: NewTreatment, placement: Placement) -> None:
        """Refuse an end before the start, and an efficacy that is not a share."""
        if entry.stop < entry.start:
            what = f"the treatment of {placement.name} ends on {entry.stop}"
            raise GrilseError(f"{what}, before it starts on {entry.start}: correct one or the other", field="stop")
        if entry.efficacy is not None and not 0 <= entry.efficacy <= 1:
            raise GrilseError(f"an efficacy of {entry.efficacy:.12g}: it is a share, from 0 to 1", field="efficacy")

    def describe_event(self, row: Treatment) -> str:
        """Name a treatment by its kind."""
        return f"{row.kind} from {row.start}"

    def describe_row(self, row: Treatment, placement: Placement) -> str:
        """Name a treatment."""
        return f"{row.kind} ({row.method}) of {placement.name} from {row.start}"


TREATMENTS = TreatmentActions()
record_treatments, correct_treatment, withdraw_treatment = build_functions(TREATMENTS)
