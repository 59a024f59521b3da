"""What somebody has agreed to."""

from dataclasses import dataclass
from datetime import datetime

from grilse.people.current_person import CURRENT_PERSON
from grilse.people.models import Consent


@dataclass(frozen=True, kw_only=True, slots=True)
class ConsentPeriod:
    """A consent, open or withdrawn."""

    purpose: str
    given_at: datetime
    withdrawn_at: datetime | None


def list_consents() -> list[ConsentPeriod]:
    """Return what one has agreed to and withdrawn, the latest first; one statement."""
    rows = Consent.objects.filter(person_id=CURRENT_PERSON)
    periods = rows.order_by("-given_at", "-id").values("purpose", "given_at", "withdrawn_at")
    return [ConsentPeriod(**row) for row in periods]
