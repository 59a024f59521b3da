"""The laws and bands of the hidden truth, one batch after another."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from psycopg import Connection

from grilse.generator.check.result import Check, banded, law
from grilse.generator.check.sites import Places
from grilse.generator.run import truth_file
from grilse.generator.truth import BatchTruth

LONGEST_FALL = 0.003  # of a day, of the weight
SEA = 6  # the stage at sea
FRY, YEAR = 2, 365
ENOUGH = 20  # batches, for a figure of them to be judged
KG = 1000.0  # grams

GENERATED = "SELECT key, run, company_id FROM generator_shard WHERE kind = 'batch' ORDER BY company_id, key"


@dataclass(slots=True)
class Seen:
    """What the truths showed so far."""

    batches: int = 0
    falls: int = 0
    deepest: float = 0.0
    density: float = 0.0  # as a share of the limit
    densest: float = 0.0  # in pens, kg/m³
    gaps: list[str] = field(default_factory=list)
    year: list[float] = field(default_factory=list)
    biological: list[float] = field(default_factory=list)
    economic: list[float] = field(default_factory=list)
    small: list[float] = field(default_factory=list)


def check(connection: Connection[Any]) -> Iterator[Check]:
    """Yield the laws and bands of the truths that lie beside the database."""
    seen, places, missing = Seen(), dict[int, Places](), 0
    for number, run, company in connection.execute(GENERATED).fetchall():
        path = truth_file(run, number)
        if not path.exists():
            missing += 1
            continue
        if company not in places:
            places[company] = Places.of(connection, company)
        look(BatchTruth.load(path), places[company], seen)
    beside = f"hidden truth of {seen.batches} batches" + (f", {missing} have none here" if missing else "")
    yield law(
        "true weight never falls more than 0.3 % a day", seen.falls, f"deepest {seen.deepest:.3%}; {beside}"
    )
    yield law(
        "every stage follows the one before without a day between",
        len(seen.gaps),
        ", ".join(seen.gaps[:5]) or beside,
    )
    yield banded(
        "true density, share of the container's limit",
        seen.density,
        0,
        1,
        detail=f"pens at most {seen.densest:.1f} kg/m³; {beside}",
    )
    area = max((one.fullest() for one in places.values()), default=0.0)
    yield banded("true biomass, share of the area's limit", area, 0, 1, detail=beside)
    yield mean("mortality in a year at sea, mean", seen.year, 0.10, 0.16)
    yield mean("biological FCR at sea, mean", seen.biological, 1.05, 1.20)
    yield mean("economic FCR at sea, mean", seen.economic, 1.12, 1.32)
    yield mean("biological FCR from fry to post-smolt, mean", seen.small, 0.82, 0.97)


def mean(name: str, values: list[float], low: float, high: float) -> Check:
    """Return the mean over batches within its band."""
    figure = float(np.mean(values)) if values else None
    return banded(name, figure, low, high, judged=len(values) >= ENOUGH, detail=f"{len(values)} batches")


def look(truth: BatchTruth, places: Places, seen: Seen) -> None:
    """Add what one batch shows."""
    seen.batches += 1
    placement = truth.placement
    kg = truth.count * truth.weight_g / KG
    inner = np.ones(placement.size, np.bool_)
    inner[truth.offset[:-1]] = False
    change = np.zeros(placement.size)
    change[1:] = truth.weight_g[1:] / truth.weight_g[:-1] - 1
    seen.deepest = max(seen.deepest, float(-change[inner].min(initial=0)))
    seen.falls += int((change[inner] < -LONGEST_FALL).sum())
    limits = np.array([places.containers[name][:2] for name in truth.container.tolist()])[placement]
    density = kg / limits[:, 0]
    seen.density = max(seen.density, float((density / limits[:, 1]).max(initial=0)))
    at_sea = truth.stage[placement] == SEA
    seen.densest = max(seen.densest, float(density[at_sea].max(initial=0)))
    places.add(truth, kg)
    if has_gap(truth):
        seen.gaps.append(truth.number)
    convert(truth, seen)
    deaths_at_sea(truth, at_sea, seen)


def has_gap(truth: BatchTruth) -> bool:
    """Return whether a stage is left out, or fish stand nowhere on a day of the batch's life."""
    days = np.bincount(truth.day, minlength=truth.days)
    stages = np.unique(truth.stage)
    lived = np.flatnonzero(days).max(initial=-1) + 1
    return bool((days[:lived] == 0).any() or (stages != np.arange(1, len(stages) + 1)).any())


def convert(truth: BatchTruth, seen: Seen) -> None:
    """Add the feed conversion from fry to the move to sea, and at sea, of what is over."""
    young, grown = conversion(truth, FRY, SEA - 1), conversion(truth, SEA, SEA)
    if young is not None:
        seen.small.append(young[0])
    if grown is not None:
        seen.biological.append(grown[0])
        seen.economic.append(grown[1])


def conversion(truth: BatchTruth, first: int, last: int) -> tuple[float, float] | None:
    """Return feed over growth and over net yield from one stage to another, None while fish stand there."""
    inside = (truth.stage >= first) & (truth.stage <= last)
    if not inside.any() or (truth.stop_day[inside] < 0).any():
        return None
    moves, culls, harvests = truth.moves, truth.culls, truth.harvests
    moved = moves["count"] * moves["weight_g"]
    came = moved[inside[moves["target"]] & ~inside[moves["source"]]].sum()
    went = moved[inside[moves["source"]] & ~inside[moves["target"]]].sum()
    went += (harvests["count"] * harvests["weight_g"])[inside[harvests["placement"]]].sum()
    rows = inside[truth.placement]
    dead = (truth.dead.sum(axis=1) * truth.weight_g)[rows].sum()
    culled = culls["count"] * weighed(truth, culls["placement"], culls["day"])
    lost = dead + culled[inside[culls["placement"]]].sum()
    feed = truth.feed_g[rows].sum()
    return float(feed / (went + lost - came)), float(feed / (went - came))


def weighed(truth: BatchTruth, placement: NDArray[Any], day: NDArray[Any]) -> NDArray[np.float64]:
    """Return the weight in some placements on some days, on the last one they have at the latest."""
    row = truth.offset[placement] + day - truth.start_day[placement]
    return truth.weight_g[np.minimum(row, truth.offset[placement + 1] - 1)]


def deaths_at_sea(truth: BatchTruth, at_sea: NDArray[np.bool_], seen: Seen) -> None:
    """Add the risk of death in the first year at sea, of batches that had one."""
    if not at_sea.any():
        return
    day = truth.day[at_sea] - truth.day[at_sea].min()
    dead = np.bincount(day, truth.dead.sum(axis=1)[at_sea])
    standing = np.bincount(day, truth.count[at_sea])
    if len(dead) >= YEAR:
        at_risk = standing + dead / 2
        seen.year.append(float(1 - np.exp(-(dead[:YEAR] / at_risk[:YEAR]).sum())))
