"""Lists: one declaration of a table's fields, orders and filters serves pages and exports of every interface."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from itertools import islice
from typing import Any

from django.db.models import Expression, Model, Q, QuerySet
from django.db.models.expressions import Combinable

from grilse.errors import GrilseError
from grilse.listing import cursor as listing_cursor
from grilse.listing.sql import AnyOfSubquery, build_after_key, get_column, order_rows, use_outer_joins

MIN_PAGE_ROWS, MAX_PAGE_ROWS, DEFAULT_PAGE_ROWS = 1, 1000, 100
"""Rows of a page."""
CHUNK_ROWS = 2000
"""Rows of an export that are in memory at a time."""

Column = str | Combinable
Condition = Callable[[Any], Q | Expression]


@dataclass(frozen=True, slots=True)
class ConvertedColumn:
    """A field whose stored value is converted before it is shown."""

    column: Column
    convert: Callable[[Any], Any]
    value_type: type


FieldSource = Column | ConvertedColumn


@dataclass(frozen=True, slots=True)
class Filter:
    """A condition that selects rows of a list by a value."""

    lookup: str | Condition
    """A lookup of the ORM, or a function that returns the condition for a value."""
    help_text: str
    value_type: type = str
    choices: tuple[str, ...] = ()
    required_with: tuple[str, ...] = ()
    """Other filters, at least one of which must be set too; otherwise the query would read the whole company."""
    statements: int = 0
    """Statements that the function of the condition runs, each for one row."""

    def build_condition(self, value: Any) -> Q | Expression:
        """Return the condition that a row must meet."""
        return Q(**{self.lookup: value}) if isinstance(self.lookup, str) else self.lookup(value)


@dataclass(frozen=True, kw_only=True, eq=False)
class Listing:
    """A list of the rows of one table, with names from the tables that they refer to."""

    name: str
    title: str
    model: type[Model]
    fields: Mapping[str, FieldSource]
    orders: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: {"entry": ("id",)})
    """Sort columns by the public name of the order: unique in combination, not null, and indexed."""
    newest_first: bool = False
    filters: Mapping[str, Filter] = field(default_factory=dict)
    required_filters: tuple[str, ...] = ()
    """Filters, at least one of which must be set, where the table is too large to read without one."""
    permission: str = ""
    """The permission that a user needs to read it; by default the permission `read` of its application."""

    def __post_init__(self) -> None:
        """Derive the permission."""
        if not self.permission:
            object.__setattr__(self, "permission", f"{self.model._meta.app_label}.read")

    @property
    def sort_names(self) -> tuple[str, ...]:
        """Names of the orders in both directions, the default first."""
        ways = ("-", "") if self.newest_first else ("", "-")
        return tuple(f"{way}{name}" for name in self.orders for way in ways)


def build_fields(*names: str, **sources: FieldSource) -> dict[str, FieldSource]:
    """Return fields of a list: columns of the same name, in texts like "id name", then fields with another source."""
    return {**{name: name for name in " ".join(names).split()}, **sources}


@dataclass(frozen=True, kw_only=True, slots=True)
class ListQuery:
    """A request for rows of a list, checked against its declaration."""

    listing: Listing
    filters: Mapping[str, Any]
    fields: tuple[str, ...]
    sort: str

    @property
    def key_columns(self) -> tuple[str, ...]:
        """The columns of the order."""
        return self.listing.orders[self.sort.removeprefix("-")]

    @property
    def is_descending(self) -> bool:
        """Whether the order is descending."""
        return self.sort.startswith("-")

    @property
    def cursor_scope(self) -> str:
        """The list, order and filters that a cursor is valid for."""
        filter_values = sorted((name, f"{value}") for name, value in self.filters.items())
        return f"{self.listing.name} {self.sort} {filter_values}"


@dataclass(frozen=True, kw_only=True, slots=True)
class ListPage:
    """Rows of a list, with a value for each field."""

    fields: tuple[str, ...]
    rows: list[tuple[Any, ...]]
    next: str | None
    """Cursor of the next page; None after the last row."""


def read_page(
    listing: Listing,
    filters: Mapping[str, Any] | None = None,
    fields: Collection[str] | None = None,
    cursor: str | None = None,
    limit: int = DEFAULT_PAGE_ROWS,
    sort: str | None = None,
) -> ListPage:
    """Return the rows after a cursor; one statement."""
    if not MIN_PAGE_ROWS <= limit <= MAX_PAGE_ROWS:
        raise GrilseError(f"limit {limit} is not from {MIN_PAGE_ROWS} to {MAX_PAGE_ROWS}", field="limit")
    query = build_query(listing, filters, fields, sort)
    after = None if cursor is None else _decode_key(query, cursor)
    names = tuple(dict.fromkeys([*_select_columns(query), *query.key_columns]))
    rows = list(use_outer_joins(_requery_page(query, _filter_rows(query, after)[: limit + 1]).values_list(*names)))
    more = len(rows) > limit
    last = dict(zip(names, rows[limit - 1], strict=True)) if more else {}
    return ListPage(
        fields=query.fields,
        rows=list(_convert_rows(query, rows[:limit])),
        next=listing_cursor.encode_cursor(query.cursor_scope, [last[name] for name in query.key_columns])
        if more
        else None,
    )


def iter_chunks(
    listing: Listing,
    filters: Mapping[str, Any] | None = None,
    fields: Collection[str] | None = None,
    sort: str | None = None,
) -> Iterator[list[tuple[Any, ...]]]:
    """Yield all rows in chunks from one snapshot; one statement, read with a server-side cursor in a transaction."""
    return iter_query_chunks(build_query(listing, filters, fields, sort))


def iter_query_chunks(query: ListQuery) -> Iterator[list[tuple[Any, ...]]]:
    """Yield the rows of a query in chunks; one statement."""
    row_iterator = use_outer_joins(_filter_rows(query, None).values_list(*_select_columns(query))).iterator(
        chunk_size=CHUNK_ROWS
    )
    while chunk := list(islice(row_iterator, CHUNK_ROWS)):
        yield list(_convert_rows(query, chunk))


def build_query(
    listing: Listing,
    filters: Mapping[str, Any] | None = None,
    fields: Collection[str] | None = None,
    sort: str | None = None,
) -> ListQuery:
    """Return the checked query; refuse a filter, field or order that the list does not have."""
    filter_values = {name: value for name, value in (filters or {}).items() if value is not None}
    _refuse_unknown(listing, "filter", filter_values, listing.filters)
    _refuse_unknown(listing, "field", fields or (), listing.fields)
    _refuse_unknown(listing, "order", [] if sort is None else [sort], listing.sort_names)
    _refuse_missing_filter(listing, filter_values)
    return ListQuery(
        listing=listing,
        filters={name: _check_filter_value(listing, name, value) for name, value in filter_values.items()},
        fields=tuple(dict.fromkeys(fields)) if fields else tuple(listing.fields),
        sort=sort or listing.sort_names[0],
    )


def _refuse_unknown(listing: Listing, what: str, names: Collection[str], known_names: Collection[str]) -> None:
    for name in names:
        if name not in known_names:
            message = f"there are {', '.join(known_names)}" if known_names else "there is none"
            field_name = {"filter": name, "field": "fields", "order": "sort"}[what]
            raise GrilseError(f"{name} is no {what} of {listing.name}: {message}", field=field_name)


def _refuse_missing_filter(listing: Listing, filter_values: Mapping[str, Any]) -> None:
    if listing.required_filters and not any(name in filter_values for name in listing.required_filters):
        raise GrilseError(
            f"{listing.name} are too many to be listed whole: name a {' or '.join(listing.required_filters)}",
            field=listing.required_filters[0],
        )
    for name in filter_values:
        companions = listing.filters[name].required_with
        if companions and not any(other in filter_values for other in companions):
            raise GrilseError(
                f"{name} of {listing.name} by itself reads too much: name a {' or '.join(companions)} too", field=name
            )


def _check_filter_value(listing: Listing, name: str, value: Any) -> Any:
    """Return a filter's value in the form PostgreSQL accepts; refuse a value of another type."""
    value_type, choices = listing.filters[name].value_type, listing.filters[name].choices
    is_right_type = isinstance(value, value_type) and not (value_type is date and isinstance(value, datetime))
    if not is_right_type or (isinstance(value, str) and "\0" in value):
        raise GrilseError(f"{name} of {listing.name}: {value!r} is no {TYPE_NAMES[value_type]}", field=name)
    if choices and value not in choices:
        raise GrilseError(f"{name} of {listing.name}: {value!r} is none of {', '.join(choices)}", field=name)
    return value.replace(tzinfo=UTC) if isinstance(value, datetime) and value.tzinfo is None else value


