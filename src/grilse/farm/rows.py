"""Rows that a door brings, held to what their columns take before the database sees them."""

import math
from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import models

from grilse.errors import GrilseError


def checked(row: models.Model) -> None:
    """Refuse, in one line, a value that its column does not take; references are not looked up."""
    fields = row._meta.concrete_fields
    for field in fields:
        value = getattr(row, field.attname, None)
        if isinstance(value, float) and not math.isfinite(value):
            raise GrilseError(f"{field.verbose_name}: {value} is no number")
    try:
        row.clean_fields(exclude=_unchecked(fields))
    except ValidationError as error:
        name, messages = next(iter(error.message_dict.items()))
        raise GrilseError(f"{row._meta.get_field(name).verbose_name}: {messages[0]}") from None


def _unchecked(fields: Iterable[models.Field]) -> set[str]:
    """Return the references, whose check would be a query each, and the keys."""
    return {field.name for field in fields if field.is_relation or field.primary_key}
