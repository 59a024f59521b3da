"""What the doors ask of lice, treatments and health, and what it may cost."""

from datetime import date, timedelta

from grilse.health import lists, queries
from grilse.health.models import LiceCount, Treatment
from grilse.listing.budgets import ListBudget, build_list_budgets
from grilse.proof.registry import Arguments, QueryBudget, declare_budgets
from grilse.stock.examples import build_batch_arguments, find_example_area

COUNTED = ("health_licecount",)
# A day's rows are put in order among themselves: the index ends with the day.
BY_DAY = ListBudget(touched=20)

COSTS = {
    "mortality-causes": ListBudget(few=True),
    "lice-limits": ListBudget(few=True),
    "lice-counts": BY_DAY,
    "treatments": BY_DAY,
    # Some ten a batch, and their scores.
    "health-samples": ListBudget(few=True),
    "health-scores": ListBudget(few=True),
}


# A batch has some fifty of the treatments that are read whole while they are so few.
ALL_TREATMENTS = 10_000
# Most counts are far under the limit.
UNDER_LIMIT = 100
# Counts of a site in a week: its pens, and more than once where there are many lice.
A_WEEK = 30
# Moves and treatments along the way that fish came.
A_PAST = 500


def _build_week_arguments() -> Arguments:
    """Return the four weeks up to the last count, as the page of lice asks for."""
    last = LiceCount.objects.order_by("-date").values_list("date", flat=True).first()
    return None if last is None else {"since": last - timedelta(weeks=4), "until": last}


def _build_area_arguments() -> Arguments:
    area_id = find_example_area()
    return None if area_id is None else {"area_id": area_id}


def _build_hold_arguments() -> Arguments:
    """Return a placement on the day after a treatment that holds its fish back."""
    treatment = Treatment.objects.filter(withdrawal_days__gt=1).order_by("-stop", "-pk").first()
    return None if treatment is None else {"placements": [treatment.placement_id], "day": _add_one_day(treatment.stop)}


def _add_one_day(day: date) -> date:
    return day + timedelta(days=1)


declare_budgets(
    QueryBudget(
        name="health.queries.read_treated_days",
        run=queries.read_treated_days,
        example=build_batch_arguments,
        statements=1,
        unscanned=(),
        sorts=True,
        least=ALL_TREATMENTS,
    ),
    QueryBudget(
        name="health.queries.read_causes",
        run=queries.read_causes,
        example=dict,
        statements=1,
        unscanned=(),
        sorts=True,
        touched=3,
    ),
    QueryBudget(
        name="health.queries.read_cause_codes",
        run=queries.read_cause_codes,
        example=dict,
        statements=1,
        unscanned=(),
        sorts=True,
        touched=3,
    ),
    QueryBudget(
        name="health.queries.read_lice_means",
        run=queries.read_lice_means,
        example=build_batch_arguments,
        statements=1,
        unscanned=COUNTED,
        sorts=True,
    ),
    QueryBudget(
        name="health.queries.read_counts_over_limit",
        run=queries.read_counts_over_limit,
        example=_build_week_arguments,
        statements=1,
        unscanned=COUNTED,
        sorts=True,
        touched=UNDER_LIMIT,
    ),
    QueryBudget(
        name="health.queries.find_withdrawal_holds",
        run=queries.find_withdrawal_holds,
        example=_build_hold_arguments,
        statements=3,
        unscanned=("health_treatment", "stock_movement"),
        sorts=True,
        least=A_PAST,
    ),
    QueryBudget(
        name="health.queries.describe_withdrawal_hold",
        run=queries.describe_withdrawal_hold,
        example=_build_hold_arguments,
        statements=3,
        unscanned=("health_treatment", "stock_movement"),
        sorts=True,
        least=A_PAST,
    ),
    QueryBudget(
        name="health.queries.read_weekly_lice",
        run=queries.read_weekly_lice,
        example=_build_area_arguments,
        statements=1,
        unscanned=COUNTED,
        sorts=True,
        touched=A_WEEK,
    ),
    *build_list_budgets(lists.LISTS, COSTS),
)
