"""The reason for a correction or withdrawal."""

from grilse.access.tenancy import set_change_reason
from grilse.errors import GrilseError


def require_reason(text: str) -> str:
    """Return the reason and store it with the later changes of the transaction; refuse an empty one."""
    reason = text.strip()
    if not reason:
        raise GrilseError("say why: a correction or withdrawal needs a reason")
    set_change_reason(reason)
    return reason
