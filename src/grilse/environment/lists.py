"""Lists of readings of the water and their daily summary."""

from datetime import datetime

from grilse.environment.models import DailyEnvironment, Reading, ReadingChange
from grilse.farm.list_filters import CONTAINER_FIELDS, CONTAINER_FILTERS
from grilse.farm.models import Container
from grilse.farm.site_names import build_site_name
from grilse.listing.filters import build_date_filters, build_day_filters, build_day_of_key_filter
from grilse.listing.listing import Filter, Listing, build_fields

REQUIRED_FILTERS = ("container", "container_id")
PARAMETER_FIELDS = build_fields(
    "temperature_c oxygen_pct salinity_ppt ph co2_mg_l ammonium_mg_l nitrite_mg_l nitrate_mg_l"
)


READINGS = Listing(
    name="readings",
    title="Sensor readings of containers",
    model=Reading,
    fields=CONTAINER_FIELDS | build_fields("at") | PARAMETER_FIELDS,
    orders={"at": ("container_id", "at")},
    newest_first=True,
    filters={
        **{name: CONTAINER_FILTERS[name] for name in REQUIRED_FILTERS},
        "at_from": Filter("at__gte", "the first time", datetime),
        "at_to": Filter("at__lt", "the time before which it was measured", datetime),
    },
    required_filters=REQUIRED_FILTERS,
)

DAILY_ENVIRONMENT = Listing(
    name="daily-environment",
    title="Daily mean, minimum and maximum of a container's readings",
    model=DailyEnvironment,
    fields=CONTAINER_FIELDS
    | {"site": build_site_name("container__")}
    | build_fields(
        "date temperature_mean temperature_min temperature_max temperature_n oxygen_mean oxygen_min oxygen_max oxygen_n"
    ),
    orders={"container": ("container_id", "date")},
    newest_first=True,
    filters={
        **CONTAINER_FILTERS,
        "on": build_day_of_key_filter(
            "container_id", lambda day: Container.objects.all(), "one day, of every container"
        ),
        **build_date_filters("date", required_with=("container", "container_id", "site")),
    },
)

READING_CHANGES = Listing(
    name="reading-changes",
    title="Values of readings that were replaced or withdrawn",
    model=ReadingChange,
    fields=build_fields("id")
    | CONTAINER_FIELDS
    | build_fields("at")
    | PARAMETER_FIELDS
    | build_fields("withdrawn", author="user__username")
    | build_fields("changed_at reason"),
    newest_first=True,
    filters=CONTAINER_FILTERS | build_day_filters("changed_at"),
)

LISTS = (READINGS, DAILY_ENVIRONMENT, READING_CHANGES)
