"""What the jobs do: each as the command of its name does it, over the connection of the application role."""

import shutil
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grilse import home
from grilse.access.models import Company
from grilse.access.tenancy import lift_geography_limit
from grilse.errors import GrilseError
from grilse.exchange.exports import export_package
from grilse.exchange.fingerprint import compute_fingerprint, report_fingerprint
from grilse.generator import check as checks
from grilse.generator.backtest.report import build_backtest_report
from grilse.generator.backtest.runner import compare_with_truth
from grilse.generator.check.result import build_check_report
from grilse.growth.estimating.run import estimate_in_transaction
from grilse.growth.learning.run import learn_in_transaction
from grilse.growth.reports import report_estimates, report_learning
from grilse.jobs.parameters import BacktestParameters, EstimationParameters, LearningParameters, ProjectionParameters
from grilse.planning import actions as planning
from grilse.planning.ensembles import ProjectionOptions
from grilse.planning.reports import report_projections
from grilse.science.days import to_epoch_day
from grilse.stock.changes import get_psycopg_connection
from grilse.stock.models import Batch

ProgressTracker = Callable[[str, float, str], AbstractContextManager[Callable[[float], None]]]
JobResult = dict[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class JobIdentity:
    """For which company work is done, and as which of its jobs."""

    company: int
    job: int


def project_batches(identity: JobIdentity, parameters: ProjectionParameters, watch: ProgressTracker) -> JobResult:
    """Project batches and keep the runs, as `grilse project` does."""
    runs = planning.project_in_transaction(
        identity.company, find_batch_ids(parameters.batches), build_options(parameters), watch=watch
    )
    return report_projections(runs)


def validate_projection(parameters: ProjectionParameters) -> None:
    """Refuse what no ensemble can be drawn with, and batches that are not there."""
    planning.refuse_invalid_options(build_options(parameters))
    find_batch_ids(parameters.batches)


def build_options(parameters: ProjectionParameters) -> ProjectionOptions:
    """Return how the futures are drawn."""
    return ProjectionOptions(
        days=parameters.days,
        members=parameters.members,
        target_g=parameters.target_g,
        seed=parameters.seed,
        as_of=None if parameters.as_of is None else to_epoch_day(parameters.as_of),
    )


def learn_growth(identity: JobIdentity, parameters: LearningParameters, watch: ProgressTracker) -> JobResult:
    """Learn growth from harvested batches, as `grilse learn` does."""
    return report_learning(
        [learn_in_transaction(get_psycopg_connection(), identity.company, parameters.before, watch=watch)]
    )


def estimate_states(identity: JobIdentity, parameters: EstimationParameters, watch: ProgressTracker) -> JobResult:
    """Estimate daily states anew, as `grilse grow` does."""
    batches = find_batch_ids(parameters.batches)
    if batches is None:
        batches = list(Batch.objects.order_by("number").values_list("id", flat=True))
    # An estimate is of all fish that batches exchanged, wherever these stand now.
    with lift_geography_limit():
        return report_estimates(
            [estimate_in_transaction(get_psycopg_connection(), identity.company, batches, watch=watch)]
        )


def validate_estimation(parameters: EstimationParameters) -> None:
    """Refuse batches that are not there."""
    find_batch_ids(parameters.batches)


def check_records(identity: JobIdentity, parameters: object, watch: ProgressTracker) -> JobResult:
    """Check the company's records, as `grilse check data` does."""
    with watch("checking", checks.PART_COUNT, "parts") as advance:
        return build_check_report(checks.run_checks(get_psycopg_connection(), advance))


def backtest_history(identity: JobIdentity, parameters: BacktestParameters, watch: ProgressTracker) -> JobResult:
    """Hold the company's generated batches against their truth, as `grilse backtest` does."""
    part = compare_with_truth(get_psycopg_connection(), None, parameters.batches, learn=parameters.learn, watch=watch)
    return build_backtest_report(part)


def fingerprint_records(identity: JobIdentity, parameters: object, watch: ProgressTracker) -> JobResult:
    """Hash the company's records, as `grilse fingerprint --company` does."""
    with watch("hashing", 1, "company") as advance:
        digest = compute_fingerprint(get_psycopg_connection(), identity.company)
        advance(1)
    return report_fingerprint(digest)


def export_records(identity: JobIdentity, parameters: object, watch: ProgressTracker) -> JobResult:
    """Write the company's records as a farm package, as `grilse export` does, into one file."""
    folder = get_package_folder(identity.company, identity.job)
    shutil.rmtree(folder, ignore_errors=True)
    company = Company.objects.get(pk=identity.company).name
    rows = export_package(get_psycopg_connection(), folder, company, identity.company, watch=watch)
    shutil.make_archive(str(folder), "zip", folder.parent, folder.name)
    shutil.rmtree(folder)
    return {"folder": folder.name, "company": company, "rows": rows}


def get_package_path(company: int, job: int) -> Path:
    """Return where the package that a job wrote lies."""
    return get_package_folder(company, job).with_suffix(".zip")


def get_package_folder(company: int, job: int) -> Path:
    """Return where a job writes a package."""
    return home.make_folder("packages") / f"company-{company}-job-{job}"


def find_batch_ids(numbers: Sequence[str]) -> list[int] | None:
    """Return the ids of batches by their numbers, None where none is named; one statement."""
    if not numbers:
        return None
    ids_by_number = dict(Batch.objects.filter(number__in=numbers).values_list("number", "id"))
    for number in numbers:
        if number not in ids_by_number:
            raise GrilseError(f"there is no batch {number}", field="wish.batches")
    return sorted(ids_by_number.values())
