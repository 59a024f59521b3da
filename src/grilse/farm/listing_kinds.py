"""What the fields of a list hold, as the doors describe and write them."""

from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cache
from typing import Any, cast

from django.contrib.auth import get_user_model
from django.contrib.postgres.fields import ArrayField
from django.db import models

from grilse.farm.listing import Column, Listing, Told
from grilse.farm.listing_sql import column
from grilse.farm.tenancy import TenantModel

KINDS: dict[type[models.Field], type] = {
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
class Kind:
    """What a field holds."""

    of: type
    null: bool
    """Whether it may be missing."""


@cache
def kinds(listing: Listing) -> dict[str, Kind]:
    """Return what each field of a list holds; no statement."""
    return {name: _kind(listing.of, told) for name, told in listing.fields.items()}


def _kind(of: type[models.Model], told: Column | Told) -> Kind:
    if isinstance(told, Told):
        return Kind(told.kind, _kind(of, told.column).null)
    if isinstance(told, str):
        return _along(of, told)
    expression: Any = told
    made = expression.resolve_expression(of._default_manager.all().query).output_field
    return Kind(_of(made), null=not isinstance(made, models.BooleanField))


def _along(of: type[models.Model], path: str) -> Kind:
    """Follow references; one that may be missing, or lead out of reach, may leave the end missing."""
    null = False
    *steps, last = path.split("__")
    for step in steps:
        link = column(of, step)
        of = cast("type[models.Model]", link.related_model)
        null = null or link.null or issubclass(of, (TenantModel, get_user_model()))
    field = column(of, last)
    return Kind(_of(field), null or field.null)


def _of(field: Any) -> type:
    stored = field.target_field if field.is_relation else field
    return next(kind for known, kind in KINDS.items() if isinstance(stored, known))
