"""What somebody agrees to, and takes back: for oneself only, as the database keeps it."""

from django.db import IntegrityError, transaction
from django.utils import timezone

from grilse.errors import GrilseError
from grilse.farm.tenancy import acting
from grilse.people.me import ensure_me
from grilse.people.models import Consent


def give(purpose: str) -> int:
    """Agree to something from now on; return the consent's id. What is agreed to already stays as it is."""
    _check(purpose)
    me = ensure_me()
    there = _open(me, purpose)
    if there is not None:
        return there
    try:
        with transaction.atomic():
            new = Consent(company_id=acting().company, person_id=me, purpose=purpose, given_at=timezone.now())
            new.save(force_insert=True)
    except IntegrityError:
        # Of two at once the second finds what the first gave.
        return _open(me, purpose) or give(purpose)
    return new.pk


def withdraw(purpose: str) -> None:
    """Take a consent back from now on; one that is not given is withdrawn already."""
    _check(purpose)
    given = Consent.objects.filter(person_id=ensure_me(), purpose=purpose, withdrawn_at=None)
    given.update(withdrawn_at=timezone.now())


def _open(me: int, purpose: str) -> int | None:
    given = Consent.objects.filter(person_id=me, purpose=purpose, withdrawn_at=None)
    return given.values_list("pk", flat=True).first()


def _check(purpose: str) -> None:
    if purpose not in Consent.Purpose.values:
        raise GrilseError(f"consent is to one of {', '.join(Consent.Purpose.values)}", field="purpose")
