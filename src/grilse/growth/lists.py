"""Lists of daily states, of flagged weight records, and of the models that estimates use."""

from django.db.models import Q

from grilse.farm.list_filters import build_geography_filter
from grilse.growth.models import BatchState, DailyState, FlaggedRecord, GrowthModel, MortalityModel, TemperatureProfile
from grilse.growth.states import list_flag_names
from grilse.listing.filters import build_date_filters, build_day_of_key_filter, build_text_filter
from grilse.listing.listing import ConvertedColumn, Filter, Listing, build_fields
from grilse.stock.lists import BATCH_FILTER, NARROW_FILTERS, PLACEMENT_FIELDS, PLACEMENT_FILTERS, build_active_condition
from grilse.stock.models import Batch, Placement

STATE_FIELDS = build_fields(
    "count count_estimate count_sd mean_weight_g mean_weight_sd_g biomass_kg biomass_sd_kg"
    " hindsight_count hindsight_count_sd hindsight_weight_g hindsight_weight_sd_g hindsight_biomass_kg"
    " hindsight_biomass_sd_kg temperature_c degree_days deaths feed_kg fcr tgc_multiplier",
    provenance=ConvertedColumn("provenance", list_flag_names, list),
    growth_model_id="growth_model_id",
)
MODEL_FIELDS = build_fields("id name source")

DAILY_STATES = Listing(
    name="daily-states",
    title="Estimates of placements at the end of days, as known then and in hindsight",
    model=DailyState,
    fields=PLACEMENT_FIELDS | build_fields("date") | STATE_FIELDS,
    orders={"placement": ("placement_id", "date")},
    newest_first=True,
    filters={
        **PLACEMENT_FILTERS,
        "on": build_day_of_key_filter(
            "placement_id",
            lambda day: Placement.objects.filter(build_active_condition(day)),
            "one day, of every placement",
        ),
        **build_date_filters("date", required_with=NARROW_FILTERS),
    },
)

BATCH_STATES = Listing(
    name="batch-states",
    title="Estimates of whole batches at the end of days, as known then and in hindsight",
    model=BatchState,
    fields=build_fields(batch="batch__number", date="date", day="day") | STATE_FIELDS,
    orders={"batch": ("batch_id", "date")},
    newest_first=True,
    filters={
        "batch": BATCH_FILTER,
        "on": build_day_of_key_filter(
            "batch_id", lambda day: Batch.objects.filter(start_date__lte=day), "one day, of every batch"
        ),
        **build_date_filters("date", required_with=("batch",)),
    },
)

FLAGGED_RECORDS = Listing(
    name="flagged-records",
    title="Weights too far from the expected weight to be used at face value",
    model=FlaggedRecord,
    fields=build_fields("id date")
    | PLACEMENT_FIELDS
    | build_fields("record record_id measured_g expected_g sigmas verdict"),
    orders={"record": ("record", "record_id")},
    filters={
        **PLACEMENT_FILTERS,
        "record": Filter("record", "the kind of record", choices=tuple(FlaggedRecord.Record.values)),
        "verdict": Filter("verdict", "what later records indicate", choices=tuple(FlaggedRecord.Verdict.values)),
        **build_date_filters("date"),
    },
)

GROWTH_MODELS = Listing(
    name="growth-models",
    title="Thermal growth by stage, from the literature and learned from harvests",
    model=GrowthModel,
    fields=MODEL_FIELDS | build_fields("learned_before tgc"),
    orders={"name": ("name",)},
    filters={
        "learned": Filter(
            lambda is_learned: Q(learned_before__isnull=not is_learned), "whether it was learned from harvests", bool
        ),
        "text": build_text_filter("name"),
    },
)

MORTALITY_MODELS = Listing(
    name="mortality-models",
    title="Deaths per fish and month, by stage",
    model=MortalityModel,
    fields=MODEL_FIELDS | build_fields("monthly_rate"),
    orders={"name": ("name",)},
    filters={"text": build_text_filter("name")},
)

TEMPERATURE_PROFILES = Listing(
    name="temperature-profiles",
    title="The usual sea temperature by day of the year, of regions and some of their areas",
    model=TemperatureProfile,
    fields=build_fields("id", geography="geography__name", area="area__name")
    | build_fields("day_of_year temperature_c sd_c"),
    filters={
        "geography": build_geography_filter(),
        "area": Filter("area__name", "the area"),
        "day_of_year": Filter("day_of_year", "the day, 1 to 366", int),
    },
)

LISTS = (DAILY_STATES, BATCH_STATES, FLAGGED_RECORDS, GROWTH_MODELS, MORTALITY_MODELS, TEMPERATURE_PROFILES)
