"""Rows that a door brings, held to what their columns take before the database sees them."""

import math

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.expressions import DatabaseDefault

from grilse.errors import GrilseError


def checked(row: models.Model) -> None:
    """Refuse, in one line, a value that its column does not take; references are not looked up."""
    for field in row._meta.concrete_fields:
        value = getattr(row, field.attname, None)
        if field.is_relation or field.primary_key or _left_out(field, value):
            continue
        if isinstance(value, float) and not math.isfinite(value):
            raise GrilseError(f"{field.verbose_name}: {value} is no number")
        try:
            field.clean(value, row)
        except ValidationError as error:
            raise GrilseError(f"{field.verbose_name}: {error.messages[0]}") from None


def _left_out(field: models.Field, value: object) -> bool:
    """Tell whether a column that may do without a value has none, or the database gives it one."""
    without = (value is None and field.null) or (value == "" and field.blank)
    return without or isinstance(value, DatabaseDefault)
