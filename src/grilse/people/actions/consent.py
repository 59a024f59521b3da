"""What somebody agrees to, and takes back: for oneself only, as the database keeps it."""

from django.db import IntegrityError, transaction
from django.utils import timezone

from grilse.access.tenancy import get_current_actor
from grilse.errors import GrilseError
from grilse.people.current_person import ensure_current_person
from grilse.people.models import Consent


def give_consent(purpose: str) -> int:
    """Agree to something from now on; return the consent's id. What is agreed to already stays as it is."""
    _refuse_unknown_purpose(purpose)
    me = ensure_current_person()
    there = _find_open_consent(me, purpose)
    if there is not None:
        return there
    try:
        with transaction.atomic():
            new = Consent(
                company_id=get_current_actor().company, person_id=me, purpose=purpose, given_at=timezone.now()
            )
            new.save(force_insert=True)
    except IntegrityError:
        # Of two at once the second finds what the first gave.
        return _find_open_consent(me, purpose) or give_consent(purpose)
    return new.pk


def withdraw_consent(purpose: str) -> None:
    """Take a consent back from now on; one that is not given is withdrawn already."""
    _refuse_unknown_purpose(purpose)
    given = Consent.objects.filter(person_id=ensure_current_person(), purpose=purpose, withdrawn_at=None)
    given.update(withdrawn_at=timezone.now())


def _find_open_consent(me: int, purpose: str) -> int | None:
    given = Consent.objects.filter(person_id=me, purpose=purpose, withdrawn_at=None)
    return given.values_list("pk", flat=True).first()


def _refuse_unknown_purpose(purpose: str) -> None:
    if purpose not in Consent.Purpose.values:
        raise GrilseError(f"consent is to one of {', '.join(Consent.Purpose.values)}", field="purpose")
