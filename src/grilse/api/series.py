"""Daily series for charts: water, feed and losses; two statements each."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any

import pydantic
from django.http import HttpRequest

from grilse.api import routing
from grilse.api.problems import NotFoundError
from grilse.api.rounding import round_significant
from grilse.api.schemas import Text, build_column_schema
from grilse.environment import containers
from grilse.environment.queries import COLUMNS, read_daily_environment
from grilse.feeding.queries import sum_daily_feed
from grilse.growth.states import build_daily_series
from grilse.input_types import Day
from grilse.science.days import to_epoch_day
from grilse.stock.queries import LOSSES, find_placement_ids, read_daily_losses

Batch = Annotated[Text | None, pydantic.Field(description="The number of a batch; or name a placement.")]
Placement = Annotated[Text | None, pydantic.Field(description="The name of a placement; or name a batch.")]
GRAMS_PER_KG = 1000
DIGITS = 5
EXACT_DIGITS = 12
FEED_COLUMNS, LOSS_COLUMNS = ("kg", "cost", "meals"), tuple(LOSSES)


def _build_series_schema(name: str, description: str, columns: Sequence[str]) -> Any:
    first = (date | None, pydantic.Field(description="The day of the first value; null without any value."))
    return build_column_schema(name, f"{description}, one value a day.", columns, first=first)


WaterSeries: Any = _build_series_schema("WaterSeries", "Temperature in °C and oxygen in % of a container", COLUMNS)
FeedSeries: Any = _build_series_schema(
    "FeedSeries", "Feed, its cost in minor units and the number of meals", FEED_COLUMNS
)
LossSeries: Any = _build_series_schema("LossSeries", "Dead, culled and escaped fish", LOSS_COLUMNS)


@routing.ENVIRONMENT.get("/series/daily-environment", permission="environment.read", response=WaterSeries)
def read_water_series(
    request: HttpRequest, container: Text, date_from: Day | None = None, date_to: Day | None = None
) -> dict[str, Any]:
    """Return the daily mean, lowest and highest readings of a container."""
    rows = read_daily_environment(containers.find_container_id(container), date_from, date_to)
    return _build_daily_columns(rows, COLUMNS, digits=DIGITS)


@routing.FEEDING.get("/series/feed", permission="feeding.read", response=FeedSeries)
def read_feed_series(request: HttpRequest, batch: Batch = None, placement: Placement = None) -> dict[str, Any]:
    """Return the feed of each day, its cost and its meals."""
    rows = [
        (day, grams / GRAMS_PER_KG, cost, meals)
        for day, grams, cost, meals in sum_daily_feed(_find_placements(batch, placement))
    ]
    return _build_daily_columns(rows, FEED_COLUMNS, digits=EXACT_DIGITS)


@routing.STOCK.get("/series/losses", permission="stock.read", response=LossSeries)
def read_loss_series(request: HttpRequest, batch: Batch = None, placement: Placement = None) -> dict[str, Any]:
    """Return the dead, culled and escaped fish of each day."""
    rows = read_daily_losses(_find_placements(batch, placement))
    return _build_daily_columns(rows, LOSS_COLUMNS, digits=EXACT_DIGITS)


def _find_placements(batch: str | None, placement: str | None) -> list[int]:
    placements = find_placement_ids(batch, placement)
    if not placements:
        raise NotFoundError(f"there is no placement {placement}" if batch is None else f"there is no batch {batch}")
    return placements


def _build_daily_columns(rows: Sequence[tuple[Any, ...]], names: Sequence[str], *, digits: int) -> dict[str, Any]:
    days, *values = zip(*rows, strict=True) if rows else ((), *((),) * len(names))
    states = build_daily_series([to_epoch_day(day) for day in days], dict(zip(names, values, strict=True)))
    columns: dict[str, Any] = {} if states is None else states.columns
    return {
        "first": states and states.first,
        **{name: round_significant(columns.get(name, []), digits) for name in names},
    }
