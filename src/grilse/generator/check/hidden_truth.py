"""The laws and bands of the hidden truth, batch by batch."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from psycopg import Connection

from grilse.exchange.original_rows import OriginalRows
from grilse.generator.check.result import Check, check_band, check_law
from grilse.generator.schedule.run import truth_file
from grilse.generator.truth.batch_truth import BatchTruth

MAX_DAILY_FALL = 0.003  # share of the weight, per day
SEA = 6  # order of the stage at sea
FRY, YEAR = 2, 365
MIN_BATCHES = 20  # fewer batches are not judged
KG = 1000.0  # grams

GENERATED = "SELECT key, run, company_id FROM generator_shard WHERE kind = 'batch' ORDER BY company_id, key"


MAX_DAY = 40_000  # since 1970-01-01, after the last day of any history

PLACES = (
    "SELECT c.name, c.volume_m3, c.max_density_kg_m3, coalesce(a.id, -1), a.max_biomass_kg"
    " FROM farm_container c LEFT JOIN farm_area a ON a.id = c.area_id WHERE c.company_id = %s"
)


@dataclass(slots=True)
class SiteCapacity:
    """The limits of the containers of a company, and the biomass of its areas by day."""

    containers: dict[str, tuple[float, float, int]]  # volume, density limit, area
    limits: dict[int, float]  # of areas, kg
    biomass: dict[int, NDArray[np.float64]] = field(default_factory=dict)

    @classmethod
    def read_limits(cls, connection: Connection[Any], originals: OriginalRows, company: int) -> "SiteCapacity":
        """Read the limits, by the names that containers had when they were loaded; one statement."""
        containers, limits = {}, {}
        for name, volume, density, area, biomass in connection.execute(
            originals.build_query(PLACES).encode(), [company]
        ):
            containers[name] = (volume, np.inf if density is None else density, area)
            limits[area] = np.inf if biomass is None else biomass
        return cls(containers, limits)

    def add_batch(self, truth: BatchTruth, kg: NDArray[np.float64]) -> None:
        """Add the biomass of a batch to its areas."""
        area = np.array([self.containers[name][2] for name in truth.container.tolist()])[truth.placement]
        day = np.datetime64(truth.start, "D").astype(np.int64) + truth.day
        for area_id in np.unique(area[area >= 0]).tolist():
            total = self.biomass.setdefault(area_id, np.zeros(MAX_DAY))
            np.add.at(total, day[area == area_id], kg[area == area_id])

    def compute_largest_share(self) -> float:
        """Return the largest share of its limit that an area reached."""
        shares = [float(total.max()) / self.limits[area] for area, total in self.biomass.items()]
        return max(shares, default=0.0)


@dataclass(slots=True)
class TruthSummary:
    """Figures of the truths that were added."""

    batches: int = 0
    falls: int = 0
    deepest_fall: float = 0.0
    density_share: float = 0.0  # largest share of the limit
    max_pen_density: float = 0.0  # in pens, kg/m³
    gaps: list[str] = field(default_factory=list)
    sea_year_mortality: list[float] = field(default_factory=list)
    biological_fcr: list[float] = field(default_factory=list)
    economic_fcr: list[float] = field(default_factory=list)
    freshwater_fcr: list[float] = field(default_factory=list)


def check_hidden_truth(connection: Connection[Any], originals: OriginalRows) -> Iterator[Check]:
    """Yield the laws and bands of the truth files of the database."""
    summary, capacities, missing = TruthSummary(), dict[int, SiteCapacity](), 0
    for number, run, company in connection.execute(GENERATED).fetchall():
        path = truth_file(run, number)
        if not path.exists():
            missing += 1
            continue
        if company not in capacities:
            capacities[company] = SiteCapacity.read_limits(connection, originals, company)
        add_batch_truth(BatchTruth.load_file(path), capacities[company], summary)
    detail = f"hidden truth of {summary.batches} batches" + (f", {missing} have none here" if missing else "")
    yield check_law(
        "true weight falls by at most 0.3 % per day", summary.falls, f"deepest {summary.deepest_fall:.3%}; {detail}"
    )
    yield check_law(
        "no batch skips a stage or has a day without a placement",
        len(summary.gaps),
        ", ".join(summary.gaps[:5]) or detail,
    )
    yield check_band(
        "true density, share of the container's limit",
        summary.density_share,
        0,
        1,
        detail=f"pens at most {summary.max_pen_density:.1f} kg/m³; {detail}",
    )
    area = max((capacity.compute_largest_share() for capacity in capacities.values()), default=0.0)
    yield check_band("true biomass, share of the area's limit", area, 0, 1, detail=detail)
    yield check_mean("mortality in a year at sea, mean", summary.sea_year_mortality, 0.10, 0.16)
    yield check_mean("biological FCR at sea, mean", summary.biological_fcr, 1.05, 1.20)
    yield check_mean("economic FCR at sea, mean", summary.economic_fcr, 1.12, 1.32)
    yield check_mean("biological FCR from fry to post-smolt, mean", summary.freshwater_fcr, 0.82, 0.97)


def check_mean(name: str, values: list[float], low: float, high: float) -> Check:
    """Return the mean over batches with its band."""
    figure = float(np.mean(values)) if values else None
    return check_band(name, figure, low, high, judged=len(values) >= MIN_BATCHES, detail=f"{len(values)} batches")


def add_batch_truth(truth: BatchTruth, capacity: SiteCapacity, summary: TruthSummary) -> None:
    """Add the figures of one batch."""
    summary.batches += 1
    placement = truth.placement
    kg = truth.count * truth.weight_g / KG
    inner = np.ones(placement.size, np.bool_)
    inner[truth.offset[:-1]] = False
    change = np.zeros(placement.size)
    change[1:] = truth.weight_g[1:] / truth.weight_g[:-1] - 1
    summary.deepest_fall = max(summary.deepest_fall, float(-change[inner].min(initial=0)))
    summary.falls += int((change[inner] < -MAX_DAILY_FALL).sum())
    limits = np.array([capacity.containers[name][:2] for name in truth.container.tolist()])[placement]
    density = kg / limits[:, 0]
    summary.density_share = max(summary.density_share, float((density / limits[:, 1]).max(initial=0)))
    at_sea = truth.stage[placement] == SEA
    summary.max_pen_density = max(summary.max_pen_density, float(density[at_sea].max(initial=0)))
    capacity.add_batch(truth, kg)
    if has_gap(truth):
        summary.gaps.append(truth.number)
    add_feed_conversion(truth, summary)
    add_sea_mortality(truth, at_sea, summary)


def has_gap(truth: BatchTruth) -> bool:
    """Return whether a stage is missing, or the batch has no placement on a day."""
    days = np.bincount(truth.day, minlength=truth.days)
    stages = np.unique(truth.stage)
    lived = np.flatnonzero(days).max(initial=-1) + 1
    return bool((days[:lived] == 0).any() or (stages != np.arange(1, len(stages) + 1)).any())


def add_feed_conversion(truth: BatchTruth, summary: TruthSummary) -> None:
    """Add the feed conversion from fry to the move to sea, and at sea, of finished stages."""
    freshwater, sea = compute_feed_conversion(truth, FRY, SEA - 1), compute_feed_conversion(truth, SEA, SEA)
    if freshwater is not None:
        summary.freshwater_fcr.append(freshwater[0])
    if sea is not None:
        summary.biological_fcr.append(sea[0])
        summary.economic_fcr.append(sea[1])


def compute_feed_conversion(truth: BatchTruth, first: int, last: int) -> tuple[float, float] | None:
    """Return feed over growth and over net yield of some stages, None until they have ended."""
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
    culled = culls["count"] * look_up_weights(truth, culls["placement"], culls["day"])
    lost = dead + culled[inside[culls["placement"]]].sum()
    feed = truth.feed_g[rows].sum()
    return float(feed / (went + lost - came)), float(feed / (went - came))


def look_up_weights(truth: BatchTruth, placement: NDArray[Any], day: NDArray[Any]) -> NDArray[np.float64]:
    """Return the weights in placements on days, or on their last day if it is earlier."""
    row = truth.offset[placement] + day - truth.start_day[placement]
    return truth.weight_g[np.minimum(row, truth.offset[placement + 1] - 1)]


def add_sea_mortality(truth: BatchTruth, at_sea: NDArray[np.bool_], summary: TruthSummary) -> None:
    """Add the risk of death in the first year at sea, if the batch has a complete one."""
    if not at_sea.any():
        return
    day = truth.day[at_sea] - truth.day[at_sea].min()
    dead = np.bincount(day, truth.dead.sum(axis=1)[at_sea])
    standing = np.bincount(day, truth.count[at_sea])
    if len(dead) >= YEAR:
        at_risk = standing + dead / 2
        summary.sea_year_mortality.append(float(1 - np.exp(-(dead[:YEAR] / at_risk[:YEAR]).sum())))
