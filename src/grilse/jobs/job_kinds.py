"""The kinds of jobs: their parameters, permissions and functions; each does what the command of its name does.

The functions use the connection of the application role.
"""

import json
import shutil
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, get_type_hints

from pydantic import ConfigDict, Field, StringConstraints, ValidationError

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
from grilse.input_types import Day, RequestSchema
from grilse.planning import actions as planning
from grilse.planning.ensembles import ProjectionOptions
from grilse.planning.reports import report_projections
from grilse.science.days import to_epoch_day
from grilse.stock.changes import get_psycopg_connection
from grilse.stock.models import Batch

ProgressTracker = Callable[[str, float, str], AbstractContextManager[Callable[[float], None]]]
JobResult = dict[str, Any]
MAX_SEED = 2**63 - 1

# No control characters: PostgreSQL text cannot contain NUL.
BatchNumber = Annotated[str, StringConstraints(min_length=1, max_length=60, pattern=r"^[^\x00-\x1f]+$")]


class JobParameters(RequestSchema):
    """Parameters of a kind of job; unknown parameters are refused."""

    model_config = ConfigDict(frozen=True)


class ProjectionParameters(JobParameters):
    """Which batches to project, how far."""

    batches: list[BatchNumber] = Field(default=[], max_length=1000)
    """Numbers; all active batches where the list is empty."""
    days: int = Field(450, ge=1, le=1500)
    target_g: float = Field(4500.0, gt=0, le=20_000)
    members: int = Field(500, ge=20, le=5000)
    seed: int = Field(1, ge=0, le=MAX_SEED)
    as_of: Day | None = None
    """Last day whose events are known; null for all of them."""


class LearningParameters(JobParameters):
    """Before which days to learn from harvested batches."""

    before: list[Day] = Field(default=[], max_length=100)
    """The day after the last harvest where the list is empty."""


class EstimationParameters(JobParameters):
    """Which batches to estimate anew."""

    batches: list[BatchNumber] = Field(default=[], max_length=1000)
    """Numbers; all batches where the list is empty."""


class CheckParameters(JobParameters):
    """None: everything is checked."""


class BacktestParameters(JobParameters):
    """How much of the generated history to compare with its truth."""

    batches: int | None = Field(None, ge=1)
    """The number of batches, spread over the history; null for all."""
    learn: bool = True
    """Use what had been harvested before each day."""


class FingerprintParameters(JobParameters):
    """None: all records count."""


class ExportParameters(JobParameters):
    """None: all records are exported."""


@dataclass(frozen=True, kw_only=True, slots=True)
class JobIdentity:
    """The company and the id of a job."""

    company: int
    job: int


JobFunction = Callable[[JobIdentity, Any, ProgressTracker], JobResult]


@dataclass(frozen=True, kw_only=True, slots=True)
class JobKind:
    """A kind of job."""

    name: str
    description: str
    permissions: tuple[str, ...]
    """Permissions that it needs beside the permission to submit jobs."""
    function: JobFunction
    parameters_model: type[JobParameters]
    validate: Callable[[Any], object]
    """Refuses parameters, at submission, with which the job could never run."""
    writes: bool
    """Whether it changes rows: then its changes and its result are one transaction."""
    company_wide: bool
    """Whether it covers all places of the company, so that only roles for the whole company may submit it."""

    @property
    def required_permissions(self) -> tuple[str, ...]:
        """All permissions that it needs."""
        return ("jobs.run", *self.permissions)

    def parse_parameters(self, arguments: Mapping[str, Any]) -> Any:
        """Return the checked parameters; refuse unknown or invalid ones by name."""
        try:
            return self.parameters_model.model_validate_json(json.dumps(arguments))
        except ValidationError as error:
            first = error.errors()[0]
            field = ".".join(str(part) for part in first["loc"])
            field_path = f"wish.{field}" if field else "wish"
            raise GrilseError(f"{field_path} of {self.name}: {first['msg']}", field=field_path) from None


JOB_KINDS: dict[str, JobKind] = {}


def job_kind(
    name: str,
    description: str,
    *permissions: str,
    validate: Callable[[Any], object] = lambda parameters: None,
    writes: bool = False,
    company_wide: bool = False,
) -> Callable[[JobFunction], JobFunction]:
    """Declare a function as a kind of job; its parameters are of the type of its second argument."""

    def declare(function: JobFunction) -> JobFunction:
        JOB_KINDS[name] = JobKind(
            name=name,
            description=description,
            permissions=permissions,
            function=function,
            parameters_model=get_type_hints(function)["parameters"],
            validate=validate,
            writes=writes,
            company_wide=company_wide,
        )
        return function

    return declare


def get_kind(name: str) -> JobKind:
    """Return a kind by its name, or refuse it."""
    if name not in JOB_KINDS:
        raise GrilseError(f"{name} is no kind of job: there are {', '.join(JOB_KINDS)}", field="kind")
    return JOB_KINDS[name]


