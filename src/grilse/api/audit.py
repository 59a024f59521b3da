"""Who changed what, when and why."""

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Schema

from grilse.access import change_history
from grilse.api.input_schemas import MAX_INT64, Text
from grilse.api.routers import ACCESS as router

RowId = Annotated[int, Query(ge=1, le=MAX_INT64)]


class AuditChange(Schema):
    """A change of one row."""

    change: int
    id: int
    """Of the row."""
    at: datetime
    what: str
    """Added, changed or removed."""
    user: str
    """Empty where no login did it, or one of no role here any more."""
    reason: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    """The row as it stood then; null where it was removed."""


class AuditPage(Schema):
    """Changes of a table, the newest first."""

    rows: list[AuditChange]
    next: int | None
    """What to send as `cursor` for those before them; null after the last."""


@router.get("/audit", permission="audit.read", response=AuditPage)
def list_changes(
    request: HttpRequest,
    of: Text,
    id: RowId | None = None,
    cursor: RowId | None = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> dict[str, Any]:
    """Return what became of the rows of a table, or of one row; the ledger keeps its own in `/movements`."""
    rows = change_history.read_table_changes(of, row=id, before=cursor, limit=limit + 1)
    more = len(rows) > limit
    return {"rows": rows[:limit], "next": rows[limit - 1]["change"] if more else None}


@router.get("/audit/tables", permission="audit.read", response=list[str])
def list_audited_tables(request: HttpRequest) -> list[str]:
    """Return the tables whose changes are kept."""
    return sorted(change_history.list_tracked_models())
