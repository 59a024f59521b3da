"""What is known, sorted into groups of batches that fish moved between: the estimator's input."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grilse.growth.known import Columns, Known
from grilse.science.estimation import (
    OPEN,
    Group,
    Movements,
    Placements,
    Rows,
    Samples,
    default_priors,
    filled_temperatures,
    placement_rows,
)

GRAMS = 1000.0
STANDING = np.datetime64("9999-12-31", "D").astype(np.int64)


@dataclass(frozen=True, kw_only=True, slots=True)
class Named:
    """A group with the ids of its batches and placements."""

    batches: NDArray[np.int64]
    placements: NDArray[np.int64]
    group: Group


def tied(batches: Iterable[int], ties: Iterable[tuple[int, int]]) -> list[tuple[int, ...]]:
    """Return the batches in groups, each sorted, by their first batch."""
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


def groups_of(known: Known) -> Iterator[Named]:
    """Yield each group that has a placement with at least one day."""
    batch_of = _Place(known.placements["placement"])
    source, target = batch_of.of(known.movements["source"]), batch_of.of(known.movements["target"])
    moved = (source >= 0) & (target >= 0)
    batch = known.placements["batch"]
    ties = {*zip(batch[source[moved]].tolist(), batch[target[moved]].tolist(), strict=True)}
    for batches in tied(np.unique(batch).tolist(), sorted(ties)):
        named = _group(known, batches)
        if named is not None:
            yield named


def _group(known: Known, batches: Sequence[int]) -> Named | None:
    mine = _only(known.placements, np.isin(known.placements["batch"], batches))
    ids = mine["placement"]
    if not ids.size:
        return None
    place = _Place(ids)
    movements = _movements(known.movements, place)
    samples = _only(known.samples, place.has(known.samples["placement"]), by="id")
    temperatures = _only(known.temperatures, place.has(known.temperatures["placement"]))
    meals = _only(known.meals, place.has(known.meals["placement"]))
    batch, first = np.unique(mine["batch"], return_index=True)
    start = mine["start"].astype(np.int64)
    stop = np.where(mine["stop"] >= STANDING, OPEN, mine["stop"].astype(np.int64))
    through = _last_day(stop, movements["day"], samples["day"], temperatures["day"], meals["day"])
    rows = placement_rows(start, stop, through)
    if not rows.day.size:
        return None
    sea = mine["sea"] == 1
    measured = np.full(rows.day.size, np.nan)
    at, there = rows.at(place.of(temperatures["placement"]), temperatures["day"].astype(np.int64))
    measured[at] = temperatures["temperature"][there]
    temperature, flags = filled_temperatures(
        rows,
        measured,
        _sites(mine),
        _climate(known.profiles, mine, rows, measured),
        sea,
        default_priors().longest_gap,
    )
    feed = np.zeros(rows.day.size)
    at, there = rows.at(place.of(meals["placement"]), meals["day"].astype(np.int64))
    feed[at] = meals["grams"][there] / GRAMS
    group = Group(
        batch_start=mine["batch_start"][first].astype(np.int64),
        placements=Placements(
            batch=np.searchsorted(batch, mine["batch"]),
            start=start,
            stop=stop,
            stage=mine["stage"].astype(np.int64),
            sea=sea,
            lightest=mine["lightest"],
            heaviest=mine["heaviest"],
        ),
        movements=Movements(
            day=movements["day"].astype(np.int64),
            kind=movements["kind"].astype(np.int64),
            source=place.of(movements["source"]),
            target=place.of(movements["target"]),
            count=movements["count"].astype(np.int64),
            mean_weight=movements["mean_weight"],
            fish_weighed=movements["fish_weighed"],
        ),
        samples=Samples(
            placement=place.of(samples["placement"]),
            day=samples["day"].astype(np.int64),
            fish=samples["fish"],
            mean_weight=samples["mean_weight"],
            sd=samples["sd"],
            selection=samples["selection"].astype(np.int64) - 1,
        ),
        rows=rows,
        temperature=temperature,
        temperature_flags=flags,
        feed=feed,
    )
    return Named(batches=batch, placements=ids, group=group)


class _Place:
    """Positions of placements in the group by their ids."""

    def __init__(self, ids: NDArray[np.int64]) -> None:
        """Sort the ids once."""
        self.order = np.argsort(ids)
        self.sorted = ids[self.order]

    def of(self, ids: NDArray[Any]) -> NDArray[np.int64]:
        """Return positions, -1 for ids outside the group."""
        at = np.minimum(np.searchsorted(self.sorted, ids), self.sorted.size - 1)
        return np.where(self.sorted[at] == ids, self.order[at], -1)

    def has(self, ids: NDArray[Any]) -> NDArray[np.bool_]:
        """Tell which ids are in the group."""
        return self.of(ids) >= 0


def _only(columns: Columns, which: NDArray[np.bool_], by: str = "") -> Columns:
    rows = np.flatnonzero(which)
    if by:
        rows = rows[np.argsort(columns[by][rows])]
    return {name: column[rows] for name, column in columns.items()}


def _movements(movements: Columns, place: _Place) -> Columns:
    return _only(movements, place.has(movements["source"]) | place.has(movements["target"]), by="id")


def _last_day(stop: NDArray[np.int64], *days: NDArray[Any]) -> int:
    """Last day with an event; placements that stand get states until then."""
    closed = stop[stop < OPEN] - 1
    return int(max(column.max() for column in (closed, *days) if column.size))


def _sites(placements: Columns) -> NDArray[np.int64]:
    """Number the areas and halls of the group."""
    site = np.where(placements["area"] >= 0, 2 * placements["area"], 2 * placements["hall"] + 1)
    return np.unique(site, return_inverse=True)[1]


def _climate(
    profiles: Columns, placements: Columns, rows: Rows, measured: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Usual temperature of each row's sea area, else of its geography; NaN on land and where unknown."""
    climate = np.full(measured.size, np.nan)
    needed = np.flatnonzero(np.isnan(measured) & (placements["sea"][rows.placement] == 1))
    if not needed.size:
        return climate
    usual: dict[tuple[int, int], NDArray[np.float64]] = {}
    for geography, area, day, temperature in zip(
        *(profiles[name].tolist() for name in profiles), strict=True
    ):
        usual.setdefault((geography, area), np.full(367, np.nan))[day] = temperature
    unknown = np.full(367, np.nan)
    date = rows.day[needed].astype("datetime64[D]")
    day_of_year = (date - date.astype("datetime64[Y]")).astype(np.int64) + 1
    for placement in np.unique(rows.placement[needed]):
        geography, area = int(placements["geography"][placement]), int(placements["area"][placement])
        own = usual.get((geography, area), usual.get((geography, -1), unknown))
        here = rows.placement[needed] == placement
        climate[needed[here]] = own[day_of_year[here]]
    return climate
