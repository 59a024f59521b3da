"""The history of rows: who changed what, when, from what to what, and why."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from django.apps import apps
from django.contrib.auth import get_user_model
from django.db import models

from grilse.access.audit import ADDED, CHANGED, REMOVED
from grilse.errors import GrilseError

Row = models.Model | None


@dataclass(frozen=True, kw_only=True, slots=True)
class RowChange:
    """One line of a row's history."""

    at: datetime
    what: str
    """added, changed or removed"""
    user: str
    """Empty if no login made the change."""
    reason: str
    differences: tuple[tuple[str, Any, Any], ...]
    """Column, before and after."""


@cache
def _map_event_models() -> dict[type[models.Model], type[models.Model]]:
    tracked_models = (
        (getattr(event_model, "pgh_tracked_model", None), event_model) for event_model in apps.get_models()
    )
    return {model: event_model for model, event_model in tracked_models if model is not None}


def find_event_model(model: type[models.Model]) -> type[models.Model] | None:
    """Return the model of the events of a tracked model."""
    return _map_event_models().get(model)


def list_tracked_models() -> dict[str, type[models.Model]]:
    """Return the tracked models by the names that interfaces use: those of their tables, `farm.area`."""
    return {model._meta.db_table.replace("_", ".", 1): model for model in _map_event_models()}


def read_row_changes(model: type[models.Model], pk: int) -> list[RowChange]:
    """Return the changes of a row, newest first; three statements."""
    event_model = find_event_model(model)
    if event_model is None:
        return []
    events: list[Any] = list(event_model._default_manager.filter(pgh_obj_id=pk).order_by("pgh_id"))
    rows: list[Row] = [*events, model._default_manager.filter(pk=pk).first()]
    names = _read_usernames(events)
    # An event stores the row before the change, so the next event, or the row itself, has the values after it.
    changes = [
        RowChange(
            **_describe_event(event, names),
            differences=compare_rows(model, event, after) if event.pgh_label == CHANGED else (),
        )
        for event, after in zip(events, rows[1:], strict=True)
    ]
    return changes[::-1]


def _describe_event(event: Any, names: dict[int, str]) -> dict[str, Any]:
    context = event.pgh_context or {}
    return {
        "at": event.pgh_created_at,
        "what": event.pgh_label,
        "user": names.get(context.get("user", 0), ""),
        "reason": context.get("reason", ""),
    }


def compare_rows(
    model: type[models.Model], before: models.Model, after: Row, only: Collection[str] = ()
) -> tuple[tuple[str, Any, Any], ...]:
    """Return the columns in which two rows differ, with both values; `only` limits the columns compared."""
    columns = [field for field in model._meta.concrete_fields if not only or field.name in only]
    pairs = [
        (str(field.verbose_name), getattr(before, field.attname), getattr(after, field.attname))
        for field in columns
        if hasattr(before, field.attname) and hasattr(after, field.attname)
    ]
    return tuple(pair for pair in pairs if pair[1] != pair[2])


def _read_usernames(events: list[Any]) -> dict[int, str]:
    users = {context["user"] for event in events if (context := event.pgh_context) and context.get("user")}
    return {user.pk: user.get_username() for user in get_user_model().objects.filter(pk__in=users)}


def read_table_changes(
    label: str, *, row: int | None = None, before: int | None = None, limit: int = 100
) -> list[dict[str, Any]]:
    """Return the newest changes of a table, or of one of its rows, before a given change; four statements."""
    model = list_tracked_models().get(label)
    event_model = None if model is None else find_event_model(model)
    if model is None or event_model is None:
        raise GrilseError(f"there is no history of {label}: {', '.join(sorted(list_tracked_models()))}", field="of")
    row_filter = {} if row is None else {"pgh_obj_id": row}
    cursor_filter = {} if before is None else {"pgh_id__lt": before}
    events: list[Any] = list(
        event_model._default_manager.filter(**row_filter, **cursor_filter).order_by("-pgh_id")[:limit]
    )
    after = _read_rows_after(model, event_model, events)
    names = _read_usernames(events)
    return [_serialize_event(model, event, after[event.pgh_id], names) for event in events]


def _read_rows_after(model: type[models.Model], event_model: type[models.Model], events: list[Any]) -> dict[int, Row]:
    """Return each row after its change: as the next event stored it, else the current row."""
    rows = {event.id for event in events}
    later: list[Any] = (
        list(event_model._default_manager.filter(pgh_obj_id__in=rows).order_by("-pgh_id")) if rows else []
    )
    newer: dict[int, Row] = dict(model._default_manager.in_bulk(rows)) if rows else {}
    after: dict[int, Row] = {}
    for event in later:
        after[event.pgh_id] = newer.get(event.id)
        newer[event.id] = event
    return after


def _serialize_event(model: type[models.Model], event: Any, after: Row, names: dict[int, str]) -> dict[str, Any]:
    return {
        "change": event.pgh_id,
        "id": event.id,
        **_describe_event(event, names),
        "before": None if event.pgh_label == ADDED else _read_columns(model, event),
        "after": None if event.pgh_label == REMOVED or after is None else _read_columns(model, after),
    }


def _read_columns(model: type[models.Model], row: models.Model) -> dict[str, Any]:
    hidden = {"company_id", "digest"}
    names = [field.attname for field in model._meta.concrete_fields if field.attname not in hidden]
    return {name: _describe_value(getattr(row, name)) for name in names if hasattr(row, name)}


def _describe_value(value: Any) -> Any:
    """Return a value as JSON can hold it: of the content of a file only its size."""
    return f"{len(value)} bytes" if isinstance(value, bytes | memoryview) else value
