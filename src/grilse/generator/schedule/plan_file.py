"""The plan of a history as a file: read it, write it, check it."""

from pathlib import Path

from grilse.errors import GrilseError
from grilse.generator.schedule.plan import VERSION, BatchPlan, HistoryPlan, StagePlan
from grilse.generator.schedule.plan_yaml import format_plan, parse_plan
from grilse.generator.schedule.validation import find_problems
from grilse.generator.world.problems import ProblemReport
from grilse.generator.world.world import World
from grilse.generator.world.yaml_reader import read_file_text

__all__ = ["VERSION", "BatchPlan", "HistoryPlan", "StagePlan", "check_plan", "read_plan", "write_plan"]


def read_plan(path: Path | str, world: World) -> HistoryPlan:
    """The plan of a file, checked against its world; whatever is wrong is named by its line."""
    plan = parse_plan(read_file_text(Path(path)), str(path))
    check_plan(plan, world)
    return plan


def check_plan(plan: HistoryPlan, world: World) -> None:
    """Refuse a plan that its world cannot carry out."""
    report = ProblemReport(plan.file)
    report.problems.extend(find_problems(plan, world))
    report.raise_if_any()


def write_plan(plan: HistoryPlan, path: Path | str) -> None:
    """Write the plan for people to read and edit; the file appears whole or not at all."""
    target = Path(path)
    part = target.with_name(f".{target.name}.part")
    try:
        part.write_text(format_plan(plan), encoding="utf-8")
        part.replace(target)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise GrilseError(f"{target}: cannot be written: {error.strerror}") from error
