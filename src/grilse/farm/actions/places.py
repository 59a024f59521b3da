"""Add, change and remove places; a place that other rows refer to cannot be removed."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from functools import reduce
from operator import or_
from typing import Any

import numpy as np
from django.db import models, transaction
from django.db.models import ProtectedError, RestrictedError
from django.db.utils import IntegrityError, ProgrammingError
from psycopg import errors

from grilse.access.reasons import require_reason
from grilse.access.tenancy import get_current_actor
from grilse.errors import GrilseError
from grilse.farm.list_filters import build_zone
from grilse.farm.models import GEOGRAPHY_PATHS, Area, Container, FeedStore, Geography, Hall, Sensor, Station
from grilse.row_validation import check_fields

PLACE_MODELS: dict[str, type[models.Model]] = {
    "geography": Geography,
    "area": Area,
    "station": Station,
    "hall": Hall,
    "container": Container,
    "feed store": FeedStore,
    "sensor": Sensor,
}
"""Models by kind; other apps add theirs in `AppConfig.ready`."""
MAX_QUANTITY = 1e9
PLACE_BOUNDS: dict[str, tuple[float, float]] = {
    **dict.fromkeys(("max_biomass_kg", "volume_m3", "max_density_kg_m3", "capacity_kg"), (0, MAX_QUANTITY)),
    "stage_order": (1, 32_767),
}
"""Least and largest value by column, which packages share; other apps add theirs."""
CHANGE_HANDLERS: dict[str, Callable[[int], None]] = {}
"""Functions by kind that other apps call after a place is added or changed."""
DEFAULT_READERS: dict[str, Callable[[], dict[str, Any]]] = {}
"""Functions by kind that return the values of a new place, where they are not those of its model."""
ZONE_HANDLERS: dict[type[models.Model], list[Callable[[list[int]], None]]] = {Container: [], FeedStore: []}
"""Functions of other apps that are called with the containers, then with the feed stores, whose days have another
time zone than before."""
CHANGE_CONTEXTS: dict[str, Callable[[], AbstractContextManager[None]]] = {}
"""Context managers by kind in which a place is added, changed or removed."""


def add_place(kind: str, values: Mapping[str, Any]) -> int:
    """Add a place; return its id."""
    with open_change_context(kind):
        defaults = DEFAULT_READERS[kind]() if kind in DEFAULT_READERS else {}
        row = PLACE_MODELS[kind](company_id=get_current_actor().company, **defaults)
        return _write_place(kind, row, values)


def change_place(kind: str, id: int, values: Mapping[str, Any], *, reason: str) -> None:
    """Change a place; where days then have another time zone, what is derived from times follows."""
    require_reason(reason)
    with open_change_context(kind), transaction.atomic():
        row, before = _lock_place(kind, id), _read_zones(kind, id)
        _write_place(kind, row, values)
        after = _read_zones(kind, id)
        for model, zones in after.items():
            moved = [id for id, zone in zones.items() if before[model].get(id) != zone]
            for handler in ZONE_HANDLERS[model] if moved else ():
                handler(moved)


def remove_place(kind: str, id: int, *, reason: str) -> None:
    """Remove a place that no row refers to."""
    require_reason(reason)
    with open_change_context(kind):
        row = _lock_place(kind, id)
        try:
            with transaction.atomic():
                row.delete()
        except (ProtectedError, RestrictedError, IntegrityError):
            raise GrilseError(
                f"{kind} {row} is in use: what refers to it is not forgotten; change its name, or leave it"
            ) from None


def _read_zones(kind: str, id: int) -> dict[type[models.Model], dict[int, str]]:
    """Return the time zones of the containers and feed stores at a place, or of one; a statement for each model."""
    zones: dict[type[models.Model], dict[int, str]] = {}
    for model in ZONE_HANDLERS:
        paths = ("pk",) if kind == model._meta.verbose_name else PATHS_OF_SITES.get(kind, ())
        condition = reduce(or_, (models.Q(**{path: id}) for path in paths), models.Q())
        rows: models.QuerySet[Any] = model._default_manager.filter(condition)
        zones[model] = dict(rows.values_list("pk", build_zone(""))) if paths else {}
    return zones


PATHS_OF_SITES = {"geography": GEOGRAPHY_PATHS, "area": ("area",), "station": ("hall__station",), "hall": ("hall",)}


def get_place(kind: str, id: int | None) -> models.Model:
    """Return a place of the company."""
    return _find_place(kind, id, PLACE_MODELS[kind]._default_manager.all())


def open_change_context(kind: str) -> AbstractContextManager[None]:
    """Return the context manager in which a place of a kind is added, changed or removed."""
    return CHANGE_CONTEXTS.get(kind, nullcontext)()


def _lock_place(kind: str, id: int) -> models.Model:
    """Lock and return a place; the lock fails for a role that may read but not change it."""
    return _find_place(kind, id, PLACE_MODELS[kind]._default_manager.select_for_update(no_key=True))


def _find_place(kind: str, id: int | None, rows: models.QuerySet[Any]) -> models.Model:
    place: models.Model | None = rows.filter(pk=id).first()
    if place is None:
        raise GrilseError(f"there is no {kind} {id}", field=kind.replace(" ", "_"))
    return place


def _write_place(kind: str, row: models.Model, values: Mapping[str, Any]) -> int:
    for name, value in values.items():
        field: Any = row._meta.get_field(name)
        if isinstance(field, models.ForeignKey):
            target = None if value is None else get_place(name.replace("_", " "), value)
            setattr(row, field.attname, target and target.pk)
        elif value != "" or not field.has_default():  # a blank keeps the default, or the value it has
            setattr(row, name, value)
    check_fields(row)
    _refuse_out_of_bounds(row, values)
    if find_null_positions(*(getattr(row, name, None) for name in ("latitude", "longitude"))):
        raise GrilseError(f"{kind} {row}: {NULL_POSITION}", field="latitude")
    try:
        # The database checks constraints, since it also knows rows that row security hides.
        with transaction.atomic():
            row.save()
    except (IntegrityError, ProgrammingError) as error:
        raise _build_violation_error(kind, row, error) from error
    if kind in CHANGE_HANDLERS:
        CHANGE_HANDLERS[kind](row.pk)
    return int(row.pk)


def find_null_positions(latitude: Any, longitude: Any) -> Any:
    """Return which positions are those of programs that know none: 0 degrees in both directions."""
    return np.equal(latitude, 0) & np.equal(longitude, 0)


def _refuse_out_of_bounds(row: models.Model, values: Mapping[str, Any]) -> None:
    for name in PLACE_BOUNDS.keys() & values.keys():
        value, (least, most) = values[name], PLACE_BOUNDS[name]
        if value is not None and not least <= value <= most:
            label = row._meta.get_field(name).verbose_name  # type: ignore[union-attr]
            raise GrilseError(f"{label} {value:,.12g}: it is from {least:,.12g} to {most:,.12g}", field=name)


def _build_violation_error(kind: str, row: models.Model, error: Exception) -> Exception:
    """Return the error that names the field of a violated constraint, and what it can be."""
    cause = error.__cause__
    if isinstance(cause, errors.UniqueViolation):
        return GrilseError(f"{kind} {row} is there already: change that one, or choose another name")
    if isinstance(cause, errors.InsufficientPrivilege):
        return GrilseError(f"{kind} {row} would lie outside the geographies of your role")
    broken = str(cause.diag.constraint_name) if isinstance(cause, errors.CheckViolation) else ""
    for rule, (field, sentence) in CONSTRAINT_MESSAGES.items():
        if broken.endswith(rule):
            return GrilseError(f"{kind} {row}: {sentence}", field=field)
    return error


NULL_POSITION = "0, 0 is written where no position is known: leave both empty, or correct them"
# By the ends of the names of constraints: the field, and what it can be.
CONSTRAINT_MESSAGES = {
    "_in_one_place": ("", "it stands in a hall or in an area: name one of the two"),
    "_latitude": ("latitude", "a latitude lies between -90 and 90"),
    "_longitude": ("longitude", "a longitude lies between -180 and 180"),
    "_biomass": ("max_biomass_kg", "the largest biomass has to be above 0 kg"),
    "_volume": ("volume_m3", "the volume has to be above 0 m³"),
    "_density": ("max_density_kg_m3", "the largest density has to be above 0 kg/m³"),
    "_capacity": ("capacity_kg", "the capacity has to be above 0 kg"),
    "_kind": ("kind", "a container is a tray, a tank or a pen"),
    "sensor_dates": ("removed", "it is removed on the day it was installed, or later"),
    "sensor_parameter": ("parameter", "a sensor measures one of the parameters that readings have"),
    "licelimit_weeks": ("", "the weeks run from 1 to 53, the first before the last"),
    "licelimit_dates": ("", "it ends after it begins"),
    "_of_one_site": ("", "it is of an area or of a station: name one of the two"),
    "_radius": ("radius_m", "the radius has to be above 0 m"),
    "transportrate_mode": ("mode", "a rate is for a car, boat, ferry, bicycle, for going by foot or for other ways"),
    "_weekday": ("weekday", "a day of the week is from 0 (Monday) to 6 (Sunday)"),
    "businesshours_times": ("closes", "work ends at another time than it begins; the whole day is 00:00 to 24:00"),
    "_priority": ("priority", "a priority is low, normal, high or urgent"),
    "servicelevel_minutes": ("", "it is answered in a minute or more, resolved no sooner, and in a year at most"),
    "escalationrule_minutes": ("after_minutes", "a ticket waits for it a year at most"),
    "_level": ("level", "a level is from 1 to 9"),
    "_calls_somebody": ("", "name a person or a team whom it calls"),
}
