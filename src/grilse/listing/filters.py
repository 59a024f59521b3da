"""Filters that lists share: dates, texts, and the places that rows belong to."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.db.models import Expression, F, Model, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from grilse.farm.models import Container
from grilse.listing.listing import Filter
from grilse.listing.sql import AnyOfSubquery


def build_date_filters(column: str, *, within: tuple[str, ...] = ()) -> dict[str, Filter]:
    """Return the filters of a date: from one day to another, both of them included."""
    return {
        "date_from": Filter(kind=date, lookup=f"{column}__gte", about="the first day", within=within),
        "date_to": Filter(kind=date, lookup=f"{column}__lte", about="the last day", within=within),
    }


def build_day_filters(column: str) -> dict[str, Filter]:
    """Return the filters of a time by its days (UTC), both of them included."""

    def midnight(day: date) -> datetime:
        return datetime.combine(day, time.min, UTC)

    def until(day: date) -> Q:
        # The last day there is has no next.
        return Q() if day == date.max else Q(**{f"{column}__lt": midnight(day + timedelta(days=1))})

    return {
        "date_from": Filter(
            kind=date, lookup=lambda day: Q(**{f"{column}__gte": midnight(day)}), about="the first day"
        ),
        "date_to": Filter(kind=date, lookup=until, about="the last day"),
    }


def build_value_filter(
    column: str, about: str, kind: type = str, *, choices: tuple[str, ...] = (), **how: Any
) -> Filter:
    """Return the filter of one value of a column."""
    return Filter(kind=kind, lookup=column, about=about, choices=choices, **how)


def build_text_filter(*columns: str) -> Filter:
    """Return the filter of a part of a text, in any of some columns, in whatever case."""

    def condition(text: str) -> Q:
        any_column = Q()
        for column in columns:
            any_column |= Q(**{f"{column}__icontains": text})
        return any_column

    return Filter(kind=str, lookup=condition, about="a part of its name, in whatever case")


def build_reference_filter(column: str, of: type[Model], lookup: str, about: str, **how: Any) -> Filter:
    """Return the filter of rows that refer to the one of a unique name; an index keeps its order for it."""

    def condition(value: str) -> Q:
        row_id = of._default_manager.filter(**{lookup: value}).values("id")[:1]
        return Q(**{column: Subquery(row_id)})

    return Filter(kind=str, lookup=condition, about=about, **how)


def build_subquery_filter(column: str, rows: Callable[[Any], QuerySet[Any]], about: str, **how: Any) -> Filter:
    """Return the filter of rows that refer to those found by a value."""

    def condition(value: Any) -> Expression:
        return AnyOfSubquery(column, rows(value).values("id"))

    return Filter(kind=str, lookup=condition, about=about, **how)


def build_site_name(prefix: str = "") -> Coalesce:
    """Return the name of the hall or sea area of a container or feed store."""
    return Coalesce(F(f"{prefix}hall__name"), F(f"{prefix}area__name"))


def build_geography_name(prefix: str = "") -> Coalesce:
    """Return the name of the region of a container or feed store."""
    return Coalesce(F(f"{prefix}hall__station__geography__name"), F(f"{prefix}area__geography__name"))


def build_site_condition(name: str, prefix: str = "") -> Q:
    """Return the condition of a container or feed store of a sea area, a hall or a station."""
    return (
        Q(**{f"{prefix}area__name": name})
        | Q(**{f"{prefix}hall__name": name})
        | Q(**{f"{prefix}hall__station__name": name})
    )


def build_geography_condition(name: str, prefix: str = "") -> Q:
    """Return the condition of a container or feed store of a region."""
    return Q(**{f"{prefix}area__geography__name": name}) | Q(**{f"{prefix}hall__station__geography__name": name})


SITE_HELP = "the sea area, hall or station"
GEOGRAPHY_HELP = "the region"


def build_place_filters() -> dict[str, Filter]:
    """Return the filters of what itself stands in a hall or an area."""
    return {
        "site": Filter(kind=str, lookup=build_site_condition, about=SITE_HELP),
        "geography": Filter(kind=str, lookup=build_geography_condition, about=GEOGRAPHY_HELP),
    }


def build_container_filters(column: str = "container_id") -> dict[str, Filter]:
    """Return the filters of rows of a container."""
    return {
        "container": build_reference_filter(column, Container, "name", "the container, by name"),
        "container_id": build_value_filter(column, "the container, by id", int),
        "site": build_subquery_filter(
            column, lambda name: Container.objects.filter(build_site_condition(name)), SITE_HELP
        ),
    }
