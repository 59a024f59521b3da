"""The audit history: who changed which row, when and why."""

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query

from grilse.access import change_history
from grilse.api.routing import ACCESS as router
from grilse.api.schemas import MAX_INT64, Schema, Text

RowId = Annotated[int, Query(ge=1, le=MAX_INT64)]


class AuditChange(Schema):
    """A change of one row."""

    change: int
    id: int
    """The id of the row."""
    at: datetime
    what: str
    """added, changed or removed"""
    user: str
    """Empty if no login made the change, or if the login has no role in the company any more."""
    reason: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    """The row after the change; null if it was removed."""


class AuditPage(Schema):
    """Changes of a table, newest first."""

    rows: list[AuditChange]
    next: int | None
    """The `cursor` of the page with older changes; null on the last page."""


@router.get("/audit", permission="audit.read", response=AuditPage)
def list_changes(
    request: HttpRequest,
    of: Text,
    id: RowId | None = None,
    cursor: RowId | None = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> dict[str, Any]:
    """Return the changes of a table or of one row; `/movements` has the history of the ledger."""
    rows = change_history.read_table_changes(of, row=id, before=cursor, limit=limit + 1)
    more = len(rows) > limit
    return {"rows": rows[:limit], "next": rows[limit - 1]["change"] if more else None}


@router.get("/audit/tables", permission="audit.read", response=list[str])
def list_audited_tables(request: HttpRequest) -> list[str]:
    """Return the tables whose changes are recorded."""
    return sorted(change_history.list_tracked_models())
