"""Lists of lice, treatments, health samples and causes of death."""

from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Expression, F, FloatField, OuterRef
from django.db.models.functions import Cast, JSONObject

from grilse.farm.list_filters import build_geography_filter
from grilse.health.models import HealthSample, HealthScore, LiceCount, LiceLimit, MortalityCause, Treatment
from grilse.listing.filters import build_date_filters, build_subquery_filter, build_text_filter
from grilse.listing.listing import Filter, Listing, build_fields
from grilse.stock.lists import BATCH_HELP, PLACEMENT_FIELDS, PLACEMENT_FILTERS

DATE_ORDER = {"date": ("date", "id")}
SCORE_FIELDS = build_fields("parameter score_0 score_1 score_2 score_3")
LICE_STAGES = ("adult_female", "mobile", "attached", "total", "caligus")


def _compute_mean_per_fish(total: str) -> Expression:
    mean: Any = Cast(F(total), FloatField()) / Cast(F("fish_counted"), FloatField())
    return mean


MORTALITY_CAUSES = Listing(
    name="mortality-causes",
    title="Causes of death, a tree",
    model=MortalityCause,
    fields=build_fields("id code name", parent="parent__code"),
    orders={"code": ("code",)},
    filters={
        "parent": Filter("parent__code", "the cause above it, by code"),
        "text": build_text_filter("code", "name"),
    },
)

LICE_LIMITS = Listing(
    name="lice-limits",
    title="Adult female lice per fish that rules allow, by weeks of the year",
    model=LiceLimit,
    fields=build_fields("id", geography="geography__name")
    | build_fields("kind valid_from valid_to week_from week_to adult_females source"),
    orders={"geography": ("geography_id", "kind", "valid_from", "week_from")},
    filters={
        "geography": build_geography_filter(),
        "kind": Filter("kind", "what passing it means", choices=tuple(LiceLimit.Kind.values)),
    },
)

LICE_COUNTS = Listing(
    name="lice-counts",
    title="Lice on the fish counted, as totals and per fish",
    model=LiceCount,
    fields=build_fields("id date")
    | PLACEMENT_FIELDS
    | build_fields("fish_counted adult_female mobile attached total caligus")
    | {f"{stage}_mean": _compute_mean_per_fish(stage) for stage in LICE_STAGES}
    | build_fields("method"),
    orders=DATE_ORDER,
    newest_first=True,
    filters=PLACEMENT_FILTERS | build_date_filters("date"),
)

TREATMENTS = Listing(
    name="treatments",
    title="Delousings, vaccinations and medications",
    model=Treatment,
    fields=build_fields("id")
    | PLACEMENT_FIELDS
    | build_fields("kind method start stop withdrawal_days reason efficacy"),
    orders={"start": ("start", "id")},
    newest_first=True,
    filters={
        **PLACEMENT_FILTERS,
        "kind": Filter("kind", "what it is", choices=tuple(Treatment.Kind.values)),
        "method": Filter("method", "how it was done"),
        **build_date_filters("start"),
    },
)

HEALTH_SAMPLES = Listing(
    name="health-samples",
    title="Fish examined, with the number of fish at each score of each parameter",
    model=HealthSample,
    fields=build_fields("id date")
    | PLACEMENT_FIELDS
    | {
        "fish": "fish",
        "scores": ArraySubquery(
            HealthScore.objects.filter(sample_id=OuterRef("id"))
            .order_by("parameter")
            .values(score_row=JSONObject(**SCORE_FIELDS))
        ),
    },
    orders=DATE_ORDER,
    newest_first=True,
    filters=PLACEMENT_FILTERS | build_date_filters("date"),
)

HEALTH_SCORES = Listing(
    name="health-scores",
    title="Fish of health samples by their score, a row for each parameter",
    model=HealthScore,
    fields=build_fields("sample_id", date="sample__date", placement="sample__placement__name")
    | build_fields(batch="sample__placement__batch__number", fish="sample__fish")
    | SCORE_FIELDS,
    orders={"sample": ("sample_id", "parameter")},
    newest_first=True,
    filters={
        "sample_id": Filter("sample_id", "the health sample, by id", int),
        "batch": build_subquery_filter(
            "sample_id", lambda number: HealthSample.objects.filter(placement__batch__number=number), BATCH_HELP
        ),
        "parameter": Filter("parameter", "what was scored"),
    },
)

LISTS = (MORTALITY_CAUSES, LICE_LIMITS, LICE_COUNTS, TREATMENTS, HEALTH_SAMPLES, HEALTH_SCORES)
