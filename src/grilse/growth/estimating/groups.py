"""Group batches that fish moved between, and build the estimator's input for each group."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grilse.growth.estimating.read import Columns, EstimationInputs
from grilse.science.estimation import (
    OPEN,
    BatchGroup,
    MovementKind,
    Movements,
    PlacementDays,
    Placements,
    WeightSamples,
    build_placement_days,
    default_priors,
    fill_temperatures,
)
from grilse.science.temperature import day_of_year

GRAMS = 1000.0
DAYS_OF_YEAR = 367  # by number, from 1
SAME_DAY_ORDER = (MovementKind.STOCKING, MovementKind.COUNT_CORRECTION, MovementKind.CULL, MovementKind.TRANSFER)
SAME_DAY_RANK = np.array([[*SAME_DAY_ORDER, kind].index(kind) for kind in MovementKind])
NO_STOP = np.datetime64("9999-12-31", "D").astype(np.int64)


@dataclass(frozen=True, kw_only=True, slots=True)
class NamedGroup:
    """A group with the ids of its batches, placements, samples and movements."""

    batches: NDArray[np.int64]
    placements: NDArray[np.int64]
    samples: NDArray[np.int64]
    movements: NDArray[np.int64]
    """-1 for deaths, which are read without ids."""
    group: BatchGroup


def group_tied_batches(batches: Iterable[int], ties: Iterable[tuple[int, int]]) -> list[tuple[int, ...]]:
    """Return the groups of tied batches, each sorted, ordered by their first batch."""
    leader = {batch: batch for batch in batches}
    for pair in ties:
        for batch in pair:
            leader.setdefault(batch, batch)
    for here, there in ties:
        low, high = sorted((leader[here], leader[there]))
        leader = {batch: low if first == high else first for batch, first in leader.items()}
    groups: dict[int, list[int]] = {}
    for batch, first in leader.items():
        groups.setdefault(first, []).append(batch)
    return sorted(tuple(sorted(group)) for group in groups.values())


def iter_parts(groups: Iterable[Sequence[int]], size: int) -> Iterator[tuple[int, ...]]:
    """Join groups of batches to parts of at least `size` batches, the last of fewer; no group is split."""
    part: tuple[int, ...] = ()
    for group in groups:
        part += tuple(group)
        if len(part) >= size:
            yield part
            part = ()
    if part:
        yield part


def iter_groups(known: EstimationInputs, as_of: int | None = None) -> Iterator[NamedGroup]:
    """Yield each group that has a placement-day; `as_of` leaves out every event dated later."""
    if as_of is not None:
        known = _cut_off_inputs(known, as_of)
    index = _PlacementIndex(known.placements["placement"])
    source, target = (index.find_positions(known.movements[side]) for side in ("source", "target"))
    moved = (source >= 0) & (target >= 0)
    batch = known.placements["batch"]
    ties = {*zip(batch[source[moved]].tolist(), batch[target[moved]].tolist(), strict=True)}
    for batches in group_tied_batches(np.unique(batch).tolist(), sorted(ties)):
        named = _build_group(known, batches)
        if named is not None:
            yield named


def _build_group(known: EstimationInputs, batches: Sequence[int]) -> NamedGroup | None:
    mine = filter_columns(known.placements, np.isin(known.placements["batch"], batches))
    place = _PlacementIndex(mine["placement"])
    start = mine["start"].astype(np.int64)
    stop = np.where(mine["stop"] >= NO_STOP, OPEN, mine["stop"].astype(np.int64))
    movements, movement_ids = _select_movements(known, place)
    samples, sample_ids = _select_samples(known.samples, place)
    temperatures, meals = place.select_rows(known.temperatures), place.select_rows(known.meals)
    through = _find_last_day(stop, movements.day, samples.day, temperatures["day"], meals["day"])
    rows = build_placement_days(start, stop, through)
    if not rows.day.size:
        return None
    batch, first = np.unique(mine["batch"], return_index=True)
    placements = Placements(
        batch=np.searchsorted(batch, mine["batch"]),
        start=start,
        stop=stop,
        stage=mine["stage"].astype(np.int64),
        sea=mine["sea"] == 1,
        lightest=mine["lightest"],
        heaviest=mine["heaviest"],
        vaccination_day=mine["injected"].astype(np.int64),
    )
    measured = _place_temperatures(rows, temperatures)
    climate = _find_missing_temperatures(known.profiles, mine, rows, measured)
    temperature, spread, flags = fill_temperatures(
        rows, measured, _number_sites(mine), climate, placements.sea, default_priors().longest_gap
    )
    group = BatchGroup(
        batch_start=mine["batch_start"][first].astype(np.int64),
        placements=placements,
        movements=movements,
        samples=samples,
        rows=rows,
        temperature=temperature,
        temperature_sd=spread,
        temperature_flags=flags,
        feed=_sum_feed(rows, meals["position"], meals["day"], meals["grams"]),
    )
    return NamedGroup(
        batches=batch, placements=mine["placement"], samples=sample_ids, movements=movement_ids, group=group
    )


def _cut_off_inputs(known: EstimationInputs, day: int) -> EstimationInputs:
    """Return what was known at the end of a day; placements that had not stopped by then are open."""
    placements = filter_columns(known.placements, known.placements["start"] <= day)
    last = np.where(placements["stop"] > day, NO_STOP, placements["stop"])
    injected = np.where(placements["injected"] > day, NO_STOP, placements["injected"])
    return EstimationInputs(
        placements={**placements, "stop": last, "injected": injected},
        movements=filter_columns(known.movements, known.movements["day"] <= day),
        deaths=filter_columns(known.deaths, known.deaths["day"] <= day),
        samples=filter_columns(known.samples, known.samples["day"] <= day),
        temperatures=filter_columns(known.temperatures, known.temperatures["day"] <= day),
        meals=filter_columns(known.meals, known.meals["day"] <= day),
        profiles=known.profiles,
    )


def _select_movements(known: EstimationInputs, place: "_PlacementIndex") -> tuple[Movements, NDArray[np.int64]]:
    """Return the ledger of a group with its ids; deaths come last, since their order has no effect."""
    source, target = (place.find_positions(known.movements[side]) for side in ("source", "target"))
    rows = np.flatnonzero((source >= 0) | (target >= 0))
    # Within a day fish come before they are moved, whichever was entered first.
    rank = SAME_DAY_RANK[known.movements["kind"][rows]]
    rows = rows[np.lexsort((known.movements["id"][rows], rank))]
    deaths = place.select_rows(known.deaths, "source")
    none = np.full(deaths["day"].size, np.nan)
    ledger = {name: column[rows] for name, column in known.movements.items()}
    ids = np.concatenate([ledger["id"], np.full(none.size, -1)])
    movements = Movements(
        day=np.concatenate([ledger["day"], deaths["day"]]).astype(np.int64),
        kind=np.concatenate([ledger["kind"], np.full(none.size, MovementKind.MORTALITY)]).astype(np.int64),
        source=np.concatenate([source[rows], deaths["position"]]),
        target=np.concatenate([target[rows], np.full(none.size, -1)]),
        count=np.concatenate([ledger["count"], deaths["count"]]).astype(np.int64),
        mean_weight=np.concatenate([ledger["mean_weight"], none]),
        fish_weighed=np.concatenate([ledger["fish_weighed"], none]),
    )
    return movements, ids


def _select_samples(samples: Columns, place: "_PlacementIndex") -> tuple[WeightSamples, NDArray[np.int64]]:
    own = place.select_rows(samples)
    order = np.argsort(own["id"])
    known = WeightSamples(
        placement=own["position"][order],
        day=own["day"][order].astype(np.int64),
        fish=own["fish"][order],
        mean_weight=own["mean_weight"][order],
        sd=own["sd"][order],
        selection=own["selection"][order].astype(np.int64) - 1,
        method=own["method"][order].astype(np.int64),
    )
    return known, own["id"][order]


def _place_temperatures(rows: PlacementDays, temperatures: Columns) -> NDArray[np.float64]:
    measured = np.full(rows.day.size, np.nan)
    at, there = rows.find_rows(temperatures["position"], temperatures["day"].astype(np.int64))
    measured[at] = temperatures["temperature"][there]
    return measured


def _sum_feed(
    rows: PlacementDays, position: NDArray[np.int64], day: NDArray[np.int64], grams: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Return the feed per row, kg; grams are integers, so their sum does not depend on their order."""
    at, there = rows.find_rows(position, day)
    return np.bincount(at, weights=grams[there], minlength=rows.day.size) / GRAMS


