"""What the jobs do: each as the command of its name does it, over the connection of the application role."""

import shutil
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grilse import home
from grilse.errors import GrilseError
from grilse.exchange.exports import export_package
from grilse.exchange.fingerprint import fingerprint, fingerprint_facts
from grilse.farm.models import Company
from grilse.farm.tenancy import everywhere
from grilse.generator import check as checks
from grilse.generator.backtest.facts import facts_of
from grilse.generator.backtest.run import held_against_truth
from grilse.generator.check.result import checked_facts
from grilse.growth.estimate import estimate_within
from grilse.growth.facts import estimated_facts, learned_facts
from grilse.growth.learning import learn_within
from grilse.growth.states import EPOCH
from grilse.jobs.wishes import BacktestWish, GrowWish, LearnWish, ProjectWish
from grilse.planning import actions as planning
from grilse.planning.ensembles import Options
from grilse.planning.facts import projected_facts
from grilse.stock.changes import psycopg_connection
from grilse.stock.models import Batch

Watch = Callable[[str, float, str], AbstractContextManager[Callable[[float], None]]]
Facts = dict[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Task:
    """For which company work is done, and as which of its jobs."""

    company: int
    job: int


def project(task: Task, wish: ProjectWish, watch: Watch) -> Facts:
    """Project batches and keep the runs, as `grilse project` does."""
    kept = planning.project_within(task.company, named(wish.batches), options_of(wish), watch=watch)
    return projected_facts(kept)


def check_project(wish: ProjectWish) -> None:
    """Refuse what no ensemble can be drawn with, and batches that are not there."""
    planning.check(options_of(wish))
    named(wish.batches)


def options_of(wish: ProjectWish) -> Options:
    """Return how the futures are drawn."""
    return Options(
        days=wish.days,
        members=wish.members,
        target_g=wish.target_g,
        seed=wish.seed,
        as_of=None if wish.as_of is None else (wish.as_of - EPOCH).days,
    )


def learn(task: Task, wish: LearnWish, watch: Watch) -> Facts:
    """Learn growth from harvested batches, as `grilse learn` does."""
    return learned_facts([learn_within(psycopg_connection(), task.company, wish.before, watch=watch)])


def grow(task: Task, wish: GrowWish, watch: Watch) -> Facts:
    """Estimate daily states anew, as `grilse grow` does."""
    batches = named(wish.batches)
    if batches is None:
        batches = list(Batch.objects.order_by("number").values_list("id", flat=True))
    # An estimate is of all fish that batches exchanged, wherever these stand now.
    with everywhere():
        return estimated_facts([estimate_within(psycopg_connection(), task.company, batches, watch=watch)])


def check_grow(wish: GrowWish) -> None:
    """Refuse batches that are not there."""
    named(wish.batches)


def check(task: Task, wish: object, watch: Watch) -> Facts:
    """Check the company's records, as `grilse check data` does."""
    with watch("checking", checks.PARTS, "parts") as advance:
        return checked_facts(checks.check(psycopg_connection(), advance))


def backtest(task: Task, wish: BacktestWish, watch: Watch) -> Facts:
    """Hold the company's generated batches against their truth, as `grilse backtest` does."""
    part = held_against_truth(psycopg_connection(), None, wish.batches, learn=wish.learn, watch=watch)
    return facts_of(part)


def identify(task: Task, wish: object, watch: Watch) -> Facts:
    """Hash the company's records, as `grilse fingerprint --company` does."""
    with watch("hashing", 1, "company") as advance:
        found = fingerprint(psycopg_connection(), task.company)
        advance(1)
    return fingerprint_facts(found)


def export(task: Task, wish: object, watch: Watch) -> Facts:
    """Write the company's records as a farm package, as `grilse export` does, into one file."""
    folder = package_folder(task.company, task.job)
    shutil.rmtree(folder, ignore_errors=True)
    company = Company.objects.get(pk=task.company).name
    rows = export_package(psycopg_connection(), folder, company, task.company, watch=watch)
    shutil.make_archive(str(folder), "zip", folder.parent, folder.name)
    shutil.rmtree(folder)
    return {"folder": folder.name, "company": company, "rows": rows}


def package_file(company: int, job: int) -> Path:
    """Return where the package that a job wrote lies."""
    return package_folder(company, job).with_suffix(".zip")


def package_folder(company: int, job: int) -> Path:
    """Return where a job writes a package."""
    return home.folder("packages") / f"company-{company}-job-{job}"


def named(numbers: Sequence[str]) -> list[int] | None:
    """Return the ids of batches by their numbers, None where none is named; one statement."""
    if not numbers:
        return None
    found = dict(Batch.objects.filter(number__in=numbers).values_list("number", "id"))
    for number in numbers:
        if number not in found:
            raise GrilseError(f"there is no batch {number}", field="wish.batches")
    return sorted(found.values())
