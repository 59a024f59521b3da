"""Lists of lice, treatments, health samples and causes of death."""

from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Expression, F, FloatField, OuterRef
from django.db.models.functions import Cast, JSONObject

from grilse.health.models import HealthSample, HealthScore, LiceCount, LiceLimit, MortalityCause, Treatment
from grilse.listing.filters import build_date_filters, build_subquery_filter, build_text_filter, build_value_filter
from grilse.listing.listing import Listing
from grilse.stock.lists import PLACEMENT_LOOKUPS, build_placement_columns, build_placement_filters

NEEDS = "health.read"
SCORES = ("parameter", "score_0", "score_1", "score_2", "score_3")


def build_mean_per_fish(total: str) -> Expression:
    """Return the mean over the fish counted."""
    mean: Any = Cast(F(total), FloatField()) / Cast(F("fish_counted"), FloatField())
    return mean


MORTALITY_CAUSES = Listing(
    name="mortality-causes",
    title="Causes of death, a tree",
    of=MortalityCause,
    needs=NEEDS,
    fields={"id": "id", "code": "code", "name": "name", "parent": "parent__code"},
    orders={"code": ("code",)},
    filters={
        "parent": build_value_filter("parent__code", "the cause above it, by code"),
        "text": build_text_filter("code", "name"),
    },
)

LICE_LIMITS = Listing(
    name="lice-limits",
    title="Adult female lice a fish that rules allow, by weeks of the year",
    of=LiceLimit,
    needs=NEEDS,
    fields={
        "id": "id",
        "geography": "geography__name",
        "kind": "kind",
        "valid_from": "valid_from",
        "valid_to": "valid_to",
        "week_from": "week_from",
        "week_to": "week_to",
        "adult_females": "adult_females",
        "source": "source",
    },
    orders={"geography": ("geography_id", "kind", "valid_from", "week_from")},
    filters={
        "geography": build_value_filter("geography__name", "the region"),
        "kind": build_value_filter("kind", "what passing it means", choices=tuple(LiceLimit.Kind.values)),
    },
)

LICE_COUNTS = Listing(
    name="lice-counts",
    title="Lice on the fish counted, as totals and a fish",
    of=LiceCount,
    needs=NEEDS,
    fields={
        "id": "id",
        "date": "date",
        **build_placement_columns(),
        "fish_counted": "fish_counted",
        "adult_female": "adult_female",
        "mobile": "mobile",
        "attached": "attached",
        "total": "total",
        "caligus": "caligus",
        "adult_female_mean": build_mean_per_fish("adult_female"),
        "mobile_mean": build_mean_per_fish("mobile"),
        "attached_mean": build_mean_per_fish("attached"),
        "total_mean": build_mean_per_fish("total"),
        "caligus_mean": build_mean_per_fish("caligus"),
        "method": "method",
    },
    orders={"date": ("date", "id")},
    newest_first=True,
    filters={**build_placement_filters(), **build_date_filters("date")},
)

TREATMENTS = Listing(
    name="treatments",
    title="Delousings, vaccinations and medications",
    of=Treatment,
    needs=NEEDS,
    fields={
        "id": "id",
        **build_placement_columns(),
        "kind": "kind",
        "method": "method",
        "start": "start",
        "stop": "stop",
        "withdrawal_days": "withdrawal_days",
        "reason": "reason",
        "efficacy": "efficacy",
    },
    orders={"start": ("start", "id")},
    newest_first=True,
    filters={
        **build_placement_filters(),
        "kind": build_value_filter("kind", "what it is", choices=tuple(Treatment.Kind.values)),
        "method": build_value_filter("method", "how it was done"),
        **build_date_filters("start"),
    },
)

HEALTH_SAMPLES = Listing(
    name="health-samples",
    title="Fish looked over, with how many had each score of each parameter",
    of=HealthSample,
    needs=NEEDS,
    fields={
        "id": "id",
        "date": "date",
        **build_placement_columns(),
        "fish": "fish",
        "scores": ArraySubquery(
            HealthScore.objects.filter(sample_id=OuterRef("id"))
            .order_by("parameter")
            .values(score_row=JSONObject(**{name: name for name in SCORES}))
        ),
    },
    orders={"date": ("date", "id")},
    newest_first=True,
    filters={**build_placement_filters(), **build_date_filters("date")},
)

HEALTH_SCORES = Listing(
    name="health-scores",
    title="Fish of health samples by their score, a row for each parameter",
    of=HealthScore,
    needs=NEEDS,
    fields={
        "sample_id": "sample_id",
        "date": "sample__date",
        "placement": "sample__placement__name",
        "batch": "sample__placement__batch__number",
        "fish": "sample__fish",
        **{name: name for name in SCORES},
    },
    orders={"sample": ("sample_id", "parameter")},
    newest_first=True,
    filters={
        "sample_id": build_value_filter("sample_id", "the health sample, by id", int),
        "batch": build_subquery_filter(
            "sample_id",
            lambda number: HealthSample.objects.filter(placement__batch__number=number),
            PLACEMENT_LOOKUPS["batch"][1],
        ),
        "parameter": build_value_filter("parameter", "what was scored"),
    },
)

LISTS = (MORTALITY_CAUSES, LICE_LIMITS, LICE_COUNTS, TREATMENTS, HEALTH_SAMPLES, HEALTH_SCORES)
