"""What the doors ask of the queue, and what it may cost."""

from grilse.jobs import lists, queries
from grilse.jobs.models import Job
from grilse.listing.budgets import ListBudget, build_list_budgets
from grilse.proof.registry import Arguments, QueryBudget, declare_budgets


def _find_latest_job() -> Arguments:
    job_id = Job.objects.order_by("-pk").values_list("pk", flat=True).first()
    return None if job_id is None else {"id": job_id}


def _find_completed_kind() -> Arguments:
    done = Job.objects.filter(state=Job.State.DONE).order_by("-pk")
    kind = done.values_list("kind", flat=True).first()
    return None if kind is None else {"kind": kind}


# Jobs of a company since it began: some a day, and read whole while they are so few.
ALL_JOBS = 10_000

declare_budgets(
    QueryBudget(
        name="jobs.queries.job",
        run=queries.find_job,
        example=_find_latest_job,
        statements=1,
        unscanned=(),
        sorts=True,
        touched=2,
        least=500,
    ),
    QueryBudget(
        name="jobs.queries.latest_result",
        run=queries.find_latest_result,
        example=_find_completed_kind,
        statements=1,
        unscanned=(),
        sorts=True,
        touched=2,
        least=ALL_JOBS,
    ),
    *build_list_budgets(lists.LISTS, {"jobs": ListBudget(few=True)}),
)
