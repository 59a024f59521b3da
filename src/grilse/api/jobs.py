"""Work for the queue: ask for it, see how far it has come, take it back."""

from datetime import datetime
from typing import Annotated, Any, Literal, Union

import pydantic
from django.http import FileResponse, HttpRequest, HttpResponse
from ninja import Body, Schema, Status
from pydantic import create_model

from grilse.access.requests import get_request_context, require_principal
from grilse.api.input_schemas import Id
from grilse.api.problems import NotFoundError
from grilse.api.routers import JOBS as router
from grilse.jobs import actions, queries
from grilse.jobs.job_kinds import JOB_KINDS, JobKind, get_package_path
from grilse.jobs.queries import JobDetail


class JobResponse(Schema):
    """A job and what came of it."""

    id: int
    kind: str
    wish: dict[str, Any]
    state: Literal["waiting", "running", "done", "failed", "cancelled"]
    asked_by: str
    asked_at: datetime
    begun_at: datetime | None
    ended_at: datetime | None
    step: str
    progress: float | None
    """Of its step, 0 to 1."""
    result: dict[str, Any] | None
    """What the command of the same name prints with --json."""
    error: str
    """Why it failed."""


def build_job_schema(kind: JobKind) -> type[Schema]:
    """Return the schema of asking for a job of a kind."""
    declared: dict[str, Any] = {
        "kind": (Literal[kind.name], ...),
        "wish": (kind.parameters_model, pydantic.Field(default_factory=kind.parameters_model)),
    }
    return create_model(f"{kind.name.title()}Job", __base__=Schema, __doc__=f"To {kind.description}.", **declared)


ANY_JOB_SCHEMA: Any = Union[tuple(build_job_schema(kind) for kind in JOB_KINDS.values())]  # noqa: UP007 - made of a tuple
JobRequest: Any = Annotated[ANY_JOB_SCHEMA, pydantic.Field(discriminator="kind")]


@router.post("/jobs", permission="jobs.run", response={202: JobResponse})
def submit_job(request: HttpRequest, response: HttpResponse, job: Body[JobRequest]) -> Status[JobDetail]:
    """Put work into the queue; it takes the permissions that its kind does, beside the one to ask."""
    asked: Any = job
    id = actions.submit_job(require_principal(request), asked.kind, asked.wish.model_dump())
    response["Location"] = f"{request.path}/{id}"
    return Status(202, _read_job_or_404(id))


@router.get("/jobs/{key}", permission="jobs.run", response=JobResponse)
def read_job(request: HttpRequest, key: Id) -> JobDetail:
    """Return a job, and what came of it once it is done."""
    return _read_job_or_404(key)


@router.post("/jobs/{key}/cancel", permission="jobs.run", response=JobResponse)
def cancel_job(request: HttpRequest, key: Id) -> JobDetail:
    """Take a job back; of one that runs nothing is kept."""
    _read_job_or_404(key)
    actions.cancel_job(key)
    return _read_job_or_404(key)


@router.get(
    "/jobs/{key}/package",
    permission=("jobs.run", "data.export"),
    response={200: None},
    openapi_extra={"responses": {200: {"content": {"application/zip": {}}}}},
)
def download_package(request: HttpRequest, key: Id) -> FileResponse:
    """Return the farm package that an export wrote, zipped."""
    job, inside = _read_job_or_404(key), get_request_context(request)
    if job.kind != "export" or job.result is None or inside is None:
        raise NotFoundError(f"job {key} wrote no package: one of kind export does, once it is done")
    file = get_package_path(inside.company, key)
    if not file.exists():
        raise NotFoundError(f"the package of job {key} is not on this server any more: export anew")
    return FileResponse(file.open("rb"), as_attachment=True, filename=f"{job.result['folder']}.zip")


def _read_job_or_404(key: int) -> JobDetail:
    job = queries.find_job(key)
    if job is None:
        raise NotFoundError(f"there is no job {key}")
    return job
