"""Query budgets of jobs."""

from grilse.jobs import lists, queries
from grilse.jobs.models import Job
from grilse.listing.budgets import build_list_budgets
from grilse.proof.registry import QueryBudget, declare_budgets, take_first_row

JOBS = Job.objects.order_by("-pk")
# All jobs of a company: some a day; while there are so few, the table is read as a whole.
ALL_JOBS = 10_000

declare_budgets(
    QueryBudget(queries.find_job, take_first_row(JOBS, id="pk"), sorts=True, touched=2, least=500),
    QueryBudget(
        queries.find_latest_result,
        take_first_row(JOBS.filter(state=Job.State.DONE), kind="kind"),
        sorts=True,
        touched=2,
        least=ALL_JOBS,
    ),
    *build_list_budgets(lists.LISTS, small=("jobs",)),
)
