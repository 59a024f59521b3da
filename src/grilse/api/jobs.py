"""Jobs of the queue: submit, read and cancel them, and download their packages."""

from typing import Annotated, Any, Literal, Union

import pydantic
from django.http import FileResponse, HttpRequest, HttpResponse
from ninja import Body, Status
from pydantic import create_model

from grilse.access.requests import get_request_context, require_principal
from grilse.api.problems import NotFoundError
from grilse.api.responses import found_or_404
from grilse.api.routing import JOBS as router
from grilse.api.schemas import Id, build_output_schema
from grilse.input_types import DerivedRequestSchema, RequestSchema
from grilse.jobs import actions, queries
from grilse.jobs.job_kinds import JOB_KINDS, JobKind, get_package_path
from grilse.jobs.queries import JobDetail

JobFields: Any = build_output_schema(queries.JobDetail)


class JobResponse(JobFields):
    """A job and its result."""

    state: Literal["waiting", "running", "done", "failed", "cancelled"]


def build_job_schema(kind: JobKind) -> type[RequestSchema]:
    """Return the schema of a request for a job of a kind."""
    declared: dict[str, Any] = {
        "kind": (Literal[kind.name], ...),
        "wish": (kind.parameters_model, pydantic.Field(default_factory=kind.parameters_model)),
    }
    return create_model(
        f"{kind.name.title()}Job", __base__=DerivedRequestSchema, __doc__=f"To {kind.description}.", **declared
    )


ANY_JOB_SCHEMA: Any = Union[tuple(build_job_schema(kind) for kind in JOB_KINDS.values())]  # noqa: UP007 - built from a tuple
JobRequest: Any = Annotated[ANY_JOB_SCHEMA, pydantic.Field(discriminator="kind")]


@router.post("/jobs", permission="jobs.run", response={202: JobResponse})
def submit_job(request: HttpRequest, response: HttpResponse, job: Body[JobRequest]) -> Status[JobDetail]:
    """Submit a job; its kind may require further permissions."""
    id = actions.submit_job(require_principal(request), job.kind, job.wish.model_dump(mode="json"))
    response["Location"] = f"{request.path}/{id}"
    return Status(202, _read_job_or_404(id))


@router.get("/jobs/{key}", permission="jobs.run", response=JobResponse)
def read_job(request: HttpRequest, key: Id) -> JobDetail:
    """Return a job, with its result once it is done."""
    return _read_job_or_404(key)


@router.post("/jobs/{key}/cancel", permission="jobs.run", response=JobResponse)
def cancel_job(request: HttpRequest, key: Id) -> JobDetail:
    """Cancel a job; a running job leaves no changes."""
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
    """Return the farm package of a finished export job as a zip file."""
    job, context = _read_job_or_404(key), get_request_context(request)
    if job.kind != "export" or job.result is None or context is None:
        raise NotFoundError(f"job {key} wrote no package: a job of kind export writes one, once it is done")
    file = get_package_path(context.company, key)
    if not file.exists():
        raise NotFoundError(f"the package of job {key} is not on this server any more: export it again")
    return FileResponse(file.open("rb"), as_attachment=True, filename=f"{job.result['folder']}.zip")


def _read_job_or_404(key: int) -> JobDetail:
    return found_or_404(queries.find_job(key), f"job {key}")
