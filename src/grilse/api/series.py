"""Columns for charts: water, feed and losses, one value a day; two statements."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any

import pydantic
from django.http import HttpRequest
from ninja import Schema

from grilse.api import routers
from grilse.api.growth_schemas import ColumnValues
from grilse.api.input_schemas import Day, Text
from grilse.api.problems import NotFoundError
from grilse.api.rounding import round_significant
from grilse.environment import containers
from grilse.environment.queries import COLUMNS, read_daily_environment
from grilse.feeding.queries import sum_daily_feed
from grilse.growth.states import EPOCH, build_daily_series
from grilse.stock.queries import LOSSES, find_placement_ids, read_daily_losses

Batch = Annotated[Text | None, pydantic.Field(description="The batch, by number; or a placement.")]
Placement = Annotated[Text | None, pydantic.Field(description="The placement, by name; or a batch.")]
GRAMS_PER_KG = 1000
DIGITS = 5
EXACT_DIGITS = 12


class DailySeries(Schema):
    """Columns of one value a day from `first` on; null where nothing was measured or entered."""

    first: date | None
    """None where there is no value at all."""


class WaterSeries(DailySeries):
    """The water of a container."""

    temperature_mean: ColumnValues
    temperature_min: ColumnValues
    temperature_max: ColumnValues
    oxygen_mean: ColumnValues
    oxygen_min: ColumnValues
    oxygen_max: ColumnValues


class FeedSeries(DailySeries):
    """Feed of a batch or a placement."""

    kg: ColumnValues
    cost: ColumnValues
    """In minor units."""
    meals: ColumnValues


class LossSeries(DailySeries):
    """Fish that a batch or a placement lost, by what the ledger says now."""

    deaths: ColumnValues
    culled: ColumnValues
    escaped: ColumnValues


@routers.ENVIRONMENT.get("/series/daily-environment", permission="environment.read", response=WaterSeries)
def read_water_series(
    request: HttpRequest, container: Text, date_from: Day | None = None, date_to: Day | None = None
) -> dict[str, Any]:
    """Return the daily means, lowest and highest of a container."""
    rows = read_daily_environment(containers.find_container_id(container), date_from, date_to)
    return _build_daily_columns(rows, COLUMNS, digits=DIGITS)


@routers.FEEDING.get("/series/feed", permission="feeding.read", response=FeedSeries)
def read_feed_series(request: HttpRequest, batch: Batch = None, placement: Placement = None) -> dict[str, Any]:
    """Return the feed of each day, its cost and its meals."""
    rows = [
        (day, grams / GRAMS_PER_KG, cost, meals)
        for day, grams, cost, meals in sum_daily_feed(_find_placements(batch, placement))
    ]
    return _build_daily_columns(rows, ("kg", "cost", "meals"), digits=EXACT_DIGITS)


@routers.STOCK.get("/series/losses", permission="stock.read", response=LossSeries)
def read_loss_series(request: HttpRequest, batch: Batch = None, placement: Placement = None) -> dict[str, Any]:
    """Return the dead, culled and escaped fish of each day."""
    return _build_daily_columns(
        read_daily_losses(_find_placements(batch, placement)), tuple(LOSSES), digits=EXACT_DIGITS
    )


def _find_placements(batch: str | None, placement: str | None) -> list[int]:
    placements = find_placement_ids(batch, placement)
    if not placements:
        raise NotFoundError(f"there is no placement {placement}" if batch is None else f"there is no batch {batch}")
    return placements


def _build_daily_columns(rows: Sequence[tuple[Any, ...]], names: Sequence[str], *, digits: int) -> dict[str, Any]:
    days, *values = zip(*rows, strict=True) if rows else ((), *((),) * len(names))
    states = build_daily_series([(day - EPOCH).days for day in days], dict(zip(names, values, strict=True)))
    columns: dict[str, Any] = {} if states is None else states.columns
    return {
        "first": states and states.first,
        **{name: round_significant(columns.get(name, []), digits) for name in names},
    }
