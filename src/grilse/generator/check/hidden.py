"""The laws and bands of the hidden truth, one batch after another."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from psycopg import Connection

from grilse.generator.check.result import Check, banded, law
from grilse.generator.run import truth_file
from grilse.generator.truth import BatchTruth

LONGEST_FALL = 0.003  # of a day, of the weight
SEA = 6  # the stage at sea
FRY, YEAR = 2, 365
ENOUGH = 20  # batches, for a figure of them to be judged
KG = 1000.0  # grams
DEEPEST_DAY = 40_000  # after any day since 1970 that a history has

GENERATED = "SELECT key, run, company_id FROM generator_shard WHERE kind = 'batch' ORDER BY company_id, key"
PLACES = (
    "SELECT c.name, c.volume_m3, c.max_density_kg_m3, coalesce(a.id, -1), a.max_biomass_kg FROM farm_container c"
    " LEFT JOIN farm_area a ON a.id = c.area_id WHERE c.company_id = %s"
)


@dataclass(slots=True)
class Places:
    """The limits of a company's containers, and the biomass of its areas day by day."""

    containers: dict[str, tuple[float, float, int]]  # volume, density limit, area
    limits: dict[int, float]  # of areas, kg
    biomass: dict[int, NDArray[np.float64]] = field(default_factory=dict)

    @classmethod
    def of(cls, connection: Connection[Any], company: int) -> "Places":
        """Read them; one statement."""
        containers, limits = {}, {}
        for name, volume, density, area, biomass in connection.execute(PLACES, [company]):
            containers[name] = (volume, np.inf if density is None else density, area)
            limits[area] = np.inf if biomass is None else biomass
        return cls(containers, limits)

    def add(self, truth: BatchTruth, kg: NDArray[np.float64]) -> None:
        """Add a batch's biomass to its areas."""
        area = np.array([self.containers[name][2] for name in truth.container.tolist()])[truth.placement]
        day = np.datetime64(truth.start, "D").astype(np.int64) + truth.day
        for one in np.unique(area[area >= 0]).tolist():
            total = self.biomass.setdefault(one, np.zeros(DEEPEST_DAY))
            np.add.at(total, day[area == one], kg[area == one])

    def fullest(self) -> float:
        """Return the largest share of its limit that any area reached."""
        shares = [float(total.max()) / self.limits[area] for area, total in self.biomass.items()]
        return max(shares, default=0.0)


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
    conversion(truth, at_sea, seen)
    deaths_at_sea(truth, at_sea, seen)


def has_gap(truth: BatchTruth) -> bool:
    """Return whether a stage is left out, or fish stand nowhere on a day of the batch's life."""
    days = np.bincount(truth.day, minlength=truth.days)
    stages = np.unique(truth.stage)
    lived = np.flatnonzero(days).max(initial=-1) + 1
    return bool((days[:lived] == 0).any() or (stages != np.arange(1, len(stages) + 1)).any())


def conversion(truth: BatchTruth, at_sea: NDArray[np.bool_], seen: Seen) -> None:
    """Add the feed conversion at sea, once all is harvested, and in freshwater, once all is at sea."""
    placement = truth.placement
    dead_kg = truth.dead.sum(axis=1) * truth.weight_g / KG
    culled_kg = weighed(truth, truth.culls["placement"], truth.culls["day"]) * truth.culls["count"] / KG
    to_sea = (truth.stage[truth.moves["target"]] == SEA) & (truth.stage[truth.moves["source"]] < SEA)
    stocked = float((truth.moves["count"] * truth.moves["weight_g"])[to_sea].sum()) / KG
    if stocked and (truth.stop_day[truth.stage < SEA] >= 0).all():
        from_fry = (truth.moves["weight_g"] * truth.moves["count"])[
            (truth.stage[truth.moves["target"]] == FRY) & (truth.stage[truth.moves["source"]] < FRY)
        ].sum() / KG
        fed = (truth.stage[placement] >= FRY) & ~at_sea
        lost = (
            dead_kg[fed].sum()
            + culled_kg[
                (truth.stage >= FRY)[truth.culls["placement"]] & (truth.stage < SEA)[truth.culls["placement"]]
            ].sum()
        )
        seen.small.append(float(truth.feed_g[fed].sum() / KG / (stocked - from_fry + lost)))
    if (truth.stop_day >= 0).all() and truth.harvests["count"].size:
        harvested = float((truth.harvests["count"] * truth.harvests["weight_g"]).sum()) / KG
        feed = float(truth.feed_g[at_sea].sum()) / KG
        lost = float(dead_kg[at_sea].sum() + culled_kg[truth.stage[truth.culls["placement"]] == SEA].sum())
        seen.biological.append(feed / (harvested + lost - stocked))
        seen.economic.append(feed / (harvested - stocked))


def weighed(truth: BatchTruth, placement: NDArray[Any], day: NDArray[Any]) -> NDArray[np.float64]:
    """Return the weight in some placements at the end of some days, the last one they have at the latest."""
    row = truth.offset[placement] + np.clip(day - truth.start_day[placement], 0, None)
    return truth.weight_g[np.minimum(row, truth.offset[np.asarray(placement) + 1] - 1)]


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
