"""The list of jobs."""

from grilse.jobs.job_kinds import JOB_KINDS
from grilse.jobs.models import Job
from grilse.listing.filters import build_value_filter
from grilse.listing.listing import Listing

JOBS = Listing(
    name="jobs",
    title="Work given to the queue, and how far it has come",
    of=Job,
    needs="jobs.run",
    fields={
        "id": "id",
        "kind": "kind",
        "state": "state",
        "asked_by": "asked_by__username",
        "asked_at": "asked_at",
        "begun_at": "begun_at",
        "ended_at": "ended_at",
        "step": "step",
        "progress": "progress",
        "error": "error",
    },
    orders={"asked": ("id",)},
    filters={
        "kind": build_value_filter("kind", "what it does", choices=tuple(JOB_KINDS)),
        "state": build_value_filter("state", "how far it has come", choices=tuple(Job.State.values)),
    },
    newest_first=True,
)

LISTS = (JOBS,)
