"""Why somebody corrects or withdraws what was entered."""

from grilse.errors import GrilseError


def required_reason(text: str) -> str:
    """Return why, for the audit of the transaction's changes; refuse none."""
    reason = text.strip()
    if not reason:
        raise GrilseError("say why: a correction or withdrawal needs a reason")
    return reason
