"""Change history: triggers copy a row into its event table on every change, whichever program makes it."""

from collections.abc import Callable, Sequence
from typing import TypeVar

import pghistory
import pgtrigger
from django.db import models

Model = TypeVar("Model", bound=models.Model)

ADDED, CHANGED, REMOVED = "added", "changed", "removed"

# Bulk loads set no acting company: their shards are their history, and their rows are written without events.
HAS_ACTING_COMPANY = pgtrigger.Condition("current_setting('app.company', true) <> ''")


def track_changes(*, exclude: Sequence[str] = ()) -> Callable[[type[Model]], type[Model]]:
    """Store an event whenever a row of a model is added, changed or removed; nobody can change or delete events.

    The event of a change holds the row before it; the values after it are in the next event, or in the row itself.
    """

    def track_model(model: type[Model]) -> type[Model]:
        return pghistory.track(
            pghistory.InsertEvent(ADDED, condition=HAS_ACTING_COMPANY),
            pghistory.UpdateEvent(CHANGED, row=pghistory.Old),
            pghistory.DeleteEvent(REMOVED),
            exclude=list(exclude),
            obj_field=pghistory.ObjForeignKey(related_name="+", db_index=True),
            context_field=pghistory.ContextJSONField(),
            # Each stored row names its company itself.
            context_id_field=None,  # type: ignore[arg-type]  # documented, and not in its types
            append_only=True,
            meta={"db_table": f"{model._meta.db_table}event"},
        )(model)

    return track_model