TYPE_NAMES = {str: "text", int: "whole number", float: "number", bool: "yes or no", date: "date", datetime: "time"}


def _decode_key(query: ListQuery, cursor: str) -> list[Any]:
    texts = listing_cursor.decode_cursor(query.cursor_scope, cursor)
    if texts is None:
        raise GrilseError(
            f"cursor is of another list, order or filter than this of {query.listing.name}: leave it out to start anew",
            field="cursor",
        )
    columns = [get_column(query.listing.model, name) for name in query.key_columns]
    return [field.to_python(text) for field, text in zip(columns, texts, strict=True)]


def _select_columns(query: ListQuery) -> list[Column]:
    fields = [query.listing.fields[name] for name in query.fields]
    return [field.column if isinstance(field, ConvertedColumn) else field for field in fields]


def _filter_rows(query: ListQuery, after: list[Any] | None) -> QuerySet[Any]:
    """Return the rows that match, in order."""
    rows = query.listing.model._default_manager.all()
    for name, value in query.filters.items():
        rows = rows.filter(query.listing.filters[name].build_condition(value))
    if after is not None:
        rows = rows.filter(
            build_after_key(query.listing.model, query.key_columns, after, descending=query.is_descending)
        )
    return order_rows(rows, query.key_columns, descending=query.is_descending)


def _requery_page(query: ListQuery, rows: QuerySet[Any]) -> QuerySet[Any]:
    """Return a query that first selects the rows of the page, and then joins the tables with their names.

    With the joins in the same query PostgreSQL may join the whole table before it takes the first rows.
    """
    if len(query.listing.model._meta.pk_fields) > 1:
        return rows
    page_rows = query.listing.model._default_manager.filter(AnyOfSubquery("id", rows.values("id")))
    return order_rows(page_rows, query.key_columns, descending=query.is_descending)


def _convert_rows(query: ListQuery, rows: Collection[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
    """Yield rows with converted values and without the columns that only order them."""
    fields = [query.listing.fields[name] for name in query.fields]
    converters = {i: field.convert for i, field in enumerate(fields) if isinstance(field, ConvertedColumn)}
    for row in rows:
        values = list(islice(row, len(fields)))
        for i, convert in converters.items():
            values[i] = None if values[i] is None else convert(values[i])
        yield tuple(values)
