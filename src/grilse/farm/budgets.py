"""What the doors ask of places and people, and what it may cost."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from grilse.access import change_history, queries
from grilse.access.api_keys import ALL_SCOPES, issue_key
from grilse.access.audit import CHANGED
from grilse.access.models import ApiKey, Membership
from grilse.access.principal import Principal, principal_of_key
from grilse.farm import lists
from grilse.listing.budgets import ListBudget, build_list_budgets
from grilse.proof.registry import Arguments, QueryBudget, declare_budgets

# Companies have some hundred places, and some thousand containers with a few instruments each.
FEW_ROWS = ListBudget(few=True)
PLACE_BUDGETS = dict.fromkeys(
    ("geographies", "areas", "stations", "halls", "containers", "feed-stores", "bulk-loads"), FEW_ROWS
)


def _find_user() -> int | None:
    return Membership.objects.order_by("pk").values_list("user_id", flat=True).first()


def _build_user_arguments() -> Arguments:
    user = _find_user()
    return None if user is None else {"user": user}


def _open_transaction(user: int) -> None:
    with Principal(user=user).open_transaction(("farm.read",)):
        pass


def _build_key_arguments() -> Arguments:
    user = _find_user()
    if user is None:
        return None
    # Only digests are kept: one that opens something is made here, and gone with the transaction.
    issued = issue_key(user=user, name="proof", scopes=[ALL_SCOPES], expires_at=timezone.now() + timedelta(days=1))
    return {"key": issued.key}


def _build_key_list_arguments() -> Arguments:
    user = ApiKey.objects.order_by("pk").values_list("user_id", flat=True).first()
    return None if user is None else {"user": user, "everybody": False}


def _find_changed_row() -> tuple[str, int] | None:
    """Return a table and the row of its newest change, of the table with the most."""
    event_models = {
        label: change_history.find_event_model(model) for label, model in change_history.list_tracked_models().items()
    }
    counted = {label: table._default_manager.count() for label, table in event_models.items() if table}
    label = max(counted, key=lambda name: counted[name])
    table = event_models[label]
    newest: Any = table._default_manager.filter(pgh_label=CHANGED).order_by("-pgh_id").first() if table else None
    return None if newest is None else (label, newest.id)


def _build_table_arguments() -> Arguments:
    changed_row = _find_changed_row()
    return None if changed_row is None else {"label": changed_row[0]}


def _build_row_arguments() -> Arguments:
    changed_row = _find_changed_row()
    return (
        None
        if changed_row is None
        else {"model": change_history.list_tracked_models()[changed_row[0]], "pk": changed_row[1]}
    )


declare_budgets(
    # Within the transaction of a proof its own is a savepoint: two statements more than at a door.
    QueryBudget(
        name="access.principal.open_transaction",
        run=_open_transaction,
        example=_build_user_arguments,
        statements=3,
        unscanned=("farm_membership",),
    ),
    QueryBudget(
        name="access.principal.principal_of_key",
        run=principal_of_key,
        example=_build_key_arguments,
        statements=1,
        unscanned=("farm_apikey",),
    ),
    QueryBudget(
        name="access.queries.read_memberships",
        run=queries.read_memberships,
        example=dict,
        statements=1,
        unscanned=(),
        sorts=True,
        touched=4,
        least=2000,
    ),
    QueryBudget(
        name="access.queries.read_api_keys",
        run=queries.read_api_keys,
        example=_build_key_list_arguments,
        statements=1,
        unscanned=(),
        sorts=True,
        touched=4,
        least=2000,
    ),
    QueryBudget(
        name="access.change_history.read_table_changes",
        run=change_history.read_table_changes,
        example=_build_table_arguments,
        statements=4,
        unscanned=(),
        sorts=True,
        touched=8,
        least=2000,
    ),
    QueryBudget(
        name="access.change_history.read_row_changes",
        run=change_history.read_row_changes,
        example=_build_row_arguments,
        statements=3,
        unscanned=(),
        sorts=True,
        touched=4,
        least=2000,
    ),
    *build_list_budgets(lists.LISTS, PLACE_BUDGETS),
)
