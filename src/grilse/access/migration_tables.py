"""Tables of a migration: one call creates a table, or a table with its change history."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

import pghistory.utils
from django.db import models
from django.db.migrations import AddField, CreateModel
from django.db.migrations.operations.base import Operation
from pgtrigger.compiler import Trigger, UpsertTriggerSql
from pgtrigger.migrations import AddTrigger, RemoveTrigger

from grilse.access.audit import ADDED, CHANGED, REMOVED

Fields = Mapping[str, models.Field]
CONTEXT_SQL = "COALESCE(NULLIF(CURRENT_SETTING('pghistory.context_metadata', TRUE), ''), NULL)::JSONB"


def row_id() -> models.Field:
    """Return the primary key of most tables."""
    return models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")


def create_table(name: str, fields: Fields, **options: Any) -> CreateModel:
    """Return the operation that creates the table of a model; `options` are those of its Meta class."""
    return CreateModel(name=name, fields=list(fields.items()), options=options)


def create_tracked_table(label: str, fields: Fields, *, exclude: Sequence[str] = (), **options: Any) -> list[Operation]:
    """Return the operations for a model, `app.Model`, that `track_changes` tracks: table, event table, triggers."""
    app, name = label.split(".")
    table = options.get("db_table", f"{app}_{name.lower()}")
    tracked = {key: field for key, field in fields.items() if key not in exclude}
    columns = [f"{key}_id" if field.is_relation else key for key, field in tracked.items()]
    return [
        create_table(name, fields, **options),
        create_table(f"{name}Event", _build_event_fields(label, tracked), db_table=f"{table}event", abstract=False),
        *_add_change_triggers(label, table, columns, exclude),
        protect_rows(f"{label}Event", table=f"{table}event"),
    ]


def add_tracked_fields(
    label: str, fields: Fields, columns: Sequence[str], *, exclude: Sequence[str] = (), table: str = ""
) -> list[Operation]:
    """Return the operations that add fields to a tracked model and its event table, and renew its triggers.

    `columns` are the tracked columns that the table has already.
    """
    name = label.partition(".")[2]
    return renew_change_triggers(
        label,
        [*columns, *fields],
        *[AddField(name, key, field) for key, field in fields.items()],
        *[AddField(f"{name}Event", key, _copy_field(field)) for key, field in fields.items()],
        exclude=exclude,
        table=table,
    )


def renew_change_triggers(
    label: str, columns: Sequence[str], *changes: Operation, exclude: Sequence[str] = (), table: str = ""
) -> list[Operation]:
    """Return changes of the tables of a tracked model, `app.Model`, whose triggers store all its columns afterwards."""
    model = label.partition(".")[2].lower()
    return [
        *[RemoveTrigger(model, f"{verb}_{operation}") for verb, operation in TRIGGER_NAMES],
        *changes,
        *_add_change_triggers(label, table or label.replace(".", "_").lower(), columns, exclude),
    ]


TRIGGER_NAMES = ((ADDED, "insert"), (CHANGED, "update"), (REMOVED, "delete"))


def _add_change_triggers(
    label: str, table: str, tracked_columns: Sequence[str], exclude: Sequence[str]
) -> list[AddTrigger]:
    """Return the triggers that copy the tracked columns of a row into the event table on every change."""
    columns = sorted(tracked_columns)
    changed = "OLD.* IS DISTINCT FROM NEW.*"
    if exclude:
        changed = " OR ".join(f'OLD."{column}" IS DISTINCT FROM (NEW."{column}")' for column in columns)
    triggers = (
        (ADDED, "INSERT", "NEW", "WHEN (current_setting('app.company', true) <> '')"),
        (CHANGED, "UPDATE", "OLD", f"WHEN ({changed})"),
        (REMOVED, "DELETE", "OLD", ""),
    )
    return [
        _add_trigger(
            label,
            f"{verb}_{operation.lower()}",
            table=table,
            func=_build_insert_sql(f"{table}event", columns, row, verb),
            operation=operation,
            when="AFTER",
            condition=condition,
        )
        for verb, operation, row, condition in triggers
    ]


def _build_event_fields(label: str, tracked: Fields) -> Fields:
    """Return the fields of an event model: those of django-pghistory, the values, then all references by name."""
    fields = {key: _copy_field(field) for key, field in tracked.items()}
    references = {key: field for key, field in fields.items() if field.is_relation}
    references["pgh_obj"] = models.ForeignKey(label, models.DO_NOTHING, db_constraint=False, related_name="+")
    return {
        "pgh_id": models.AutoField(primary_key=True, serialize=False),
        "pgh_created_at": models.DateTimeField(auto_now_add=True),
        "pgh_label": models.TextField(help_text="The event label."),
        "pgh_context": pghistory.utils.JSONField(null=True),
        **{key: field for key, field in fields.items() if not field.is_relation},
        **dict(sorted(references.items())),
    }


def protect_rows(label: str, *, table: str = "") -> AddTrigger:
    """Return the trigger that lets nobody change or delete the rows of a model, `app.Model`."""
    return _add_trigger(
        label,
        "append_only",
        table=table or label.replace(".", "_").lower(),
        func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
        operation="UPDATE OR DELETE",
        when="BEFORE",
    )


def build_trigger_name(label: str, name: str) -> str:
    """Return the name that django-pgtrigger gives a trigger of a model, `app.Model`."""
    return f"pgtrigger_{name}_{hashlib.sha1(f'{label}:{name}'.encode()).hexdigest()[:5]}"


def _add_trigger(label: str, name: str, **sql: str) -> AddTrigger:
    trigger_sql = UpsertTriggerSql(pgid=build_trigger_name(label, name), **sql)
    return AddTrigger(label.partition(".")[2].lower(), trigger=Trigger(name=name, sql=trigger_sql))


def _build_insert_sql(event_table: str, columns: Sequence[str], row: str, label: str) -> str:
    values = {
        **{column: f'{row}."{column}"' for column in columns},
        "pgh_context": CONTEXT_SQL,
        "pgh_created_at": "NOW()",
        "pgh_label": f"'{label}'",
        "pgh_obj_id": f'{row}."id"',
    }
    names = ", ".join(f'"{name}"' for name in sorted(values))
    row_values = ", ".join(values[name] for name in sorted(values))
    return f'INSERT INTO "{event_table}" ({names}) VALUES ({row_values}); RETURN NULL;'


def _copy_field(field: models.Field) -> models.Field:
    """Return the field of an event table: without key, index and constraint."""
    if isinstance(field, models.BigAutoField):
        return models.BigIntegerField()
    _, _, arguments, options = field.deconstruct()
    options = {name: value for name, value in options.items() if name not in ("unique", "db_index")}
    if isinstance(field, models.ForeignKey):
        options |= {"on_delete": models.DO_NOTHING, "db_constraint": False}
        options |= {"related_name": "+", "related_query_name": "+"}
    return type(field)(*arguments, **options)
