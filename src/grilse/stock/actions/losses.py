"""Fish that died, were culled or escaped, in as many pens as a round goes through."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from grilse.errors import GrilseError
from grilse.stock import messages
from grilse.stock.actions import movements
from grilse.stock.actions.movements import NewMovement
from grilse.stock.models import Movement

KINDS = (Movement.Kind.MORTALITY.value, Movement.Kind.CULL.value, Movement.Kind.ESCAPE.value)
CAUSE_CODE = re.compile(r"[A-Z0-9_]*")


@dataclass(frozen=True, kw_only=True, slots=True)
class Loss:
    """Fish that one placement lost."""

    placement: int
    count: int
    cause: str = ""
    """The code of a cause of death; why they were culled, or how they escaped."""
    mean_weight_g: float | None = None
    """Where it was measured."""


@dataclass(frozen=True, kw_only=True, slots=True)
class NewLosses:
    """The losses of a day, as a door brings them."""

    date: date
    losses: Sequence[Loss]
    kind: str = "MORTALITY"


def record_losses(new: NewLosses) -> list[int]:
    """Enter losses of one kind; return the ids of the movements, which correct and withdraw them."""
    if new.kind not in KINDS:
        raise GrilseError(messages.describe_unknown_choice(new.kind, KINDS), field="kind")
    if new.kind != Movement.Kind.MORTALITY:
        _refuse_invalid_codes(loss.cause for loss in new.losses)
    return movements.record_movements([_build_movement(new, loss) for loss in new.losses])


def _refuse_invalid_codes(causes: Iterable[str]) -> None:
    for cause in causes:
        if not CAUSE_CODE.fullmatch(cause):
            raise GrilseError(messages.describe_invalid_cause_code(cause), field="cause")


def _build_movement(new: NewLosses, loss: Loss) -> NewMovement:
    return NewMovement(
        date=new.date,
        kind=new.kind,
        count=loss.count,
        source=loss.placement,
        cause=loss.cause,
        mean_weight_g=loss.mean_weight_g,
    )
