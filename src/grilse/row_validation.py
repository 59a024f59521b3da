"""Checks of new rows against their columns and unique keys, before the database sees them."""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import fields as dataclass_fields
from operator import attrgetter
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.expressions import DatabaseDefault

from grilse.errors import GrilseError
from grilse.line_texts import describe_text_fault, normalize_line

Row = TypeVar("Row", bound=models.Model)
MAX_LINE = 400
"""Characters of the longest text of one line."""
MAX_CODE = 16
"""Letters of the longest word or code that programs compare."""


def find_row(rows: type[Row] | models.QuerySet[Row], id: int, label: str, *, field: str = "") -> Row:
    """Return the row of an id; refuse an id that the company does not have; one statement."""
    row = _get_queryset(rows).filter(pk=id).first()
    if row is None:
        raise GrilseError(describe_missing(label, id), field=field)
    return row


def find_rows(
    rows: type[Row] | models.QuerySet[Row], ids: Iterable[int], label: str, *, field: str = ""
) -> dict[int, Row]:
    """Return rows by their ids; refuse ids that the company does not have; one statement."""
    ids = set(ids)
    rows_by_id = _get_queryset(rows).in_bulk(ids)
    for id in sorted(ids - rows_by_id.keys()):
        raise GrilseError(describe_missing(label, id), field=field)
    return rows_by_id


def _get_queryset(rows: type[Row] | models.QuerySet[Row]) -> models.QuerySet[Row]:
    return rows if isinstance(rows, models.QuerySet) else rows._default_manager.all()


def describe_missing(label: str, id: int | str) -> str:
    """Say that the company has no row of an id or name, also if another company has it."""
    return f"there is no {label} {id}"


def describe_duplicate(what: str) -> str:
    """Say that an entry exists."""
    return f"{what} is there already: correct it"


def fill_row(row: Row, entry: Any = None, **values: Any) -> Row:
    """Write a data class and further values into the columns of the same names, and check the row."""
    columns = {field.name: field.attname for field in row._meta.concrete_fields}
    given = {} if entry is None else {field.name: getattr(entry, field.name) for field in dataclass_fields(entry)}
    for name, value in (given | values).items():
        if name in columns:
            setattr(row, columns[name], value)
    check_fields(row)
    return row


def check_fields(row: models.Model) -> None:
    """Refuse, in one line, a value that its column does not accept; references are not looked up.

    Texts of one line are normalized as in files, so that an export of them comes in again unchanged.
    """
    for field in row._meta.concrete_fields:
        value = getattr(row, field.attname, None)
        if isinstance(value, str) and _is_line(field):
            value = _normalize_text(field, value)
            setattr(row, field.attname, value)
        if field.is_relation or field.primary_key or _is_left_out(field, value):
            continue
        if isinstance(value, float) and not math.isfinite(value):
            raise GrilseError(f"{field.verbose_name}: {value} is no number", field=field.name)
        try:
            field.clean(value, row)
        except ValidationError as error:
            if field.choices and error.code == "invalid_choice":
                known = ", ".join(str(choice) for choice, _ in field.flatchoices)
                raise GrilseError(f"{field.verbose_name}: {value} is none of {known}", field=field.name) from None
            raise GrilseError(f"{field.verbose_name}: {error.messages[0]}", field=field.name) from None


def _is_line(field: Any) -> bool:
    """Tell whether a field has free text of one line."""
    return isinstance(field, models.CharField) and not field.choices and (field.max_length or 0) <= MAX_LINE


def _normalize_text(field: Any, value: str) -> str:
    """Return a text of one line as it is stored; refuse a word or code that is written otherwise than it is stored."""
    text = normalize_line(value)
    why = describe_text_fault(text)
    if not why and text != value and field.max_length <= MAX_CODE:
        why = f"{value!r} has spaces around it, or letters of two characters: write it as {text!r}"
    if why:
        raise GrilseError(f"{field.verbose_name}: {why}", field=field.name)
    return text


def refuse_duplicates(rows: Sequence[Row], fields: Sequence[str], describe: Callable[[Row], str]) -> None:
    """Refuse rows whose fields equal those of a stored row or of each other; one statement."""
    if not rows:
        return
    key = attrgetter(*fields)
    conditions = [_match_values(field, {getattr(row, field) for row in rows}) for field in fields]
    own_ids = {row.pk for row in rows}
    stored_rows = type(rows[0])._default_manager.filter(*conditions)
    known_keys = {key(row) for row in stored_rows if row.pk not in own_ids}
    for row in rows:
        if key(row) in known_keys:
            raise GrilseError(describe_duplicate(describe(row)))
        known_keys.add(key(row))


def _match_values(field: str, values: set[Any]) -> models.Q:
    """Return the condition that a column has one of some values; IN in SQL finds no NULL."""
    condition = models.Q(**{f"{field}__in": values - {None}})
    return condition | models.Q(**{f"{field}__isnull": True}) if None in values else condition


def _is_left_out(field: models.Field, value: object) -> bool:
    """Tell whether an optional column is empty, or the database sets its value."""
    is_empty = (value is None and field.null) or (value == "" and field.blank)
    return is_empty or isinstance(value, DatabaseDefault)
