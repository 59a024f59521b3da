"""The limits of containers and areas, and how full the areas were."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from psycopg import Connection

from grilse.generator.truth.batch_truth import BatchTruth

MAX_DAY = 40_000  # since 1970: after any day that a history has

PLACES = (
    "SELECT c.name, c.volume_m3, c.max_density_kg_m3, coalesce(a.id, -1), a.max_biomass_kg"
    " FROM farm_container c LEFT JOIN farm_area a ON a.id = c.area_id WHERE c.company_id = %s"
)


@dataclass(slots=True)
class SiteCapacity:
    """The limits of a company's containers, and the biomass of its areas day by day."""

    containers: dict[str, tuple[float, float, int]]  # volume, density limit, area
    limits: dict[int, float]  # of areas, kg
    biomass: dict[int, NDArray[np.float64]] = field(default_factory=dict)

    @classmethod
    def read_limits(cls, connection: Connection[Any], company: int) -> "SiteCapacity":
        """Read them; one statement."""
        containers, limits = {}, {}
        for name, volume, density, area, biomass in connection.execute(PLACES, [company]):
            containers[name] = (volume, np.inf if density is None else density, area)
            limits[area] = np.inf if biomass is None else biomass
        return cls(containers, limits)

    def add_batch(self, truth: BatchTruth, kg: NDArray[np.float64]) -> None:
        """Add a batch's biomass to its areas."""
        area = np.array([self.containers[name][2] for name in truth.container.tolist()])[truth.placement]
        day = np.datetime64(truth.start, "D").astype(np.int64) + truth.day
        for area_id in np.unique(area[area >= 0]).tolist():
            total = self.biomass.setdefault(area_id, np.zeros(MAX_DAY))
            np.add.at(total, day[area == area_id], kg[area == area_id])

    def compute_largest_share(self) -> float:
        """Return the largest share of its limit that any area reached."""
        shares = [float(total.max()) / self.limits[area] for area, total in self.biomass.items()]
        return max(shares, default=0.0)
