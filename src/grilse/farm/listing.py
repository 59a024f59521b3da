"""Lists: one declaration of a table's fields, orders and filters serves pages and exports at every door."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from itertools import islice
from typing import Any

from django.db.models import Expression, Model, Q, QuerySet
from django.db.models.expressions import Combinable

from grilse.errors import GrilseError
from grilse.farm import listing_cursor
from grilse.farm.listing_sql import Among, beyond, column, in_order, whole

LEAST, MOST, USUAL = 1, 1000, 100
"""Rows of a page."""
PIECE = 2000
"""Rows of an export that are held at one time."""

Column = str | Combinable
Condition = Callable[[Any], Q | Expression]


@dataclass(frozen=True, slots=True)
class Told:
    """A field whose stored value is told in other words."""

    column: Column
    words: Callable[[Any], Any]
    kind: type


@dataclass(frozen=True, kw_only=True, slots=True)
class Filter:
    """What narrows a list."""

    kind: type
    lookup: str | Condition
    """A lookup of the ORM, or what makes a condition of the value."""
    about: str
    choices: tuple[str, ...] = ()
    within: tuple[str, ...] = ()
    """Filters of which one must be given too, else the whole company would be read."""

    def condition(self, value: Any) -> Q | Expression:
        """Return the condition that a row meets."""
        return Q(**{self.lookup: value}) if isinstance(self.lookup, str) else self.lookup(value)


@dataclass(frozen=True, kw_only=True, eq=False)
class Listing:
    """Rows of one table, with the names that they refer to."""

    name: str
    title: str
    of: type[Model]
    needs: str
    """The permission to see it."""
    fields: Mapping[str, Column | Told]
    orders: Mapping[str, tuple[str, ...]]
    """Columns by what a door calls their order: unique together, never null, served by an index."""
    filters: Mapping[str, Filter] = field(default_factory=dict)
    one_of: tuple[str, ...] = ()
    """Filters of which one must be given, where the whole table is nobody's to read."""
    newest_first: bool = False

    @property
    def sorts(self) -> tuple[str, ...]:
        """Names of the orders both ways, the usual one first."""
        ways = ("-", "") if self.newest_first else ("", "-")
        return tuple(f"{way}{name}" for name in self.orders for way in ways)


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """What is asked of a list, held against its declaration."""

    listing: Listing
    filters: Mapping[str, Any]
    fields: tuple[str, ...]
    sort: str

    @property
    def key(self) -> tuple[str, ...]:
        """The columns of the order."""
        return self.listing.orders[self.sort.removeprefix("-")]

    @property
    def descending(self) -> bool:
        """Whether the last come first."""
        return self.sort.startswith("-")

    @property
    def walk(self) -> str:
        """What a cursor holds for: the list, its order and its filters."""
        given = sorted((name, f"{value}") for name, value in self.filters.items())
        return f"{self.listing.name} {self.sort} {given}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """Some rows of a list, a value for each field."""

    fields: tuple[str, ...]
    rows: list[tuple[Any, ...]]
    next: str | None
    """Cursor of the page that follows; None after the last row."""


def page(
    listing: Listing,
    filters: Mapping[str, Any] | None = None,
    fields: Collection[str] | None = None,
    cursor: str | None = None,
    limit: int = USUAL,
    sort: str | None = None,
) -> Page:
    """Return the rows after a cursor; one statement."""
    if not LEAST <= limit <= MOST:
        raise GrilseError(f"limit {limit} is not from {LEAST} to {MOST}", field="limit")
    asked = ask(listing, filters, fields, sort)
    after = None if cursor is None else _key(asked, cursor)
    names = tuple(dict.fromkeys([*_columns(asked), *asked.key]))
    rows = list(whole(_named(asked, _found(asked, after)[: limit + 1]).values_list(*names)))
    more = len(rows) > limit
    last = dict(zip(names, rows[limit - 1], strict=True)) if more else {}
    return Page(
        fields=asked.fields,
        rows=list(_told(asked, rows[:limit])),
        next=listing_cursor.cursor(asked.walk, [last[name] for name in asked.key]) if more else None,
    )


def chunks(
    listing: Listing,
    filters: Mapping[str, Any] | None = None,
    fields: Collection[str] | None = None,
    sort: str | None = None,
) -> Iterator[list[tuple[Any, ...]]]:
    """Yield all rows in pieces, of one moment; one statement, read by a cursor inside the transaction."""
    return pieces_of(ask(listing, filters, fields, sort))


def pieces_of(asked: Asked) -> Iterator[list[tuple[Any, ...]]]:
    """Yield the rows that are asked for in pieces; one statement."""
    coming = whole(_found(asked, None).values_list(*_columns(asked))).iterator(chunk_size=PIECE)
    while piece := list(islice(coming, PIECE)):
        yield list(_told(asked, piece))


def ask(
    listing: Listing,
    filters: Mapping[str, Any] | None = None,
    fields: Collection[str] | None = None,
    sort: str | None = None,
) -> Asked:
    """Return what is asked of a list; refuse by name what it does not have."""
    given = {name: value for name, value in (filters or {}).items() if value is not None}
    _refuse_unknown(listing, "filter", given, listing.filters)
    _refuse_unknown(listing, "field", fields or (), listing.fields)
    _refuse_unknown(listing, "order", [] if sort is None else [sort], listing.sorts)
    _refuse_too_wide(listing, given)
    return Asked(
        listing=listing,
        filters={name: _value(listing, name, value) for name, value in given.items()},
        fields=tuple(dict.fromkeys(fields)) if fields else tuple(listing.fields),
        sort=sort or listing.sorts[0],
    )


def _refuse_unknown(listing: Listing, what: str, names: Collection[str], there: Collection[str]) -> None:
    for name in names:
        if name not in there:
            known = f"there are {', '.join(there)}" if there else "there is none"
            at = {"filter": name, "field": "fields", "order": "sort"}[what]
            raise GrilseError(f"{name} is no {what} of {listing.name}: {known}", field=at)


def _refuse_too_wide(listing: Listing, given: Mapping[str, Any]) -> None:
    if listing.one_of and not any(name in given for name in listing.one_of):
        raise GrilseError(
            f"{listing.name} are too many to be listed whole: name a {' or '.join(listing.one_of)}",
            field=listing.one_of[0],
        )
    for name in given:
        within = listing.filters[name].within
        if within and not any(other in given for other in within):
            raise GrilseError(
                f"{name} of {listing.name} by itself reads too much: name a {' or '.join(within)} too",
                field=name,
            )


def _value(listing: Listing, name: str, value: Any) -> Any:
    """Return a filter's value as PostgreSQL takes it; refuse what is none."""
    wanted = listing.filters[name]
    right = isinstance(value, wanted.kind) and not (wanted.kind is date and isinstance(value, datetime))
    if not right or (isinstance(value, str) and "\0" in value):
        raise GrilseError(f"{name} of {listing.name}: {value!r} is no {WORDS[wanted.kind]}", field=name)
    if wanted.choices and value not in wanted.choices:
        raise GrilseError(
            f"{name} of {listing.name}: {value!r} is none of {', '.join(wanted.choices)}", field=name
        )
    return value.replace(tzinfo=UTC) if isinstance(value, datetime) and value.tzinfo is None else value