class _PlacementIndex:
    """Positions of placements in the group by their ids."""

    def __init__(self, ids: NDArray[np.int64]) -> None:
        """Sort the ids once."""
        self.order = np.argsort(ids)
        self.sorted = ids[self.order]

    def find_positions(self, ids: NDArray[Any]) -> NDArray[np.int64]:
        """Return positions, -1 for ids outside the group."""
        at = np.minimum(np.searchsorted(self.sorted, ids), self.sorted.size - 1)
        return np.where(self.sorted[at] == ids, self.order[at], -1)

    def select_rows(self, columns: Columns, name: str = "placement") -> Columns:
        """Return the rows whose placement is in the group, with its position."""
        position = self.find_positions(columns[name])
        own = np.flatnonzero(position >= 0)
        if own.size == position.size:
            return {**columns, "position": position}
        return {**{key: column[own] for key, column in columns.items()}, "position": position[own]}


def filter_columns(columns: Columns, which: NDArray[np.bool_]) -> Columns:
    """Return some of the rows."""
    return {name: column[which] for name, column in columns.items()}


def _find_last_day(stop: NDArray[np.int64], *days: NDArray[Any]) -> int:
    """Return the last day with an event, until which open placements have states; -1 if nothing is dated."""
    closed = stop[stop < OPEN] - 1
    return int(max((column.max() for column in (closed, *days) if column.size), default=-1))


