"""Decide about journeys with positions that cannot be: they are paid once somebody has looked at them."""

from django.db import transaction

from grilse.access.reasons import require_reason
from grilse.errors import GrilseError
from grilse.people.models import Journey


def confirm_journey(id: int, *, reason: str) -> None:
    """Confirm the length of a journey with faulty positions: it is paid."""
    _decide_review(id, Journey.Review.CONFIRMED, reason)


def reject_journey(id: int, *, reason: str) -> None:
    """Reject a journey with faulty positions: it is not paid."""
    _decide_review(id, Journey.Review.REJECTED, reason)


def _decide_review(id: int, decision: Journey.Review, reason: str) -> None:
    require_reason(reason)
    with transaction.atomic():
        journey = Journey.objects.select_for_update(no_key=True).filter(pk=id).first()
        if journey is None:
            raise GrilseError(f"there is no journey {id} that your role may decide about")
        if journey.review == "":
            raise GrilseError(f"all positions of journey {journey.reference} are plausible: there is nothing to decide")
        journey.review = decision
        journey.save(update_fields=["review"])
