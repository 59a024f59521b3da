"""Who corrects and withdraws an entry: logins that may correct all, and everybody their own of the last two days."""

from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import models

from grilse.access.audit import ADDED
from grilse.access.change_history import find_event_model
from grilse.access.permissions import find_roles_with, load_roles
from grilse.access.principal import find_allowed_geographies
from grilse.access.tenancy import get_current_actor, limit_geographies
from grilse.errors import NotAllowed

OWN_ENTRY_TIME = timedelta(hours=48)


def refuse_entries_of_others(model: type[models.Model], ids: Collection[int]) -> None:
    """Refuse to correct rows that the login may not correct and that are not its own of the last two days.

    No statement for a login that may correct all that the transaction reaches, else up to five.
    """
    permission = f"{model._meta.app_label}.correct"
    geographies = find_allowed_geographies(permission)
    if geographies is None or not ids:
        return
    with limit_geographies(geographies):
        allowed = set(model._default_manager.filter(pk__in=ids).values_list("pk", flat=True)) if geographies else set()
    for id in sorted(set(ids) - allowed - _find_own_entries(model, ids)):
        able = ", ".join(role for role in load_roles() if role in find_roles_with((permission,)))
        hours = OWN_ENTRY_TIME // timedelta(hours=1)
        raise NotAllowed(
            f"{model._meta.verbose_name} {id} was entered or changed by somebody else, or more than {hours} hours ago:"
            f" to correct or withdraw it takes one of {able}"
        )


def _find_own_entries(model: type[models.Model], ids: Collection[int]) -> set[int]:
    """Return the rows that the current login entered lately, and that nobody else has changed since."""
    user, since = get_current_actor().user, datetime.now(UTC) - OWN_ENTRY_TIME
    event_model = find_event_model(model)
    if event_model is None:
        rows = model._default_manager.filter(pk__in=ids, author_id=user, entered_at__gte=since)
        return set(rows.values_list("pk", flat=True))
    own: dict[int, bool] = dict.fromkeys(ids, False)
    events: Any = event_model._default_manager.filter(pgh_obj_id__in=ids).order_by("pgh_id")
    for event in events:
        is_own = (event.pgh_context or {}).get("user") == user
        own[event.pgh_obj_id] = is_own and (
            event.pgh_created_at >= since if event.pgh_label == ADDED else own[event.pgh_obj_id]
        )
    return {id for id, is_own in own.items() if is_own}