def find_batch_ids(numbers: Sequence[str]) -> list[int] | None:
    """Return the ids of batches by their numbers, None without numbers; one statement."""
    if not numbers:
        return None
    ids_by_number = dict(Batch.objects.filter(number__in=numbers).values_list("number", "id"))
    for number in numbers:
        if number not in ids_by_number:
            raise GrilseError(f"there is no batch {number}", field="wish.batches")
    return sorted(ids_by_number.values())


def _build_options(parameters: ProjectionParameters) -> ProjectionOptions:
    return ProjectionOptions(
        days=parameters.days,
        members=parameters.members,
        target_g=parameters.target_g,
        seed=parameters.seed,
        as_of=None if parameters.as_of is None else to_epoch_day(parameters.as_of),
    )


def _validate_projection(parameters: ProjectionParameters) -> None:
    planning.refuse_invalid_options(_build_options(parameters))
    find_batch_ids(parameters.batches)


@job_kind("project", "project batches", "planning.project", validate=_validate_projection, writes=True)
def project_batches(identity: JobIdentity, parameters: ProjectionParameters, watch: ProgressTracker) -> JobResult:
    """Project batches and store the projections, as `grilse project` does."""
    batches = find_batch_ids(parameters.batches)
    return report_projections(
        planning.project_in_transaction(identity.company, batches, _build_options(parameters), watch=watch)
    )


@job_kind("learn", "learn growth from harvested batches", "growth.learn", writes=True, company_wide=True)
def learn_growth(identity: JobIdentity, parameters: LearningParameters, watch: ProgressTracker) -> JobResult:
    """Learn growth from harvested batches, as `grilse learn` does."""
    return report_learning(
        [learn_in_transaction(get_psycopg_connection(), identity.company, parameters.before, watch=watch)]
    )


@job_kind(
    "grow",
    "estimate daily states anew",
    "growth.learn",
    validate=lambda parameters: find_batch_ids(parameters.batches),
    writes=True,
)
def estimate_states(identity: JobIdentity, parameters: EstimationParameters, watch: ProgressTracker) -> JobResult:
    """Estimate daily states anew, as `grilse grow` does."""
    batches = find_batch_ids(parameters.batches)
    if batches is None:
        batches = list(Batch.objects.order_by("number").values_list("id", flat=True))
    # An estimate needs all batches that exchanged fish, in whatever geography they are now.
    with lift_geography_limit():
        return report_estimates(
            [estimate_in_transaction(get_psycopg_connection(), identity.company, batches, watch=watch)]
        )


@job_kind(
    "check",
    "check the laws on every batch",
    *("stock.read", "growth.read", "feeding.read", "health.read"),
    company_wide=True,
)
def check_records(identity: JobIdentity, parameters: CheckParameters, watch: ProgressTracker) -> JobResult:
    """Check the company's records, as `grilse check data` does."""
    with watch("checking", checks.PART_COUNT, "parts") as advance:
        return build_check_report(checks.run_checks(get_psycopg_connection(), advance))


@job_kind("backtest", "hold a generated history against its truth", "growth.read", company_wide=True)
def backtest_history(identity: JobIdentity, parameters: BacktestParameters, watch: ProgressTracker) -> JobResult:
    """Compare the company's generated batches with their truth, as `grilse backtest` does."""
    part = compare_with_truth(get_psycopg_connection(), None, parameters.batches, learn=parameters.learn, watch=watch)
    return build_backtest_report(part)


@job_kind("fingerprint", "hash all records", "farm.read", "stock.read", company_wide=True)
def fingerprint_records(identity: JobIdentity, parameters: FingerprintParameters, watch: ProgressTracker) -> JobResult:
    """Hash the company's records, as `grilse fingerprint --company` does."""
    with watch("hashing", 1, "company") as advance:
        digest = compute_fingerprint(get_psycopg_connection(), identity.company)
        advance(1)
    return report_fingerprint(digest)


@job_kind("export", "write all records as a farm package", "data.export", company_wide=True)
def export_records(identity: JobIdentity, parameters: ExportParameters, watch: ProgressTracker) -> JobResult:
    """Write the company's records as a farm package, as `grilse export` does, into one zip file."""
    folder = get_package_path(identity.company, identity.job).with_suffix("")
    shutil.rmtree(folder, ignore_errors=True)
    company = Company.objects.get(pk=identity.company).name
    rows = export_package(get_psycopg_connection(), folder, company, identity.company, watch=watch)
    shutil.make_archive(str(folder), "zip", folder.parent, folder.name)
    shutil.rmtree(folder)
    return {"folder": folder.name, "company": company, "rows": rows}


def get_package_path(company: int, job: int) -> Path:
    """Return the path of the package that a job writes."""
    return home.make_folder("packages") / f"company-{company}-job-{job}.zip"
