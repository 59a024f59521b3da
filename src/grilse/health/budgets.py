"""Query budgets of lice, treatments and health samples."""

from datetime import timedelta

from grilse.health import lists, queries
from grilse.health.models import LiceCount, Treatment
from grilse.listing.budgets import ListBudget, build_list_budgets
from grilse.proof.registry import Arguments, QueryBudget, declare_budgets
from grilse.stock.examples import build_batch_arguments, find_example_area

LICE_TABLES = ("health_licecount",)
HOLD_TABLES = ("health_treatment", "stock_movement")
# A batch has some fifty treatments; while a company has so few, the table is read as a whole.
ALL_TREATMENTS = 10_000
# Most counts are far under the limit.
COUNTS_UNDER_LIMIT = 100
# Counts of a site in a week: its pens, and more than once where there are many lice.
COUNTS_PER_WEEK = 30
# Moves and treatments along the way that fish came.
EVENTS_OF_PAST = 500


def _find_last_weeks() -> Arguments:
    """Return the four weeks up to the last count, as the page of lice shows them."""
    last = LiceCount.objects.order_by("-date").values_list("date", flat=True).first()
    return None if last is None else {"since": last - timedelta(weeks=4), "until": last}


def _find_area() -> Arguments:
    area_id = find_example_area()
    return None if area_id is None else {"area_id": area_id}


def _find_placement_on_hold() -> Arguments:
    """Return a placement on the day after a treatment with a withdrawal period."""
    treatment = Treatment.objects.filter(withdrawal_days__gt=1).order_by("-stop", "-pk").first()
    if treatment is None:
        return None
    return {"placements": [treatment.placement_id], "day": treatment.stop + timedelta(days=1)}


declare_budgets(
    QueryBudget(queries.read_treated_days, build_batch_arguments, sorts=True, least=ALL_TREATMENTS),
    QueryBudget(queries.read_causes, sorts=True, touched=3),
    QueryBudget(queries.read_cause_codes, sorts=True, touched=3),
    QueryBudget(queries.read_lice_means, build_batch_arguments, unscanned=LICE_TABLES, sorts=True),
    QueryBudget(
        queries.read_counts_over_limit, _find_last_weeks, unscanned=LICE_TABLES, sorts=True, touched=COUNTS_UNDER_LIMIT
    ),
    *(
        QueryBudget(
            function, _find_placement_on_hold, statements=3, unscanned=HOLD_TABLES, sorts=True, least=EVENTS_OF_PAST
        )
        for function in (queries.find_withdrawal_holds, queries.describe_withdrawal_hold)
    ),
    QueryBudget(queries.read_weekly_lice, _find_area, unscanned=LICE_TABLES, sorts=True, touched=COUNTS_PER_WEEK),
    *build_list_budgets(
        lists.LISTS,
        # The index ends with the day; rows of one day are sorted.
        dict.fromkeys(("lice-counts", "treatments"), ListBudget(touched=20)),
        # Some ten samples a batch, and their scores.
        small=("mortality-causes", "lice-limits", "health-samples", "health-scores"),
    ),
)
