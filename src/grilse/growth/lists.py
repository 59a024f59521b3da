"""Lists of daily states, of the records that they doubt, and of the models that they use."""

from datetime import date

from django.db.models import Q

from grilse.growth.models import BatchState, DailyState, FlaggedRecord, GrowthModel, MortalityModel, TemperatureProfile
from grilse.growth.states import list_flag_names
from grilse.listing.filters import build_date_filters, build_reference_filter, build_text_filter, build_value_filter
from grilse.listing.listing import ConvertedColumn, Filter, Listing
from grilse.listing.sql import AnyOfSubquery
from grilse.stock.lists import build_active_condition, build_placement_columns, build_placement_filters
from grilse.stock.models import Batch, Placement

NEEDS = "growth.read"
STATE_FIELDS = {
    **{
        name: name
        for name in (
            "count",
            "count_estimate",
            "count_sd",
            "mean_weight_g",
            "mean_weight_sd_g",
            "biomass_kg",
            "biomass_sd_kg",
            "hindsight_count",
            "hindsight_count_sd",
            "hindsight_weight_g",
            "hindsight_weight_sd_g",
            "hindsight_biomass_kg",
            "hindsight_biomass_sd_kg",
            "temperature_c",
            "degree_days",
            "deaths",
            "feed_kg",
            "fcr",
            "tgc_multiplier",
        )
    },
    "provenance": ConvertedColumn("provenance", list_flag_names, list),
    "growth_model_id": "growth_model_id",
}
MODEL_FIELDS = {"id": "id", "name": "name", "source": "source"}


def _filter_placements_on_day(day: date) -> Q:
    """Return the condition of a day by the key of the table, which begins with the placement."""
    return Q(AnyOfSubquery("placement_id", Placement.objects.filter(build_active_condition(day)).values("id"))) & Q(
        date=day
    )


def _filter_batches_on_day(day: date) -> Q:
    """Return the condition of a day by the key of the table, which begins with the batch."""
    return Q(AnyOfSubquery("batch_id", Batch.objects.filter(start_date__lte=day).values("id"))) & Q(date=day)


DAILY_STATES = Listing(
    name="daily-states",
    title="Estimates of placements at the end of days, as known then and in hindsight",
    of=DailyState,
    needs=NEEDS,
    fields={**build_placement_columns(), "date": "date", **STATE_FIELDS},
    orders={"placement": ("placement_id", "date")},
    newest_first=True,
    filters={
        **build_placement_filters(),
        "on": Filter(kind=date, lookup=_filter_placements_on_day, about="one day, of every placement"),
        **build_date_filters("date", within=("batch", "placement", "placement_id", "container", "site")),
    },
)

BATCH_STATES = Listing(
    name="batch-states",
    title="Estimates of whole batches at the end of days, as known then and in hindsight",
    of=BatchState,
    needs=NEEDS,
    fields={"batch": "batch__number", "date": "date", "day": "day", **STATE_FIELDS},
    orders={"batch": ("batch_id", "date")},
    newest_first=True,
    filters={
        "batch": build_reference_filter("batch_id", Batch, "number", "the batch, by number"),
        "on": Filter(kind=date, lookup=_filter_batches_on_day, about="one day, of every batch"),
        **build_date_filters("date", within=("batch",)),
    },
)

FLAGGED_RECORDS = Listing(
    name="flagged-records",
    title="Weights that lay too far from what was expected to be taken as they stand",
    of=FlaggedRecord,
    needs=NEEDS,
    fields={
        "id": "id",
        "date": "date",
        **build_placement_columns(),
        "record": "record",
        "record_id": "record_id",
        "measured_g": "measured_g",
        "expected_g": "expected_g",
        "sigmas": "sigmas",
        "verdict": "verdict",
    },
    orders={"record": ("record", "record_id")},
    filters={
        **build_placement_filters(),
        "record": build_value_filter(
            "record", "where the weight was written down", choices=tuple(FlaggedRecord.Record.values)
        ),
        "verdict": build_value_filter(
            "verdict", "what the records after it say", choices=tuple(FlaggedRecord.Verdict.values)
        ),
        **build_date_filters("date"),
    },
)

GROWTH_MODELS = Listing(
    name="growth-models",
    title="Thermal growth by stage, from the literature and learned from harvests",
    of=GrowthModel,
    needs=NEEDS,
    fields={**MODEL_FIELDS, "learned_before": "learned_before", "tgc": "tgc"},
    orders={"name": ("name",)},
    filters={
        "learned": Filter(
            kind=bool,
            lookup=lambda is_learned: Q(learned_before__isnull=not is_learned),
            about="whether it was learned from harvests",
        ),
        "text": build_text_filter("name"),
    },
)

MORTALITY_MODELS = Listing(
    name="mortality-models",
    title="Deaths a fish and month by stage",
    of=MortalityModel,
    needs=NEEDS,
    fields={**MODEL_FIELDS, "monthly_rate": "monthly_rate"},
    orders={"name": ("name",)},
    filters={"text": build_text_filter("name")},
)

TEMPERATURE_PROFILES = Listing(
    name="temperature-profiles",
    title="The usual sea temperature by day of the year, of regions and some of their areas",
    of=TemperatureProfile,
    needs=NEEDS,
    fields={
        "id": "id",
        "geography": "geography__name",
        "area": "area__name",
        "day_of_year": "day_of_year",
        "temperature_c": "temperature_c",
        "sd_c": "sd_c",
    },
    orders={"entry": ("id",)},
    filters={
        "geography": build_value_filter("geography__name", "the region"),
        "area": build_value_filter("area__name", "the area"),
        "day_of_year": build_value_filter("day_of_year", "the day, 1 to 366", int),
    },
)

LISTS = (DAILY_STATES, BATCH_STATES, FLAGGED_RECORDS, GROWTH_MODELS, MORTALITY_MODELS, TEMPERATURE_PROFILES)
