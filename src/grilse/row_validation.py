"""Checks of new rows against their columns and unique keys, before the database sees them."""

import math
from collections.abc import Callable, Sequence
from operator import attrgetter
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.expressions import DatabaseDefault

from grilse.errors import GrilseError

Row = TypeVar("Row", bound=models.Model)


def check_fields(row: models.Model) -> None:
    """Refuse, in one line, a value that its column does not accept; references are not looked up."""
    for field in row._meta.concrete_fields:
        value = getattr(row, field.attname, None)
        if field.is_relation or field.primary_key or _is_left_out(field, value):
            continue
        if isinstance(value, float) and not math.isfinite(value):
            raise GrilseError(f"{field.verbose_name}: {value} is no number")
        try:
            field.clean(value, row)
        except ValidationError as error:
            raise GrilseError(f"{field.verbose_name}: {error.messages[0]}") from None


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
            raise GrilseError(f"{describe(row)} is there already: correct it")
        known_keys.add(key(row))


def _match_values(field: str, values: set[Any]) -> models.Q:
    """Return the condition that a column has one of some values; IN in SQL finds no NULL."""
    condition = models.Q(**{f"{field}__in": values - {None}})
    return condition | models.Q(**{f"{field}__isnull": True}) if None in values else condition


def _is_left_out(field: models.Field, value: object) -> bool:
    """Tell whether an optional column is empty, or the database sets its value."""
    is_empty = (value is None and field.null) or (value == "" and field.blank)
    return is_empty or isinstance(value, DatabaseDefault)
