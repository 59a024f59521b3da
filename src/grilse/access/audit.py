"""Change history: triggers copy a row into its event table on every change, whichever program makes it."""

import re
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import pghistory
import pgtrigger
from django.db import models
from pgtrigger.compiler import UpsertTriggerSql

Model = TypeVar("Model", bound=models.Model)

ADDED, CHANGED, REMOVED = "added", "changed", "removed"

# A name without a schema means the table of the product, never a temporary table of the session.
FIXED_SEARCH_PATH = "pg_catalog, public, pg_temp"
LANGUAGE = "$$ LANGUAGE plpgsql;"
IGNORE_FUNCTION = re.compile(
    r'CREATE OR REPLACE FUNCTION "public"\._pgtrigger_should_ignore\(.*?LANGUAGE plpgsql;', re.S
)
IGNORE_NOTHING = """
CREATE OR REPLACE FUNCTION "public"._pgtrigger_should_ignore(trigger_name NAME)
RETURNS BOOLEAN LANGUAGE sql IMMUTABLE AS $$ SELECT false $$;
"""
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


def secure_trigger_sql(statements: str) -> str:
    """Return the statements of django-pgtrigger for a trigger that no session can divert or turn off.

    The library's functions write to the table that the session's search path finds first, and skip the triggers that
    the setting `pgtrigger.ignore` of the session names.
    """
    return IGNORE_FUNCTION.sub(IGNORE_NOTHING, statements).replace(
        LANGUAGE, f"$$ LANGUAGE plpgsql SET search_path = {FIXED_SEARCH_PATH};"
    )


def _render_secure_trigger(self: UpsertTriggerSql, **options: Any) -> None:
    _render_trigger(self, **options)
    self.data = secure_trigger_sql(self.data)


# Migrations and models render their triggers by the same class.
_render_trigger = UpsertTriggerSql.__init__
UpsertTriggerSql.__init__ = _render_secure_trigger  # type: ignore[method-assign]
