"""Work for the queue: ask for it, see how far it has come, take it back."""

from datetime import datetime
from typing import Annotated, Any, Literal, Union

import pydantic
from django.http import FileResponse, HttpRequest, HttpResponse
from ninja import Body, Schema, Status
from pydantic import create_model

from grilse.api.entries import Id
from grilse.api.problems import Missing
from grilse.api.rooms import JOBS as router
from grilse.door import entered_in, identified
from grilse.jobs import actions, queries
from grilse.jobs.kinds import KINDS, Kind
from grilse.jobs.queries import JobSeen
from grilse.jobs.works import package_file


class JobAnswer(Schema):
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


def wanted(kind: Kind) -> type[Schema]:
    """Return the schema of asking for a job of a kind."""
    declared: dict[str, Any] = {
        "kind": (Literal[kind.name], ...),
        "wish": (kind.wish, pydantic.Field(default_factory=kind.wish)),
    }
    return create_model(f"{kind.name.title()}Job", __base__=Schema, __doc__=f"To {kind.says}.", **declared)


ANY: Any = Union[tuple(wanted(kind) for kind in KINDS.values())]  # noqa: UP007 - made of a tuple
Wanted: Any = Annotated[ANY, pydantic.Field(discriminator="kind")]


@router.post("/jobs", may="jobs.run", response={202: JobAnswer})
def ask_for_job(request: HttpRequest, response: HttpResponse, job: Body[Wanted]) -> Status[JobSeen]:
    """Put work into the queue; it takes the permissions that its kind does, beside the one to ask."""
    asked: Any = job
    id = actions.ask(identified(request), asked.kind, asked.wish.model_dump())
    response["Location"] = f"{request.path}/{id}"
    return Status(202, _there(id))


@router.get("/jobs/{key}", may="jobs.run", response=JobAnswer)
def job_of(request: HttpRequest, key: Id) -> JobSeen:
    """Return a job, and what came of it once it is done."""
    return _there(key)


@router.post("/jobs/{key}/cancel", may="jobs.run", response=JobAnswer)
def cancel_job(request: HttpRequest, key: Id) -> JobSeen:
    """Take a job back; of one that runs nothing is kept."""
    _there(key)
    actions.cancel(key)
    return _there(key)


@router.get(
    "/jobs/{key}/package",
    may=("jobs.run", "data.export"),
    response={200: None},
    openapi_extra={"responses": {200: {"content": {"application/zip": {}}}}},
)
def package_of_job(request: HttpRequest, key: Id) -> FileResponse:
    """Return the farm package that an export wrote, zipped."""
    found, inside = _there(key), entered_in(request)
    if found.kind != "export" or found.result is None or inside is None:
        raise Missing(f"job {key} wrote no package: one of kind export does, once it is done")
    file = package_file(inside.company, key)
    if not file.exists():
        raise Missing(f"the package of job {key} is not on this server any more: export anew")
    return FileResponse(file.open("rb"), as_attachment=True, filename=f"{found.result['folder']}.zip")


def _there(key: int) -> JobSeen:
    found = queries.job(key)
    if found is None:
        raise Missing(f"there is no job {key}")
    return found
