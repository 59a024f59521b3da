"""A wrong field of a row, in the words of the rule that refuses it."""

from collections.abc import Callable
from typing import Any

from grilse.environment.arriving.parts import Part
from grilse.environment.arriving.refusals import Fault, shown
from grilse.errors import GrilseError

NOTHING = (None, "")


def wrong(part: Part, row: int, name: str, value: object, detail: str) -> Fault:
    """Return what is wrong with a field."""
    return Fault(row=int(part.number[row]), field=name, value=shown(value), detail=detail)


def words(refuse: Callable[..., None], *given: Any) -> str:
    """Return what a rule says about a value that it refuses."""
    try:
        refuse(*given)
    except GrilseError as refusal:
        return str(refusal)
    return ""
