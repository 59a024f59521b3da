"""Lists as hot queries: the first page, the one behind it, a page by each filter, and the export."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from grilse.farm.listing import USUAL, Listing, chunks, page
from grilse.proof.registry import Hot

Values = Mapping[str, Any]

FOUND_AND_NAMED = 2.1
"""A page's rows are found by an index that keeps their order, and read again by their keys to be named."""
OF_ONE = 50_000
"""Rows of any one table that a batch, a container or a site has: a filter by it may read and sort them."""
NAMES = 30_000
"""Rows of placements and places, whose names an export joins whole."""
NARROWING = ("placement", "batch", "container", "store", "locality", "on")
"""Filters of an export: what is true of the rows of one is true of all, and takes minutes less to prove."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Cost:
    """How a list differs from what every list may cost."""

    whole: bool = False
    """Its export is proven whole: of what it could be narrowed by, not every company has rows."""
    few: bool = False
    """Its rows stay few in a company: no index is worth reading for them."""
    scanning: tuple[str, ...] = ("text",)
    """Filters that no index serves, of lists whose rows one can read whole."""
    touched: float = FOUND_AND_NAMED
    """Rows of its table read per row of a page without filter."""
    values: Mapping[str, Callable[[], Any]] = field(default_factory=dict)
    """How values are found of filters that its rows do not tell."""


def hot(listings: Iterable[Listing], costs: Mapping[str, Cost] | None = None) -> tuple[Hot, ...]:
    """Return the uses of lists that are proven; `costs` are by the name of a list."""
    known = costs or {}
    return tuple(use for one in listings for use in _uses(one, known.get(one.name, Cost())))


def _uses(listing: Listing, cost: Cost) -> Iterator[Hot]:
    name, mine = f"list.{listing.name}", () if cost.few else (listing.of._meta.db_table,)
    # Rows that are found by their whole key are told as they are found, in order.
    sorts = cost.few or len(listing.of._meta.pk_fields) == 1
    # One more than the page has tells whether another follows.
    pages: dict[str, Any] = {"run": page, "statements": 1, "returns": USUAL + 1}
    walked = {**pages, "unscanned": mine, "sorts": sorts, "touched": cost.touched, "least": OF_ONE * cost.few}
    yield Hot(name=f"{name}.first", example=lambda: _given(listing), **walked)
    yield Hot(name=f"{name}.next", example=lambda: _behind(listing), **walked)
    for by in listing.filters:
        yield Hot(
            name=f"{name}.by.{by}",
            example=_by(listing, by, cost),
            unscanned=() if by in cost.scanning else mine,
            sorts=True,
            least=OF_ONE,
            **pages,
        )
    yield Hot(
        name=f"{name}.export",
        run=_exported,
        example=lambda: _narrow(listing, cost),
        statements=1,
        unscanned=(),
        sorts=True,
        touched=4,
        least=NAMES,
    )


def _exported(listing: Listing, filters: Values) -> None:
    deque(chunks(listing, filters), maxlen=0)


def _given(listing: Listing) -> Values | None:
    needed = _needed(listing)
    return None if needed is None else {"listing": listing, "filters": needed}


def _needed(listing: Listing) -> Values | None:
    """Return the filter without which a list is too wide, of its last row; None where there is no row."""
    key = listing.orders[listing.sorts[0].removeprefix("-")]
    rows = listing.of._default_manager.order_by(*(f"-{name}" for name in key))
    if not listing.one_of:
        return {} if rows.exists() else None
    stored = {name: listing.filters[name].lookup for name in listing.one_of}
    name, lookup = next((name, lookup) for name, lookup in stored.items() if isinstance(lookup, str))
    found = rows.values_list(lookup, flat=True).first()
    return None if found is None else {name: found}


def _behind(listing: Listing) -> Values | None:
    given = _given(listing)
    cursor = page(**given).next if given else None
    return {**given, "cursor": cursor} if given and cursor else None


def _by(listing: Listing, name: str, cost: Cost) -> Callable[[], Values | None]:
    def example() -> Values | None:
        found = _seen(listing)
        if found is None:
            return None
        needed, row = found
        for value in _values(listing, name, row, cost):
            for within in _within(listing, name, row, cost):
                filters = {**needed, **within, name: value}
                if page(listing, filters, limit=1).rows:
                    return {"listing": listing, "filters": filters}
        return None

    return example


def _within(listing: Listing, name: str, row: Values, cost: Cost) -> Iterator[Values]:
    """Yield the filter that another one asks for beside it."""
    beside = listing.filters[name].within[:1]
    if not beside:
        yield {}
    for one in beside:
        yield from ({one: value} for value in _values(listing, one, row, cost))


def _seen(listing: Listing) -> tuple[Values, Values] | None:
    """Return the filter that a list needs, and a row from the middle of its first page as it is told."""
    needed = _needed(listing)
    if needed is None:
        return None
    found = page(listing, needed)
    return needed, dict(zip(found.fields, found.rows[len(found.rows) // 2], strict=True))


def _values(listing: Listing, name: str, row: Values, cost: Cost) -> Iterable[Any]:
    """Return values of a filter, of which one probably finds something."""
    kind = listing.filters[name].kind
    if name not in row and name in cost.values:
        found = cost.values[name]()
        return [] if found is None else [found]
    if kind is bool:
        return (True, False)
    if listing.filters[name].choices and name not in row:
        return listing.filters[name].choices
    told = [row[name]] if name in row else list(row.values())
    if kind is date:
        told = [value.date() if isinstance(value, datetime) else value for value in told]
    fitting = [value for value in told if type(value) is kind]
    return [f"{value}"[:3] for value in fitting] if name == "text" else fitting


def _narrow(listing: Listing, cost: Cost) -> Values | None:
    """Return what an export is narrowed by, where a filter narrows it."""
    found = _seen(listing)
    if found is None:
        return None
    needed, row = found
    told = {**{name: value() for name, value in cost.values.items()}, **row}
    narrowing = () if cost.whole else NARROWING
    known = [name for name in narrowing if name in listing.filters and told.get(name) is not None]
    return {"listing": listing, "filters": {**needed, **{name: told[name] for name in known[:1]}}}
