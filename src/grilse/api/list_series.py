"""Columns for charts: water, feed and losses, one value a day; two statements."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any

import pydantic
from django.http import HttpRequest
from ninja import Schema

from grilse.api import rooms
from grilse.api.entries import Day, Text
from grilse.api.packing import significant
from grilse.api.problems import Missing
from grilse.api.shapes import Values
from grilse.environment import naming
from grilse.environment.series import COLUMNS, daily_environment
from grilse.feeding.series import feed
from grilse.growth.states import EPOCH, on_calendar
from grilse.stock.series import LOSSES, losses, placements_of

Batch = Annotated[Text | None, pydantic.Field(description="The batch, by number; or a placement.")]
Placement = Annotated[Text | None, pydantic.Field(description="The placement, by name; or a batch.")]
GRAMS = 1000
DIGITS = 5
EXACT = 12


class Series(Schema):
    """Columns of one value a day from `first` on; null where nothing was measured or entered."""

    first: date | None
    """None where there is no value at all."""


class Water(Series):
    """The water of a container."""

    temperature_mean: Values
    temperature_min: Values
    temperature_max: Values
    oxygen_mean: Values
    oxygen_min: Values
    oxygen_max: Values


class Fed(Series):
    """Feed of a batch or a placement."""

    kg: Values
    cost: Values
    """In minor units."""
    meals: Values


class Lost(Series):
    """Fish that a batch or a placement lost, by what the ledger says now."""

    deaths: Values
    culled: Values
    escaped: Values


@rooms.ENVIRONMENT.get("/series/daily-environment", may="environment.read", response=Water)
def water_by_day(
    request: HttpRequest, container: Text, date_from: Day | None = None, date_to: Day | None = None
) -> dict[str, Any]:
    """Return the daily means, lowest and highest of a container."""
    rows = daily_environment(naming.container(container), date_from, date_to)
    return _columns(rows, COLUMNS, digits=DIGITS)


@rooms.FEEDING.get("/series/feed", may="feeding.read", response=Fed)
def feed_by_day(request: HttpRequest, batch: Batch = None, placement: Placement = None) -> dict[str, Any]:
    """Return the feed of each day, its cost and its meals."""
    rows = [
        (day, grams / GRAMS, cost, meals) for day, grams, cost, meals in feed(_placements(batch, placement))
    ]
    return _columns(rows, ("kg", "cost", "meals"), digits=EXACT)


@rooms.STOCK.get("/series/losses", may="stock.read", response=Lost)
def losses_by_day(request: HttpRequest, batch: Batch = None, placement: Placement = None) -> dict[str, Any]:
    """Return the dead, culled and escaped fish of each day."""
    return _columns(losses(_placements(batch, placement)), tuple(LOSSES), digits=EXACT)


def _placements(batch: str | None, placement: str | None) -> list[int]:
    found = placements_of(batch, placement)
    if not found:
        raise Missing(f"there is no placement {placement}" if batch is None else f"there is no batch {batch}")
    return found


def _columns(rows: Sequence[tuple[Any, ...]], names: Sequence[str], *, digits: int) -> dict[str, Any]:
    days, *values = zip(*rows, strict=True) if rows else ((), *((),) * len(names))
    states = on_calendar([(day - EPOCH).days for day in days], dict(zip(names, values, strict=True)))
    columns: dict[str, Any] = {} if states is None else states.columns
    return {
        "first": states and states.first,
        **{name: significant(columns.get(name, []), digits) for name in names},
    }
