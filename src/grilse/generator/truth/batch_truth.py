"""The truth of one batch as arrays, with its file and the log of its events."""

from dataclasses import dataclass, fields, replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

CAUSES = ("infectious", "trauma", "delousing", "physiological", "environmental", "unknown")
DELOUSING = ("thermal", "mechanical", "freshwater", "bath")
VACCINES = ("dip", "injection")
CULL_REASONS = ("grading", "surplus")
Columns = dict[str, NDArray[Any]]
BY_DAY = (  # a value per placement and day
    *("count", "weight_g", "temperature_c", "oxygen_pct", "appetite", "feed_g", "dead"),
    *("chalimus", "preadult", "adult_female", "sick"),
)
_TYPES: dict[str, type] = {"weight_g": np.float64, "cv": np.float64, "efficacy": np.float64}
COLUMNS = {
    "moves": ("day", "source", "target", "count", "weight_g"),
    "culls": ("day", "placement", "count", "reason"),
    "harvests": ("day", "placement", "count", "weight_g", "cv"),
    "treatments": ("day", "placement", "method", "efficacy", "event"),
    "vaccinations": ("day", "placement", "kind"),
    "lice_counts": (*("day", "placement", "fish_counted"), *("adult_female", "mobile", "attached", "total", "caligus")),
}


@dataclass(frozen=True, kw_only=True)
class BatchTruth:
    """A batch from its eggs to the last simulated day.

    Placement p has the rows offset[p] to offset[p + 1], one per day from start_day[p], at the end of the day.
    """

    number: str
    start: date
    days: int  # simulated, from day 0
    stage: NDArray[np.int8]
    container: NDArray[np.str_]
    start_day: NDArray[np.int32]
    stop_day: NDArray[np.int32]  # half-open; -1 while the container holds fish
    offset: NDArray[np.int64]
    count: NDArray[np.int64]
    weight_g: NDArray[np.float64]
    temperature_c: NDArray[np.float64]
    oxygen_pct: NDArray[np.float64]
    appetite: NDArray[np.float64]
    feed_g: NDArray[np.int64]  # delivered
    dead: NDArray[np.int32]  # by cause, in the order of CAUSES
    chalimus: NDArray[np.float64]  # lice per fish
    preadult: NDArray[np.float64]
    adult_female: NDArray[np.float64]
    sick: NDArray[np.float64]  # 0 to 1
    moves: Columns  # day, source, target, count, weight_g
    culls: Columns  # day, placement, count, reason
    harvests: Columns  # day, placement, count, weight_g, cv
    treatments: Columns  # day, placement, method, efficacy, event
    vaccinations: Columns  # day, placement, kind
    lice_counts: Columns  # day, placement, fish_counted, adult_female, mobile, attached, total, caligus

    @property
    def placement(self) -> NDArray[np.int64]:
        """Placement of each row."""
        return np.repeat(np.arange(self.stage.size), np.diff(self.offset))

    @property
    def day(self) -> NDArray[np.int64]:
        """Day of the batch of each row."""
        placement = self.placement
        return np.arange(placement.size) - self.offset[placement] + self.start_day[placement]

    @property
    def placement_names(self) -> list[str]:
        """Name of each placement, as in the database."""
        pairs = zip(self.stage.tolist(), self.container.tolist(), strict=True)
        return [f"{self.number}/{stage}/{container}" for stage, container in pairs]

    def cut_after(self, until: date) -> "BatchTruth":
        """Return the truth up to and including a day."""
        last = (until - self.start).days
        begun = self.start_day <= last
        placement, day = self.placement, self.day
        rows = day <= last
        size = np.bincount(placement[rows], minlength=begun.size)[begun]
        values: dict[str, Any] = {"days": min(self.days, last + 1)}
        values |= {name: getattr(self, name)[rows] for name in BY_DAY}
        values |= {name: getattr(self, name)[begun] for name in ("stage", "container", "start_day")}
        values["stop_day"] = np.where(self.stop_day > last, -1, self.stop_day)[begun].astype(np.int32)
        values["offset"] = np.concatenate([[0], np.cumsum(size)]).astype(np.int64)
        for kind in COLUMNS:
            events = getattr(self, kind)
            values[kind] = {name: column[events["day"] <= last] for name, column in events.items()}
        return replace(self, **values)

    def save_file(self, path: Path) -> None:
        """Write the truth as one compressed file; an interrupted write leaves no file."""
        flat: dict[str, Any] = {}
        for field in fields(self):
            value = getattr(self, field.name)
            if isinstance(value, dict):
                flat |= {f"{field.name}.{column}": array for column, array in value.items()}
            else:
                flat[field.name] = value.isoformat() if isinstance(value, date) else value
        part = path.with_name(f".{path.name}.part")
        with part.open("wb") as file:
            np.savez_compressed(file, **flat)
        part.replace(path)

    @classmethod
    def load_file(cls, path: Path) -> "BatchTruth":
        """Read what `save_file` wrote."""
        values: dict[str, Any] = {}
        with np.load(path, allow_pickle=False) as file:
            for key in file.files:
                name, _, column = key.partition(".")
                if column:
                    values.setdefault(name, {})[column] = file[key]
                else:
                    values[name] = file[key]
        values["number"] = str(values["number"])
        values["start"] = date.fromisoformat(str(values["start"]))
        values["days"] = int(values["days"])
        return cls(**values)


class EventLog:
    """Events in blocks of rows; a block may mix single values with arrays."""

    def __init__(self) -> None:
        self._blocks: dict[str, list[tuple[ArrayLike, ...]]] = {kind: [] for kind in COLUMNS}

    def add(self, kind: str, *values: ArrayLike) -> None:
        """Add rows; `values` are in the order of the columns of the kind."""
        self._blocks[kind].append(values)

    def build_columns(self, kind: str) -> Columns:
        """Return all rows of a kind."""
        names = COLUMNS[kind]
        blocks = [np.broadcast_arrays(*map(np.atleast_1d, block)) for block in self._blocks[kind]]
        return {
            name: np.concatenate([np.empty(0), *(block[i] for block in blocks)]).astype(_TYPES.get(name, np.int64))
            for i, name in enumerate(names)
        }
