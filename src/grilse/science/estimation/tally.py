"""What counters say: fish that flow between placements, placements that close, recounts."""

import numpy as np

from grilse.science.estimation.moves import Closing, Flows
from grilse.science.estimation.priors import Priors
from grilse.science.estimation.records import Group, Kind, Places

_NONE, _NOWHERE = np.zeros(0), np.zeros(0, dtype=np.int64)
NO_FLOWS = Flows(source=_NOWHERE, target=_NOWHERE, count=_NONE, sd=_NONE)
NONE_CLOSES = Closing(placement=_NOWHERE, surplus=_NONE)


class Tally:
    """Counts of a group, by day."""

    def __init__(self, group: Group, priors: Priors, *, harvests: bool) -> None:
        """Sort the ledger; without `harvests` a pen that closes at its harvest says nothing of its count."""
        self.movements, self.priors = group.movements, priors
        moved = self.movements
        self.stop, self.injected = group.placements.stop, group.placements.injected
        kinds = [Kind.TRANSFER, Kind.SALE, Kind.HARVEST] if harvests else [Kind.TRANSFER, Kind.SALE]
        out = np.isin(moved.kind, kinds) & (moved.source >= 0)
        self.withheld: set[int] = set()
        if not harvests:
            self.withheld = {*moved.source[moved.kind == Kind.HARVEST].tolist()}
        self.flows = self._by_day(np.flatnonzero(out))
        self.corrected: dict[int, list[tuple[int, int]]] = {}
        self.surplus: dict[tuple[int, int], int] = {}
        for i in np.flatnonzero(moved.kind == Kind.COUNT_CORRECTION).tolist():
            self._correct(i)

    def _by_day(self, movements: Places) -> dict[int, list[int]]:
        days: dict[int, list[int]] = {}
        for i in movements.tolist():
            days.setdefault(int(self.movements.day[i]), []).append(i)
        return days

    def _correct(self, i: int) -> None:
        moved, day = self.movements, int(self.movements.day[i])
        source, target, count = int(moved.source[i]), int(moved.target[i]), int(moved.count[i])
        placement, change = (target, count) if target >= 0 else (source, -count)
        if day == self.stop[placement]:
            key = (day, placement)
            self.surplus[key] = self.surplus.get(key, 0) + change
        else:
            self.corrected.setdefault(day, []).append((placement, change))

    def counted(self, day: int, standing: Places) -> tuple[Flows, Closing]:
        """Return what was counted on a day out of placements, and which of `standing` it emptied."""
        if day not in self.flows:
            return NO_FLOWS, NONE_CLOSES
        moved, priors = self.movements, self.priors
        own = np.array(self.flows[day], dtype=np.int64)
        count = moved.count[own].astype(np.float64)
        plant = moved.kind[own] == Kind.HARVEST
        injected = self.injected[moved.source[own]] <= day
        by_pipe = np.where(injected, priors.injection_count_sd, priors.transfer_count_sd)
        flows = Flows(
            source=moved.source[own],
            target=moved.target[own],
            count=count,
            sd=count * np.where(plant, priors.harvest_count_sd, by_pipe),
        )
        ended = {*flows.source[self.stop[flows.source] == day].tolist()}
        closing = sorted((ended & {*standing.tolist()}) - self.withheld)
        surplus = [self.surplus.get((day, one), 0) for one in closing]
        return flows, Closing(
            placement=np.array(closing, dtype=np.int64), surplus=np.array(surplus, dtype=np.float64)
        )
