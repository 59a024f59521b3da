"""Why somebody corrects or withdraws what was entered."""

from grilse.access.tenancy import set_change_reason
from grilse.errors import GrilseError


def require_reason(text: str) -> str:
    """Return why, which the audit keeps with what the transaction changes from here on; refuse none."""
    reason = text.strip()
    if not reason:
        raise GrilseError("say why: a correction or withdrawal needs a reason")
    set_change_reason(reason)
    return reason
