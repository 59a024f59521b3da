"""Identifies a generated history, and names the files of its hidden truth."""

import hashlib
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from pathlib import Path

from grilse import home
from grilse.generator.schedule.extension import extend_plan
from grilse.generator.schedule.plan import BatchPlan, HistoryPlan
from grilse.generator.schedule.plan_file import format_plan
from grilse.generator.world.world import World

VERSION = 2  # increased whenever the same plan and seed would give other fish


@dataclass(frozen=True, kw_only=True)
class GeneratorRun:
    """A plan in a world under a seed.

    The plan of a run that goes on after the end of its first plan is the extension of that one, its origin.
    """

    world: World
    plan: HistoryPlan
    seed: int
    readings_per_day: int = 6
    catch_bias: float = 0.0
    origin: HistoryPlan | None = None

    @property
    def first_plan(self) -> HistoryPlan:
        """The plan with which the history began."""
        return self.origin or self.plan

    def extend(self, until: date) -> "GeneratorRun":
        """Return the run of the same history to another day, not before the end of its first plan."""
        plan = extend_plan(self.first_plan, self.world, until, self.seed)
        extended = replace(self, plan=plan, origin=self.first_plan)
        vars(extended)["key"] = self.key  # the same, and it takes a second to compute
        return extended

    @cached_property
    def key(self) -> str:
        """Hash of everything that the history depends on, but its last day."""
        plan = format_plan(self.first_plan)
        parts = (VERSION, self.seed, self.readings_per_day, self.catch_bias, self.world.sha256, plan)
        return hashlib.sha256("\x1f".join(map(str, parts)).encode()).hexdigest()[:16]

    def find_batch(self, number: str) -> BatchPlan:
        """Return the plan of a batch."""
        return next(batch for batch in self.plan.batches if batch.number == number)

    def list_sites(self) -> list[str]:
        """Return the halls and areas that hold fish before the history ends, in the order of the plan."""
        stages = (
            stage
            for batch in self.plan.batches
            for stage in batch.stages
            if stage.start - self._early_time(stage.order) <= self.plan.until
        )
        return list(dict.fromkeys(stage.site for stage in stages))

    def list_fed_sites(self, after: date) -> set[str]:
        """Return the halls and areas that may feed fish on a day after another."""
        return {
            stage.site
            for batch in self.plan.batches
            for stage in batch.stages
            if stage.start - self._early_time(stage.order) <= self.plan.until and stage.stop + LATE > after
        }

    def _early_time(self, order: int) -> timedelta:
        return timedelta(days=self.world.get_stage(order).early_days)


LATE = timedelta(days=30)  # fish may leave some days after the planned end of a stage


def find_yesterday() -> date:
    """Return the last day that is over."""
    return datetime.now(UTC).date() - timedelta(days=1)


def truth_folder(key: str) -> Path:
    """Return the folder of a run's hidden truth."""
    return home.find_home() / "truth" / key


def truth_file(key: str, number: str) -> Path:
    """Return the file of a batch's hidden truth."""
    return truth_folder(key) / f"{number}.npz"


def ahead_file(key: str, number: str) -> Path:
    """Return the file of a batch's hidden truth of days to come."""
    return truth_folder(key) / "ahead" / f"{number}.npz"


def meals_file(key: str, number: str) -> Path:
    """Return the file with the meals of a batch, which the shards of the feed stores read."""
    return truth_folder(key) / "meals" / f"{number}.npz"


def has_truth_files(key: str, number: str) -> bool:
    """Return whether the files of a batch beside the database exist."""
    return truth_file(key, number).exists() and meals_file(key, number).exists()
