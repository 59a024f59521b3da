"""What became of a row: who changed it, when, from what to what, and why."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.apps import apps
from django.contrib.auth import get_user_model
from django.db import models

from grilse.errors import GrilseError
from grilse.farm.audit import ADDED, CHANGED, REMOVED

Row = models.Model | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """One line of a row's history."""

    at: datetime
    what: str
    """added, changed or removed"""
    user: str
    """Empty where no login did it."""
    reason: str
    differences: tuple[tuple[str, Any, Any], ...]
    """Column, before and after."""


def kept_of(model: type[models.Model]) -> type[models.Model] | None:
    """Return the table that keeps what rows of a model were, if any does."""
    for kept in apps.get_models():
        if getattr(kept, "pgh_tracked_model", None) is model:
            return kept
    return None


def changes_of(model: type[models.Model], pk: int) -> list[Change]:
    """Return what happened to a row, the newest first; three statements."""
    kept = kept_of(model)
    if kept is None:
        return []
    events = list(kept._default_manager.filter(pgh_obj_id=pk).order_by("pgh_id"))
    rows: list[Row] = [*events, model._default_manager.filter(pk=pk).first()]
    names = _names(events)
    found = [_change(model, event, rows[place + 1], names) for place, event in enumerate(events)]
    return found[::-1]


def _change(model: type[models.Model], event: Any, after: Row, names: dict[int, str]) -> Change:
    """Return what an event tells: a row is kept as it was before, so the next one says what came of it."""
    context = event.pgh_context or {}
    return Change(
        at=event.pgh_created_at,
        what=event.pgh_label,
        user=names.get(context.get("user", 0), ""),
        reason=context.get("reason", ""),
        differences=differences(model, event, after) if event.pgh_label == CHANGED else (),
    )


def differences(
    model: type[models.Model], before: models.Model, after: Row, told: Collection[str] = ()
) -> tuple[tuple[str, Any, Any], ...]:
    """Return the columns in which two rows differ, before and after; some may be named that tell."""
    columns = [field for field in model._meta.concrete_fields if not told or field.name in told]
    pairs = [
        (str(field.verbose_name), getattr(before, field.attname), getattr(after, field.attname))
        for field in columns
        if hasattr(before, field.attname) and hasattr(after, field.attname)
    ]
    return tuple(pair for pair in pairs if pair[1] != pair[2])


def _names(events: list[Any]) -> dict[int, str]:
    users = {context["user"] for event in events if (context := event.pgh_context) and context.get("user")}
    return {user.pk: user.get_username() for user in get_user_model().objects.filter(pk__in=users)}


def recorded() -> dict[str, type[models.Model]]:
    """Return the models whose rows are kept, by the names that doors know them by."""
    kept = (getattr(one, "pgh_tracked_model", None) for one in apps.get_models())
    return {one._meta.label_lower: one for one in kept if one is not None}


def changes_in(
    label: str, *, row: int | None = None, before: int | None = None, limit: int = 100
) -> list[dict[str, Any]]:
    """Return the newest changes of a table, or of one of its rows, from a change on back; four statements."""
    model = recorded().get(label)
    kept = None if model is None else kept_of(model)
    if model is None or kept is None:
        raise GrilseError(f"there is no history of {label}: {', '.join(sorted(recorded()))}", field="of")
    near = {} if row is None else {"pgh_obj_id": row}
    past = {} if before is None else {"pgh_id__lt": before}
    events: list[Any] = list(kept._default_manager.filter(**near, **past).order_by("-pgh_id")[:limit])
    after = _after(model, kept, events)
    names = _names(events)
    return [_told(model, event, after[event.pgh_id], names) for event in events]


def _after(model: type[models.Model], kept: type[models.Model], events: list[Any]) -> dict[int, Row]:
    """Return what each change made of its row: what the next one kept, else the row as it stands."""
    rows = {event.id for event in events}
    later: list[Any] = (
        list(kept._default_manager.filter(pgh_obj_id__in=rows).order_by("-pgh_id")) if rows else []
    )
    newer: dict[int, Row] = dict(model._default_manager.in_bulk(rows)) if rows else {}
    after: dict[int, Row] = {}
    for event in later:
        after[event.pgh_id] = newer.get(event.id)
        newer[event.id] = event
    return after


def _told(model: type[models.Model], event: Any, after: Row, names: dict[int, str]) -> dict[str, Any]:
    change = _change(model, event, after, names)
    return {
        "change": event.pgh_id,
        "id": event.id,
        "at": change.at,
        "what": change.what,
        "user": change.user,
        "reason": change.reason,
        "before": None if change.what == ADDED else _columns(model, event),
        "after": None if change.what == REMOVED or after is None else _columns(model, after),
    }


def _columns(model: type[models.Model], row: models.Model) -> dict[str, Any]:
    hidden = {"company_id", "digest"}
    names = [field.attname for field in model._meta.concrete_fields if field.attname not in hidden]
    return {name: getattr(row, name) for name in names if hasattr(row, name)}
