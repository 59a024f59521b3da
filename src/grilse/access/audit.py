"""Who changed what, when and why: triggers copy a row on every change, whichever program made it."""

from collections.abc import Callable, Sequence
from typing import TypeVar

import pghistory
import pgtrigger
from django.db import models

Model = TypeVar("Model", bound=models.Model)

ADDED, CHANGED, REMOVED = "added", "changed", "removed"

# A bulk load acts for nobody: its shards tell of it, and each of its rows stays one write.
HAS_ACTING_COMPANY = pgtrigger.Condition("current_setting('app.company', true) <> ''")


def track_changes(*, exclude: Sequence[str] = ()) -> Callable[[type[Model]], type[Model]]:
    """Keep what a model's rows were before each change, and that they were added; nothing takes it away.

    A change is kept with the row as it was; what came of it is the next one, or the row as it stands.
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
