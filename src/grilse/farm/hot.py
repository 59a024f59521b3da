"""What the doors ask of places and people, and what it may cost."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from grilse.farm import history, lists, queries
from grilse.farm.audit import CHANGED
from grilse.farm.keys import ALL, issue
from grilse.farm.listing_hot import Cost, hot
from grilse.farm.models import ApiKey, Membership
from grilse.farm.principal import Principal, principal_of_key
from grilse.proof.registry import Given, Hot, declare

# Companies have some hundred places, and some thousand containers with a few instruments each.
FEW = Cost(few=True)
PLACES = dict.fromkeys(
    ("geographies", "areas", "stations", "halls", "containers", "feed-stores", "bulk-loads"), FEW
)


def _user() -> int | None:
    return Membership.objects.order_by("pk").values_list("user_id", flat=True).first()


def _whose() -> Given:
    user = _user()
    return None if user is None else {"user": user}


def _enter(user: int) -> None:
    with Principal(user=user).entered(("farm.read",)):
        pass


def _key() -> Given:
    user = _user()
    if user is None:
        return None
    # Only digests are kept: one that opens something is made here, and gone with the transaction.
    issued = issue(user=user, name="proof", scopes=[ALL], expires_at=timezone.now() + timedelta(days=1))
    return {"key": issued.key}


def _keys() -> Given:
    user = ApiKey.objects.order_by("pk").values_list("user_id", flat=True).first()
    return None if user is None else {"user": user, "everybody": False}


def _changed() -> tuple[str, int] | None:
    """Return a table and the row of its newest change, of the table with the most."""
    kept = {label: history.kept_of(model) for label, model in history.recorded().items()}
    counted = {label: table._default_manager.count() for label, table in kept.items() if table}
    label = max(counted, key=lambda one: counted[one])
    table = kept[label]
    newest: Any = (
        table._default_manager.filter(pgh_label=CHANGED).order_by("-pgh_id").first() if table else None
    )
    return None if newest is None else (label, newest.id)


def _table() -> Given:
    found = _changed()
    return None if found is None else {"label": found[0]}


def _row() -> Given:
    found = _changed()
    return None if found is None else {"model": history.recorded()[found[0]], "pk": found[1]}


declare(
    # Within the transaction of a proof its own is a savepoint: two statements more than at a door.
    Hot(
        name="farm.principal.entered",
        run=_enter,
        example=_whose,
        statements=3,
        unscanned=("farm_membership",),
    ),
    Hot(
        name="farm.principal.principal_of_key",
        run=principal_of_key,
        example=_key,
        statements=1,
        unscanned=("farm_apikey",),
    ),
    Hot(
        name="farm.queries.members",
        run=queries.members,
        example=dict,
        statements=1,
        unscanned=(),
        sorts=True,
        touched=4,
        least=2000,
    ),
    Hot(
        name="farm.queries.keys",
        run=queries.keys,
        example=_keys,
        statements=1,
        unscanned=(),
        sorts=True,
        touched=4,
        least=2000,
    ),
    Hot(
        name="farm.history.changes_in",
        run=history.changes_in,
        example=_table,
        statements=4,
        unscanned=(),
        sorts=True,
        touched=8,
        least=2000,
    ),
    Hot(
        name="farm.history.changes_of",
        run=history.changes_of,
        example=_row,
        statements=3,
        unscanned=(),
        sorts=True,
        touched=4,
        least=2000,
    ),
    *hot(lists.LISTS, PLACES),
)
