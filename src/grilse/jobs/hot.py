"""What the doors ask of the queue, and what it may cost."""

from grilse.farm.listing_hot import Cost, hot
from grilse.jobs import lists, queries
from grilse.jobs.models import Job
from grilse.proof.registry import Given, Hot, declare


def _job() -> Given:
    found = Job.objects.order_by("-pk").values_list("pk", flat=True).first()
    return None if found is None else {"id": found}


def _kind() -> Given:
    done = Job.objects.filter(state=Job.State.DONE).order_by("-pk")
    found = done.values_list("kind", flat=True).first()
    return None if found is None else {"kind": found}


# Jobs of a company since it began: some a day, and read whole while they are so few.
ALL_JOBS = 10_000

declare(
    Hot(
        name="jobs.queries.job",
        run=queries.job,
        example=_job,
        statements=1,
        unscanned=(),
        sorts=True,
        touched=2,
        least=500,
    ),
    Hot(
        name="jobs.queries.latest_result",
        run=queries.latest_result,
        example=_kind,
        statements=1,
        unscanned=(),
        sorts=True,
        touched=2,
        least=ALL_JOBS,
    ),
    *hot(lists.LISTS, {"jobs": Cost(few=True)}),
)
