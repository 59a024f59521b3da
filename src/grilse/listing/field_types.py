"""What the fields of a list hold, as the doors describe and write them."""

from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cache
from typing import Any, cast

from django.contrib.auth import get_user_model
from django.contrib.postgres.fields import ArrayField
from django.db import models

from grilse.access.tenancy import TenantModel
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
    """What a field holds."""

    of: type
    null: bool
    """Whether it may be missing."""


@cache
def get_field_types(listing: Listing) -> dict[str, FieldType]:
    """Return what each field of a list holds; no statement."""
    return {name: _resolve_type(listing.of, source) for name, source in listing.fields.items()}


def resolve_path_type(of: type[models.Model], path: str) -> FieldType:
    """Follow references; one that may be missing, or lead out of reach, may leave the end missing."""
    null = False
    *steps, last = path.split("__")
    for step in steps:
        link = get_column(of, step)
        of = cast("type[models.Model]", link.related_model)
        null = null or link.null or issubclass(of, (TenantModel, get_user_model()))
    field = get_column(of, last)
    return FieldType(_find_python_type(field), null or field.null)


def _resolve_type(of: type[models.Model], source: Column | ConvertedColumn) -> FieldType:
    if isinstance(source, ConvertedColumn):
        return FieldType(source.kind, _resolve_type(of, source.column).null)
    if isinstance(source, str):
        return resolve_path_type(of, source)
    expression: Any = source
    output_field = expression.resolve_expression(of._default_manager.all().query).output_field
    return FieldType(_find_python_type(output_field), null=not isinstance(output_field, models.BooleanField))


def _find_python_type(field: Any) -> type:
    stored = field.target_field if field.is_relation else field
    return next(kind for known, kind in PYTHON_TYPES.items() if isinstance(stored, known))
