"""Give and withdraw consents of the current person; the row policy allows no others."""

from django.utils import timezone

from grilse.access.tenancy import get_current_actor
from grilse.errors import GrilseError
from grilse.people.current_person import ensure_current_person
from grilse.people.models import Consent


def give_consent(purpose: str) -> int:
    """Give a consent from now on, unless it is given already; return its id."""
    _refuse_unknown_purpose(purpose)
    consent, _ = Consent.objects.get_or_create(
        company_id=get_current_actor().company,
        person_id=ensure_current_person(),
        purpose=purpose,
        withdrawn_at=None,
        defaults={"given_at": timezone.now()},
    )
    return consent.pk


def withdraw_consent(purpose: str) -> None:
    """Withdraw a consent from now on; without one nothing changes."""
    _refuse_unknown_purpose(purpose)
    given = Consent.objects.filter(person_id=ensure_current_person(), purpose=purpose, withdrawn_at=None)
    given.update(withdrawn_at=timezone.now())


def _refuse_unknown_purpose(purpose: str) -> None:
    if purpose not in Consent.Purpose.values:
        raise GrilseError(f"a consent is for one of {', '.join(Consent.Purpose.values)}", field="purpose")
