"""Lists of lice, treatments, health samples and causes of death."""

from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Expression, F, FloatField, OuterRef
from django.db.models.functions import Cast, JSONObject

from grilse.farm.listing import Listing
from grilse.farm.listing_filters import among, contains, dates, is_
from grilse.health.models import (
    HealthSample,
    HealthScore,
    LiceCount,
    LiceLimit,
    MortalityCause,
    Treatment,
)
from grilse.stock.lists import OF_PLACEMENTS, of_placement, placed

NEEDS = "health.read"
SCORES = ("parameter", "score_0", "score_1", "score_2", "score_3")


def a_fish(total: str) -> Expression:
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
    filters={"parent": is_("parent__code", "the cause above it, by code"), "text": contains("code", "name")},
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
        "geography": is_("geography__name", "the region"),
        "kind": is_("kind", "what passing it means", choices=tuple(LiceLimit.Kind.values)),
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
        **placed(),
        "fish_counted": "fish_counted",
        "adult_female": "adult_female",
        "mobile": "mobile",
        "attached": "attached",
        "total": "total",
        "caligus": "caligus",
        "adult_female_mean": a_fish("adult_female"),
        "mobile_mean": a_fish("mobile"),
        "attached_mean": a_fish("attached"),
        "total_mean": a_fish("total"),
        "caligus_mean": a_fish("caligus"),
        "method": "method",
    },
    orders={"date": ("date", "id")},
    newest_first=True,
    filters={**of_placement(), **dates("date")},
)

TREATMENTS = Listing(
    name="treatments",
    title="Delousings, vaccinations and medications",
    of=Treatment,
    needs=NEEDS,
    fields={
        "id": "id",
        **placed(),
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
        **of_placement(),
        "kind": is_("kind", "what it is", choices=tuple(Treatment.Kind.values)),
        "method": is_("method", "how it was done"),
        **dates("start"),
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
        **placed(),
        "fish": "fish",
        "scores": ArraySubquery(
            HealthScore.objects.filter(sample_id=OuterRef("id"))
            .order_by("parameter")
            .values(told=JSONObject(**{name: name for name in SCORES}))
        ),
    },
    orders={"date": ("date", "id")},
    newest_first=True,
    filters={**of_placement(), **dates("date")},
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
        "sample_id": is_("sample_id", "the health sample, by id", int),
        "batch": among(
            "sample_id",
            lambda number: HealthSample.objects.filter(placement__batch__number=number),
            OF_PLACEMENTS["batch"][1],
        ),
        "parameter": is_("parameter", "what was scored"),
    },
)

LISTS = (MORTALITY_CAUSES, LICE_LIMITS, LICE_COUNTS, TREATMENTS, HEALTH_SAMPLES, HEALTH_SCORES)