def _number_sites(placements: Columns) -> NDArray[np.int64]:
    """Number the areas and halls of the group."""
    site = np.where(placements["area"] >= 0, 2 * placements["area"], 2 * placements["hall"] + 1)
    return np.unique(site, return_inverse=True)[1]


def find_typical_temperatures(profiles: Columns, placements: Columns) -> NDArray[np.float64]:
    """Return °C by placement and day of the year, from 1: of its sea area, else of its geography; NaN on land."""
    tables: dict[tuple[int, int], NDArray[np.float64]] = {}
    for geography, area, day, temperature in zip(*(column.tolist() for column in profiles.values()), strict=True):
        tables.setdefault((geography, area), np.full(DAYS_OF_YEAR, np.nan))[day] = temperature
    typical = np.full((placements["placement"].size, DAYS_OF_YEAR), np.nan)
    for row in np.flatnonzero(placements["sea"] == 1).tolist():
        geography, area = int(placements["geography"][row]), int(placements["area"][row])
        profile = tables.get((geography, area), tables.get((geography, -1)))
        if profile is not None:
            typical[row] = profile
    return typical


def _find_missing_temperatures(
    profiles: Columns, placements: Columns, rows: PlacementDays, measured: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Typical temperature of each row without a measured one; NaN on the others, on land and where unknown."""
    typical = np.full(measured.size, np.nan)
    missing = np.flatnonzero(np.isnan(measured))
    if missing.size:
        by_day = find_typical_temperatures(profiles, placements)
        typical[missing] = by_day[rows.placement[missing], day_of_year(rows.day[missing])]
    return typical
