"""The list of jobs."""

from grilse.jobs.job_kinds import JOB_KINDS
from grilse.jobs.models import Job
from grilse.listing.listing import Filter, Listing, build_fields

JOBS = Listing(
    name="jobs",
    title="Jobs and their progress",
    model=Job,
    permission="jobs.run",
    fields=build_fields("id kind state", asked_by="asked_by__username")
    | build_fields("asked_at begun_at ended_at step progress error"),
    orders={"asked": ("id",)},
    newest_first=True,
    filters={
        "kind": Filter("kind", "what it does", choices=tuple(JOB_KINDS)),
        "state": Filter("state", "its state", choices=tuple(Job.State.values)),
    },
)

LISTS = (JOBS,)
