"""Observations of counts: fish counted between placements, placements that close, and recounts."""

import numpy as np

from grilse.science.arrays import Indices
from grilse.science.estimation.batch_group import BatchGroup, MovementKind, group_by_day
from grilse.science.estimation.movement_transition import ClosingPlacements, Flows
from grilse.science.estimation.priors import Priors

_NO_COUNTS, _NO_PLACEMENTS = np.zeros(0), np.zeros(0, dtype=np.int64)
NO_FLOWS = Flows(source=_NO_PLACEMENTS, target=_NO_PLACEMENTS, count=_NO_COUNTS, sd=_NO_COUNTS)
NO_CLOSINGS = ClosingPlacements(placement=_NO_PLACEMENTS, surplus=_NO_COUNTS)


class CountObservations:
    """Counts of a group by day."""

    def __init__(self, group: BatchGroup, priors: Priors, *, harvests: bool) -> None:
        """Sort the ledger; without `harvests` the closing of a pen by harvest is no observation of its count."""
        self.movements, self.priors = group.movements, priors
        moved = self.movements
        self.stop, self.injected = group.placements.stop, group.placements.vaccination_day
        kinds = [MovementKind.TRANSFER, MovementKind.SALE, *([MovementKind.HARVEST] if harvests else [])]
        out = np.isin(moved.kind, kinds) & (moved.source >= 0)
        self.withheld: set[int] = set()
        if not harvests:
            self.withheld = {*moved.source[moved.kind == MovementKind.HARVEST].tolist()}
        self.flows = group_by_day(moved.day, np.flatnonzero(out))
        self.recounts: dict[int, list[tuple[int, int]]] = {}
        self.surplus: dict[tuple[int, int], int] = {}
        for i in np.flatnonzero(moved.kind == MovementKind.COUNT_CORRECTION).tolist():
            self._add_correction(i)

    def _add_correction(self, i: int) -> None:
        moved, day = self.movements, int(self.movements.day[i])
        source, target, count = int(moved.source[i]), int(moved.target[i]), int(moved.count[i])
        placement, change = (target, count) if target >= 0 else (source, -count)
        if day == self.stop[placement]:
            key = (day, placement)
            self.surplus[key] = self.surplus.get(key, 0) + change
        else:
            self.recounts.setdefault(day, []).append((placement, change))

    def collect_flows(self, day: int, active: Indices) -> tuple[Flows, ClosingPlacements]:
        """Return the fish counted out of placements on a day, and which of the `active` placements this closed."""
        if day not in self.flows:
            return NO_FLOWS, NO_CLOSINGS
        moved, priors = self.movements, self.priors
        own = np.array(self.flows[day], dtype=np.int64)
        count = moved.count[own].astype(np.float64)
        is_harvest = moved.kind[own] == MovementKind.HARVEST
        injected = self.injected[moved.source[own]] <= day
        by_pipe = np.where(injected, priors.injection_count_sd, priors.transfer_count_sd)
        flows = Flows(
            source=moved.source[own],
            target=moved.target[own],
            count=count,
            sd=count * np.where(is_harvest, priors.harvest_count_sd, by_pipe),
        )
        ended = {*flows.source[self.stop[flows.source] == day].tolist()}
        closing = sorted((ended & {*active.tolist()}) - self.withheld)
        surplus = [self.surplus.get((day, placement), 0) for placement in closing]
        return flows, ClosingPlacements(
            placement=np.array(closing, dtype=np.int64), surplus=np.array(surplus, dtype=np.float64)
        )
