"""What the doors ask of lice, treatments and health, and what it may cost."""

from datetime import date, timedelta

from grilse.farm.listing_hot import Cost, hot
from grilse.health import lice, lists, queries, weekly, withdrawals
from grilse.health.models import LiceCount, Treatment
from grilse.proof.registry import Given, Hot, declare
from grilse.stock.proving import area, of_batch

COUNTED = ("health_licecount",)
# A day's rows are put in order among themselves: the index ends with the day.
BY_DAY = Cost(touched=20)

COSTS = {
    "mortality-causes": Cost(few=True),
    "lice-limits": Cost(few=True),
    "lice-counts": BY_DAY,
    "treatments": BY_DAY,
    # Some ten a batch, and their scores.
    "health-samples": Cost(few=True),
    "health-scores": Cost(few=True),
}


# A batch has some fifty of the treatments that are read whole while they are so few.
ALL_TREATMENTS = 10_000
# Most counts are far under the limit.
UNDER_LIMIT = 100
# Counts of a site in a week: its pens, and more than once where there are many lice.
A_WEEK = 30
# Moves and treatments along the way that fish came.
A_PAST = 500


def _weeks() -> Given:
    """Return the four weeks up to the last count, as the page of lice asks for."""
    last = LiceCount.objects.order_by("-date").values_list("date", flat=True).first()
    return None if last is None else {"since": last - timedelta(weeks=4), "until": last}


def _area() -> Given:
    found = area()
    return None if found is None else {"area_id": found}


def _held() -> Given:
    """Return a placement on the day after a treatment that holds its fish back."""
    found = Treatment.objects.filter(withdrawal_days__gt=1).order_by("-stop", "-pk").first()
    return None if found is None else {"placements": [found.placement_id], "day": _after(found.stop)}


def _after(day: date) -> date:
    return day + timedelta(days=1)


declare(
    Hot(
        name="health.queries.treated_days",
        run=queries.treated_days,
        example=of_batch,
        statements=1,
        unscanned=(),
        sorts=True,
        least=ALL_TREATMENTS,
    ),
    Hot(
        name="health.queries.causes",
        run=queries.causes,
        example=dict,
        statements=1,
        unscanned=(),
        sorts=True,
        touched=3,
    ),
    Hot(
        name="health.queries.cause_codes",
        run=queries.cause_codes,
        example=dict,
        statements=1,
        unscanned=(),
        sorts=True,
        touched=3,
    ),
    Hot(
        name="health.lice.lice_of",
        run=lice.lice_of,
        example=of_batch,
        statements=1,
        unscanned=COUNTED,
        sorts=True,
    ),
    Hot(
        name="health.lice.over_limit",
        run=lice.over_limit,
        example=_weeks,
        statements=1,
        unscanned=COUNTED,
        sorts=True,
        touched=UNDER_LIMIT,
    ),
    Hot(
        name="health.withdrawals.held",
        run=withdrawals.held,
        example=_held,
        statements=3,
        unscanned=("health_treatment", "stock_movement"),
        sorts=True,
        least=A_PAST,
    ),
    Hot(
        name="health.withdrawals.refusal",
        run=withdrawals.refusal,
        example=_held,
        statements=3,
        unscanned=("health_treatment", "stock_movement"),
        sorts=True,
        least=A_PAST,
    ),
    Hot(
        name="health.weekly.weekly_lice",
        run=weekly.weekly_lice,
        example=_area,
        statements=1,
        unscanned=COUNTED,
        sorts=True,
        touched=A_WEEK,
    ),
    *hot(lists.LISTS, COSTS),
)
