"""Filters that lists share: dates, texts, and references to rows of other tables."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.db.models import DateField, Expression, Func, Model, Q, QuerySet, Subquery
from django.db.models.expressions import Combinable
from django.db.models.lookups import GreaterThanOrEqual, LessThanOrEqual

from grilse.listing.listing import Condition, Filter
from grilse.listing.sql import AnyOfSubquery

# A day begins at most this long before it begins in UTC, and ends at most this long after it.
EARLIEST, LATEST = timedelta(hours=-14), timedelta(hours=12)


def build_date_filters(column: str, *, required_with: tuple[str, ...] = ()) -> dict[str, Filter]:
    """Return the filters of a date column: the first and the last day, both included."""
    return _build_period_filters(f"{column}__gte", f"{column}__lte", required_with)


class LocalDay(Func):
    """The day on which a time is in a time zone."""

    template = "(%(expressions)s)::date"
    arg_joiner = " AT TIME ZONE "
    output_field = DateField()


def build_day_filters(column: str, zone: Combinable | None = None) -> dict[str, Filter]:
    """Return the filters of a time column: the first and the last day of its time zone (UTC), both included.

    The zone is computed only for times that are of the day in some zones and not in others.
    """

    def since(day: date) -> Q:
        if zone is None or day in (date.min, date.max):
            return Q(**{f"{column}__gte": _get_midnight(day)})
        early, late = (Q(**{f"{column}__gte": _get_midnight(day) + shift}) for shift in (EARLIEST, LATEST))
        return early & (late | Q(GreaterThanOrEqual(LocalDay(column, zone), day)))

    def until(day: date) -> Q:
        if day == date.max:  # no day follows
            return Q()
        following = day + timedelta(days=1)
        if zone is None or following == date.max:
            return Q(**{f"{column}__lt": _get_midnight(following)})
        early, late = (Q(**{f"{column}__lt": _get_midnight(following) + shift}) for shift in (EARLIEST, LATEST))
        return late & (early | Q(LessThanOrEqual(LocalDay(column, zone), day)))

    return _build_period_filters(since, until)


def _get_midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, UTC)


def _build_period_filters(
    first: str | Condition, last: str | Condition, required_with: tuple[str, ...] = ()
) -> dict[str, Filter]:
    return {
        "date_from": Filter(first, "the first day", date, required_with=required_with),
        "date_to": Filter(last, "the last day", date, required_with=required_with),
    }


def build_text_filter(*columns: str) -> Filter:
    """Return the filter of rows in which one of the columns contains a text, ignoring case."""

    def condition(text: str) -> Q:
        any_column = Q()
        for column in columns:
            any_column |= Q(**{f"{column}__icontains": text})
        return any_column

    return Filter(condition, "a part of its name, ignoring case")


def build_reference_filter(column: str, model: type[Model], lookup: str, help_text: str, **options: Any) -> Filter:
    """Return the filter of rows that refer to the row with a unique name; an index on the column keeps its order."""

    def condition(value: str) -> Q:
        row_id = model._default_manager.filter(**{lookup: value}).values("id")[:1]
        return Q(**{column: Subquery(row_id)})

    return Filter(condition, help_text, **options)


def build_subquery_filter(
    column: str, find_rows: Callable[[Any], QuerySet[Any]], help_text: str, value_type: type = str, **options: Any
) -> Filter:
    """Return the filter of rows that refer to any row that `find_rows` returns for a value."""

    def condition(value: Any) -> Expression:
        return AnyOfSubquery(column, find_rows(value).values("id"))

    return Filter(condition, help_text, value_type, **options)


def build_day_of_key_filter(column: str, find_rows: Callable[[date], QuerySet[Any]], help_text: str) -> Filter:
    """Return the filter of one date of a table whose primary key is the column and the date."""

    def condition(day: date) -> Q:
        return Q(AnyOfSubquery(column, find_rows(day).values("id"))) & Q(date=day)

    return Filter(condition, help_text, date)
