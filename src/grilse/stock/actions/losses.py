"""Losses: fish that died, were culled or escaped, in one or many placements."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Sum

from grilse.confirmation import Question, require_confirmation
from grilse.errors import GrilseError
from grilse.stock import changes, messages
from grilse.stock.actions.movements import build_movement, record_movements
from grilse.stock.models import Movement

KINDS = (Movement.Kind.MORTALITY.value, Movement.Kind.CULL.value, Movement.Kind.ESCAPE.value)
CAUSE_CODE = re.compile(r"[A-Z0-9_]*")


@dataclass(frozen=True, kw_only=True, slots=True)
class Loss:
    """Fish that one placement lost."""

    placement: int
    count: int
    cause: str = ""
    """The code of the cause of death, of the reason of a cull, or of the way of an escape."""
    mean_weight_g: float | None = None
    """None if it was not measured."""
    already: int | None = None
    """The fish of this kind that the writer knows to be entered for the day: further ones ask for a confirmation."""


@dataclass(frozen=True, kw_only=True, slots=True)
class NewLosses:
    """The losses of a day."""

    date: date
    losses: Sequence[Loss]
    kind: str = "MORTALITY"


def record_losses(new: NewLosses) -> list[int]:
    """Enter losses of one kind; return the ids of their movements."""
    if new.kind not in KINDS:
        raise GrilseError(messages.describe_unknown_choice(new.kind, KINDS), field="kind")
    if new.kind != Movement.Kind.MORTALITY:
        for loss in new.losses:
            if not CAUSE_CODE.fullmatch(loss.cause):
                raise GrilseError(f"{loss.cause} is no code of a cause: use capitals, digits and _", field="cause")
    with changes.edit_placements(loss.placement for loss in new.losses):
        _check_known_losses(new)
        return record_movements(
            [build_movement(loss, date=new.date, kind=new.kind, source=loss.placement) for loss in new.losses]
        )


def _check_known_losses(new: NewLosses) -> None:
    """Ask where others entered losses of the day that the writer does not know; one statement if any is known."""
    known = {loss.placement: loss.already for loss in new.losses if loss.already is not None}
    if not known:
        return
    rows = Movement.objects.filter(source_id__in=known, date=new.date, kind=new.kind).exclude_replaced()
    entered = rows.values_list("source_id", "source__name").annotate(fish=Sum("count", default=0))
    require_confirmation(
        Question("repeated", messages.describe_other_losses(name, new.date, fish, known[placement]), "already")
        for placement, name, fish in entered
        if fish > known[placement]
    )
