"""The plan of a history: batches, their stages and sites."""

from dataclasses import dataclass, field
from datetime import date

VERSION = 1


@dataclass(frozen=True, kw_only=True, slots=True)
class StagePlan:
    """A stage of a batch in a site, from `start` until `stop`, the day on which the fish leave."""

    order: int
    site: str  # a hall, or an area for the stage at sea
    containers: tuple[str, ...]
    start: date
    stop: date
    line: int = field(default=0, compare=False)  # in the file it was read from


@dataclass(frozen=True, kw_only=True, slots=True)
class BatchPlan:
    """A batch with all six stages, also those after the last day of the history."""

    number: str
    geography: str
    start: date
    eggs: int
    stages: tuple[StagePlan, ...]
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class HistoryPlan:
    """The batches of a history; `until` is its last day."""

    version: int
    world: str
    world_sha256: str
    until: date
    batches: tuple[BatchPlan, ...]
    file: str = field(default="the plan", compare=False)
    lines: dict[str, int] = field(default_factory=dict, compare=False)  # of the keys above the batches
