"""Types of the fields of a list, for the API schema and for files."""

from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cache
from typing import Any, cast

from django.contrib.auth import get_user_model
from django.contrib.postgres.fields import ArrayField
from django.db import models

from grilse.listing.listing import Column, ConvertedColumn, Listing
from grilse.listing.sql import get_column

PYTHON_TYPES: dict[type[models.Field], type] = {
    models.BooleanField: bool,
    models.IntegerField: int,
    models.FloatField: float,
    models.CharField: str,
    models.TextField: str,
    models.DateTimeField: datetime,
    models.DateField: date,
    models.TimeField: time,
    models.JSONField: dict,
    ArrayField: list,
}


@dataclass(frozen=True, slots=True)
class FieldType:
    """The type of a field's values."""

    value_type: type
    null: bool
    """Whether a value may be missing."""


@cache
def get_field_types(listing: Listing) -> dict[str, FieldType]:
    """Return the type of each field of a list; runs no statement."""
    return {name: _resolve_type(listing.model, source) for name, source in listing.fields.items()}


def _resolve_type(model: type[models.Model], source: Column | ConvertedColumn) -> FieldType:
    if isinstance(source, ConvertedColumn):
        return FieldType(source.value_type, _resolve_type(model, source.column).null)
    if isinstance(source, str):
        return resolve_path_type(model, source)
    expression: Any = source
    output_field = expression.resolve_expression(model._default_manager.all().query).output_field
    return FieldType(_find_python_type(output_field), null=not isinstance(output_field, models.BooleanField))


def resolve_path_type(model: type[models.Model], path: str) -> FieldType:
    """Follow references; the value is missing where a reference is null or row security hides the row."""
    null = False
    *steps, last = path.split("__")
    for step in steps:
        link = get_column(model, step)
        model = cast("type[models.Model]", link.related_model)
        null = null or link.null or hasattr(model, "company_id") or issubclass(model, get_user_model())
    field = get_column(model, last)
    return FieldType(_find_python_type(field), null or field.null)


def _find_python_type(field: Any) -> type:
    column = field.target_field if field.is_relation else field
    return next(python_type for field_class, python_type in PYTHON_TYPES.items() if isinstance(column, field_class))
