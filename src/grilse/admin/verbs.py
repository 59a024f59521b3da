"""What may be done with the rows of a model, and what that needs."""

from dataclasses import dataclass, fields

from django.http import HttpRequest

from grilse.door import entered_in, needing
from grilse.farm.permissions import roles_with

Needed = tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class May:
    """The permissions of each verb; a verb that states none is nobody's."""

    see: Needed
    add: Needed = ()
    change: Needed = ()
    remove: Needed = ()

    def __post_init__(self) -> None:
        for field in fields(self):
            stated = getattr(self, field.name)
            if stated or field.name == "see":
                needing(*stated)


def holds(request: HttpRequest, needed: Needed) -> bool:
    """Tell whether who asks has a role, anywhere, that does for these permissions; none do for nothing."""
    found = entered_in(request)
    able = roles_with(needed) if needed else frozenset()
    return found is not None and any(one.role in able for one in found.held)
