"""What the doors ask of estimates, and what it may cost."""

from datetime import timedelta

from grilse.farm.listing_hot import Cost, hot
from grilse.growth import as_of, facts, history, lists, months, queries, review, weights
from grilse.growth.models import FlaggedRecord, GrowthModel
from grilse.proof.registry import Given, Hot, declare
from grilse.stock.models import WeightSample
from grilse.stock.proving import VALUES, area, batch, day, of_batch, on_the_day, placement

STATES = ("growth_batchstate", "growth_dailystate")
SAMPLES = ("stock_weightsample",)
FLAGS = ("growth_flaggedrecord",)
COSTS = {
    "flagged-records": Cost(few=True),
    "growth-models": Cost(few=True),
    "mortality-models": Cost(few=True),
    "temperature-profiles": Cost(few=True),
    "batch-states": Cost(values=VALUES),
    "daily-states": Cost(values=VALUES),
}


def _version() -> Given:
    found = GrowthModel.objects.order_by("pk").values_list("pk", flat=True).first()
    return None if found is None else {"version": found}


def _sample() -> Given:
    found = WeightSample.objects.order_by("-date", "-pk").values_list("pk", flat=True).first()
    return None if found is None else {"sample_id": found}


def _sampled() -> Given:
    of, last = batch(), day()
    return {"batch_id": of.pk, "first": last - timedelta(days=90), "last": last} if of and last else None


def _flagged() -> Given:
    return {} if FlaggedRecord.objects.exists() else None


def _placement() -> Given:
    found = placement()
    return None if found is None else {"batch_id": found.batch_id, "placement_id": found.pk}


def _as_of() -> Given:
    of, last = batch(), day()
    return (
        {"company": of.company_id, "batch_id": of.pk, "placement_id": None, "day": last}
        if of and last
        else None
    )


def _areas() -> Given:
    found = area()
    return None if found is None else {"areas": [found]}


def _learned() -> Given:
    return {} if GrowthModel.objects.filter(learned__isnull=False).exists() else None


# Weight samples of a batch from egg to harvest.
A_BATCH = 3000
# States of a site in one month: a day of each pen.
A_MONTH = 1000

declare(
    Hot(
        name="growth.queries.batches_now",
        run=queries.batches_now,
        example=dict,
        statements=1,
        unscanned=STATES,
        sorts=True,
    ),
    Hot(
        name="growth.queries.learned_before",
        run=queries.learned_before,
        example=_version,
        statements=1,
        unscanned=(),
        touched=2,
        sorts=True,
    ),
    Hot(
        name="growth.facts.kept_versions",
        run=facts.kept_versions,
        example=_learned,
        statements=1,
        unscanned=(),
        touched=2,
        sorts=True,
        least=200,
    ),
    Hot(name="growth.review.sample", run=review.sample, example=_sample, statements=1, unscanned=SAMPLES),
    Hot(
        name="growth.review.samples_between",
        run=review.samples_between,
        example=_sampled,
        statements=1,
        unscanned=SAMPLES,
        sorts=True,
        least=A_BATCH,
    ),
    Hot(
        name="growth.review.to_review",
        run=review.to_review,
        example=_flagged,
        statements=1,
        unscanned=("stock_movement",),
        sorts=True,
        touched=50,
    ),
    Hot(
        name="growth.history.history",
        run=history.history,
        example=of_batch,
        statements=1,
        unscanned=STATES,
        sorts=True,
        packed=True,
    ),
    Hot(
        name="growth.history.history.placement",
        run=history.history,
        example=_placement,
        statements=1,
        unscanned=STATES,
        sorts=True,
        packed=True,
    ),
    # The whole batch is estimated anew, with those that fish moved to or from.
    Hot(
        name="growth.as_of.history_as_of",
        run=as_of.history_as_of,
        example=_as_of,
        statements=30,
        unscanned=("stock_movement", "feeding_meal"),
        sorts=True,
        packed=True,
        touched=3,
    ),
    Hot(
        name="growth.weights.last_weights",
        run=weights.last_weights,
        example=on_the_day,
        statements=1,
        unscanned=STATES,
    ),
    Hot(
        name="growth.months.monthly_stock",
        run=months.monthly_stock,
        example=_areas,
        statements=1,
        unscanned=STATES,
        sorts=True,
        touched=A_MONTH,
    ),
    *hot(lists.LISTS, COSTS),
)
