"""The kinds of jobs: what each wishes, needs and does."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from pydantic import ValidationError

from grilse.errors import GrilseError
from grilse.jobs import job_functions, parameters
from grilse.jobs.job_functions import JobIdentity, JobResult, ProgressTracker
from grilse.jobs.parameters import JobParameters


@dataclass(frozen=True, kw_only=True, slots=True)
class JobKind:
    """A kind of job."""

    name: str
    description: str
    permissions: tuple[str, ...]
    """Permissions that it takes beside the one to give work to the queue."""
    parameters_model: type[JobParameters]
    function: Callable[[JobIdentity, Any, ProgressTracker], JobResult]
    validate: Callable[[Any], None] = lambda wish: None
    """Refuses, when it is asked for, what could never be done."""
    writes: bool = False
    """Whether it changes rows: then what it wrote and that it is done are one transaction."""
    company_wide: bool = False
    """Whether it is about all places of the company, and so only for roles that hold in all of them."""

    @property
    def required_permissions(self) -> tuple[str, ...]:
        """All permissions that it takes."""
        return ("jobs.run", *self.permissions)

    def parse_parameters(self, arguments: Mapping[str, Any]) -> Any:
        """Return a wish of this kind; refuse, by name, what it does not know or take."""
        try:
            return self.parameters_model.model_validate(arguments)
        except ValidationError as error:
            first = error.errors()[0]
            field = ".".join(str(part) for part in first["loc"])
            field_path = f"wish.{field}" if field else "wish"
            raise GrilseError(f"{field_path} of {self.name}: {first['msg']}", field=field_path) from None


JOB_KINDS: Mapping[str, JobKind] = MappingProxyType(
    {
        kind.name: kind
        for kind in (
            JobKind(
                name="project",
                description="project batches",
                permissions=("planning.project",),
                parameters_model=parameters.ProjectionParameters,
                function=job_functions.project_batches,
                validate=job_functions.validate_projection,
                writes=True,
            ),
            JobKind(
                name="learn",
                description="learn growth from harvested batches",
                permissions=("growth.learn",),
                parameters_model=parameters.LearningParameters,
                function=job_functions.learn_growth,
                writes=True,
                company_wide=True,
            ),
            JobKind(
                name="grow",
                description="estimate daily states anew",
                permissions=("growth.learn",),
                parameters_model=parameters.EstimationParameters,
                function=job_functions.estimate_states,
                validate=job_functions.validate_estimation,
                writes=True,
            ),
            JobKind(
                name="check",
                description="check the laws on every batch",
                permissions=("stock.read", "growth.read", "feeding.read", "health.read"),
                parameters_model=parameters.CheckParameters,
                function=job_functions.check_records,
                company_wide=True,
            ),
            JobKind(
                name="backtest",
                description="hold a generated history against its truth",
                permissions=("growth.read",),
                parameters_model=parameters.BacktestParameters,
                function=job_functions.backtest_history,
                company_wide=True,
            ),
            JobKind(
                name="fingerprint",
                description="hash all records",
                permissions=("farm.read", "stock.read"),
                parameters_model=parameters.FingerprintParameters,
                function=job_functions.fingerprint_records,
                company_wide=True,
            ),
            JobKind(
                name="export",
                description="write all records as a farm package",
                permissions=("data.export",),
                parameters_model=parameters.ExportParameters,
                function=job_functions.export_records,
                company_wide=True,
            ),
        )
    }
)


def get_kind(name: str) -> JobKind:
    """Return a kind by its name, or refuse it."""
    if name not in JOB_KINDS:
        raise GrilseError(f"{name} is no kind of job: there are {', '.join(JOB_KINDS)}", field="kind")
    return JOB_KINDS[name]
