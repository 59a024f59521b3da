"""Query budgets of transactions, memberships, API keys and the change history."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from grilse.access import change_history, queries
from grilse.access.api_keys import ALL_SCOPES, issue_key
from grilse.access.audit import CHANGED
from grilse.access.models import ApiKey, Membership
from grilse.access.principal import Principal, principal_of_key
from grilse.proof.registry import Arguments, QueryBudget, declare_budgets, take_first_row

find_user = take_first_row(Membership.objects.order_by("pk"), user="user_id")
find_key_owner = take_first_row(ApiKey.objects.order_by("pk"), user="user_id")


def _open_transaction(user: int) -> None:
    with Principal(user=user).open_transaction(("farm.read",)):
        pass


def _issue_example_key() -> Arguments:
    arguments = find_user()
    if arguments is None:
        return None
    # The database stores only digests of keys, so a key is issued here and rolled back with the transaction.
    expires_at = timezone.now() + timedelta(days=1)
    return {"key": issue_key(user=arguments["user"], name="proof", scopes=[ALL_SCOPES], expires_at=expires_at).key}


def _find_key_list_arguments() -> Arguments:
    arguments = find_key_owner()
    return None if arguments is None else {**arguments, "everybody": False}


def _find_changed_row() -> tuple[str, int] | None:
    """Return the table with the most changes and the row of its newest change."""
    event_models = {
        label: change_history.find_event_model(model) for label, model in change_history.list_tracked_models().items()
    }
    counted = {label: table._default_manager.count() for label, table in event_models.items() if table}
    label = max(counted, key=lambda name: counted[name])
    table = event_models[label]
    newest: Any = table._default_manager.filter(pgh_label=CHANGED).order_by("-pgh_id").first() if table else None
    return None if newest is None else (label, newest.id)


def _find_changed_table() -> Arguments:
    changed_row = _find_changed_row()
    return None if changed_row is None else {"label": changed_row[0]}


def _find_changed_row_arguments() -> Arguments:
    changed_row = _find_changed_row()
    if changed_row is None:
        return None
    return {"model": change_history.list_tracked_models()[changed_row[0]], "pk": changed_row[1]}


declare_budgets(
    # Inside the transaction of the measurement it opens a savepoint: two statements more than in a request.
    QueryBudget(
        _open_transaction,
        find_user,
        name="access.principal.open_transaction",
        statements=3,
        unscanned=("farm_membership",),
    ),
    QueryBudget(principal_of_key, _issue_example_key, unscanned=("farm_apikey",)),
    QueryBudget(queries.refuse_unknown_login, find_user, least=2000),
    QueryBudget(queries.read_memberships, sorts=True, touched=4, least=2000),
    QueryBudget(queries.read_api_keys, _find_key_list_arguments, sorts=True, touched=4, least=2000),
    QueryBudget(
        change_history.read_table_changes, _find_changed_table, statements=4, sorts=True, touched=8, least=2000
    ),
    QueryBudget(
        change_history.read_row_changes, _find_changed_row_arguments, statements=3, sorts=True, touched=4, least=2000
    ),
)