WORDS = {str: "text", int: "whole number", float: "number", bool: "yes or no", date: "date", datetime: "time"}


def _key(asked: Asked, cursor: str) -> list[Any]:
    texts = listing_cursor.key(asked.walk, cursor)
    if texts is None:
        raise GrilseError(
            f"cursor is of another list, order or filter than this of {asked.listing.name}:"
            " leave it out to start anew",
            field="cursor",
        )
    columns = [column(asked.listing.of, name) for name in asked.key]
    return [field.to_python(text) for field, text in zip(columns, texts, strict=True)]


def _columns(asked: Asked) -> list[Column]:
    fields = [asked.listing.fields[name] for name in asked.fields]
    return [field.column if isinstance(field, Told) else field for field in fields]


def _found(asked: Asked, after: list[Any] | None) -> QuerySet[Any]:
    """Return the rows that are asked for, in order."""
    rows = asked.listing.of._default_manager.all()
    for name, value in asked.filters.items():
        rows = rows.filter(asked.listing.filters[name].condition(value))
    if after is not None:
        rows = rows.filter(beyond(asked.listing.of, asked.key, after, descending=asked.descending))
    return in_order(rows, asked.key, descending=asked.descending)


def _named(asked: Asked, rows: QuerySet[Any]) -> QuerySet[Any]:
    """Return a page's rows in a form in which names are looked up for them alone.

    Joined as they are found, PostgreSQL may join the whole table before it takes the first rows.
    """
    if len(asked.listing.of._meta.pk_fields) > 1:
        return rows
    found = asked.listing.of._default_manager.filter(Among("id", rows.values("id")))
    return in_order(found, asked.key, descending=asked.descending)


def _told(asked: Asked, rows: Collection[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
    """Yield rows without the columns that only order them, and with their words."""
    fields = [asked.listing.fields[name] for name in asked.fields]
    words = {i: field.words for i, field in enumerate(fields) if isinstance(field, Told)}
    for row in rows:
        values = list(islice(row, len(fields)))
        for i, tell in words.items():
            values[i] = None if values[i] is None else tell(values[i])
        yield tuple(values)
