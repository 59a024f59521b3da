"""Planned stages of a batch and the planned water temperature."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np

from grilse.science.arrays import Floats
from grilse.science.parameters import load_parameters
from grilse.science.planned_growth import EGGS
from grilse.science.temperature import day_of_year, interpolate_year


@dataclass(frozen=True, kw_only=True, slots=True)
class PlannedSpan:
    """The days between which a batch is planned to be at a stage (half-open)."""

    order: int
    name: str
    water: str
    start: date
    stop: date


def build_planned_spans(
    stages: Sequence[dict[str, Any]], planned: Sequence[dict[str, Any]], actual: Sequence[dict[str, Any]]
) -> list[PlannedSpan]:
    """Return the planned spans; without a plan, from the first placement at each stage and typical lengths."""
    known = {stage["order"]: stage for stage in stages}
    if planned:
        dates = [(row["order"], date.fromisoformat(row["start"]), date.fromisoformat(row["stop"])) for row in planned]
    else:
        dates = _derive_spans(list(known), [(row["order"], date.fromisoformat(row["start"])) for row in actual], known)
    return [
        PlannedSpan(order=order, name=known[order]["name"], water=known[order]["water"], start=start, stop=stop)
        for order, start, stop in dates
    ]


def _derive_spans(
    orders: list[int], entered: list[tuple[int, date]], known: dict[int, dict[str, Any]]
) -> list[tuple[int, date, date]]:
    starts: list[tuple[int, date]] = []
    for order, start in entered:
        # Fish that were put back to an earlier stage do not move the plan back.
        if not starts or start > starts[-1][1]:
            starts.append((order, start))
    later = [order for order in orders if order > starts[-1][0]]
    for order in later:
        starts.append((order, starts[-1][1] + _get_typical_length(known[starts[-1][0]]["water"])))
    end = starts[-1][1] + _get_typical_length(known[starts[-1][0]]["water"])
    stops = [start for _, start in starts[1:]] + [end]
    return [(order, start, stop) for (order, start), stop in zip(starts, stops, strict=True)]


def _get_typical_length(water: str) -> timedelta:
    planning = load_parameters("planning")
    return timedelta(days=planning["sea_days"] if water == "sea" else planning["freshwater_days"])


def build_typical_water(spans: Sequence[PlannedSpan], climate: Sequence[Sequence[float]]) -> Floats:
    """Return the temperature in °C of each planned day; `climate` is (day of year, °C) of the sea."""
    planning = load_parameters("planning")
    first = np.datetime64(spans[0].start)
    days = np.arange(first, np.datetime64(spans[-1].stop))
    at_sea = np.full(len(days), planning["sea_c"])
    if climate:
        known, temperature = np.array(climate, dtype=np.float64).T
        at_sea = interpolate_year(day_of_year(days.astype(np.int64)), known, temperature)
    water = np.full(len(days), planning["freshwater_c"])
    for span in spans:
        here = days >= np.datetime64(span.start)
        if span.water == "sea":
            water[here] = at_sea[here]
        else:
            water[here] = planning["eggs_c"] if span.order == EGGS else planning["freshwater_c"]
    return water
