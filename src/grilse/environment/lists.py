"""Lists of readings of the water and their daily summary."""

from datetime import date, datetime

from django.db.models import Q

from grilse.environment.models import DailyEnvironment, Reading, ReadingChange
from grilse.farm.models import Container
from grilse.listing.filters import build_container_filters, build_date_filters, build_day_filters, build_site_name
from grilse.listing.listing import Filter, Listing
from grilse.listing.sql import AnyOfSubquery

NEEDS = "environment.read"
OF = {"container_id": "container_id", "container": "container__name"}
SCOPE = ("container", "container_id")
MEASURED = {
    name: name
    for name in (
        "temperature_c",
        "oxygen_pct",
        "salinity_ppt",
        "ph",
        "co2_mg_l",
        "ammonium_mg_l",
        "nitrite_mg_l",
        "nitrate_mg_l",
    )
}


def _of_every_container(day: date) -> Q:
    """Return the condition of a day by the key of the table, which begins with the container."""
    return Q(AnyOfSubquery("container_id", Container.objects.values("id"))) & Q(date=day)


READINGS = Listing(
    name="readings",
    title="What the sensors of a container said",
    of=Reading,
    needs=NEEDS,
    fields={**OF, "at": "at", **MEASURED},
    orders={"at": ("container_id", "at")},
    newest_first=True,
    filters={
        **{name: of for name, of in build_container_filters().items() if name in SCOPE},
        "at_from": Filter(kind=datetime, lookup="at__gte", about="the first time"),
        "at_to": Filter(kind=datetime, lookup="at__lt", about="the time before which it was"),
    },
    one_of=SCOPE,
)

DAILY_ENVIRONMENT = Listing(
    name="daily-environment",
    title="Mean, lowest and highest of a container's readings, a day",
    of=DailyEnvironment,
    needs=NEEDS,
    fields={
        **OF,
        "site": build_site_name("container__"),
        **{
            name: name
            for name in (
                "date",
                "temperature_mean",
                "temperature_min",
                "temperature_max",
                "temperature_n",
                "oxygen_mean",
                "oxygen_min",
                "oxygen_max",
                "oxygen_n",
            )
        },
    },
    orders={"container": ("container_id", "date")},
    newest_first=True,
    filters={
        **build_container_filters(),
        "on": Filter(kind=date, lookup=_of_every_container, about="one day, of every container"),
        **build_date_filters("date", within=("container", "container_id", "site")),
    },
)

READING_CHANGES = Listing(
    name="reading-changes",
    title="What readings said before another value replaced them, or they were withdrawn",
    of=ReadingChange,
    needs=NEEDS,
    fields={
        "id": "id",
        **OF,
        "at": "at",
        **MEASURED,
        "withdrawn": "withdrawn",
        "author": "user__username",
        "changed_at": "changed_at",
        "reason": "reason",
    },
    orders={"entry": ("id",)},
    newest_first=True,
    filters={**build_container_filters(), **build_day_filters("changed_at")},
)

LISTS = (READINGS, DAILY_ENVIRONMENT, READING_CHANGES)
