"""Places and what stands in them: added, changed, removed while nothing refers to them."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import ProtectedError, RestrictedError
from django.db.utils import IntegrityError

from grilse.errors import GrilseError
from grilse.farm.models import Area, Container, FeedStore, Geography, Hall, Sensor, Station
from grilse.farm.reasons import required_reason
from grilse.farm.tenancy import acting

KINDS: Mapping[str, type[models.Model]] = {
    "geography": Geography,
    "area": Area,
    "station": Station,
    "hall": Hall,
    "container": Container,
    "feed store": FeedStore,
    "sensor": Sensor,
}


def add(kind: str, values: Mapping[str, Any]) -> int:
    """Add a place; return its id."""
    row = KINDS[kind](company_id=acting().company)
    return _written(kind, row, values)


def change(kind: str, id: int, values: Mapping[str, Any], *, reason: str) -> None:
    """Write a place as it is now."""
    required_reason(reason)
    _written(kind, existing(kind, id), values)


def remove(kind: str, id: int, *, reason: str) -> None:
    """Take away a place that nothing refers to."""
    required_reason(reason)
    row = existing(kind, id)
    try:
        row.delete()
    except (ProtectedError, RestrictedError, IntegrityError):
        raise GrilseError(f"{kind} {row} is in use: what refers to it is not forgotten") from None


def existing(kind: str, id: int | None) -> models.Model:
    """Return a place of the company."""
    found = KINDS[kind]._default_manager.filter(pk=id).first()
    if found is None:
        raise GrilseError(f"there is no {kind} {id}", field=kind.replace(" ", "_"))
    return found


def _written(kind: str, row: models.Model, values: Mapping[str, Any]) -> int:
    for name, value in values.items():
        field = row._meta.get_field(name)
        if isinstance(field, models.ForeignKey):
            found = None if value is None else existing(name.replace("_", " "), value)
            setattr(row, field.attname, found and found.pk)
        else:
            setattr(row, name, value)
    try:
        row.full_clean(exclude=["company"])
    except ValidationError as error:
        field, [why, *_] = next(iter(error.message_dict.items()))
        named = "" if field == "__all__" else field
        raise GrilseError(f"{named or kind}: {why}", field=named) from None
    row.save()
    return int(row.pk)
