"""Lists as hot queries: the first page, the one behind it, a page by each filter, and the export."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from grilse.listing.listing import DEFAULT_PAGE_ROWS, Listing, iter_chunks, read_page
from grilse.proof.registry import QueryBudget

Values = Mapping[str, Any]

PAGE_READS_PER_ROW = 2.1
"""A page's rows are found by an index that keeps their order, and read again by their keys to be named."""
MAX_FILTERED_ROWS = 50_000
"""Rows of any one table that a batch, a container or a site has: a filter by it may read and sort them."""
MAX_JOINED_ROWS = 30_000
"""Rows of placements and places, whose names an export joins whole."""
NARROWING_FILTERS = ("placement", "batch", "container", "store", "locality", "on")
"""Filters of an export: what is true of the rows of one is true of all, and takes minutes less to prove."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ListBudget:
    """How a list differs from what every list may cost."""

    unfiltered_export: bool = False
    """Its export is proven whole: of what it could be narrowed by, not every company has rows."""
    few: bool = False
    """Its rows stay few in a company: no index is worth reading for them."""
    scanning: tuple[str, ...] = ("text",)
    """Filters that no index serves, of lists whose rows one can read whole."""
    touched: float = PAGE_READS_PER_ROW
    """Rows of its table read per row of a page without filter."""
    values: Mapping[str, Callable[[], Any]] = field(default_factory=dict)
    """How values are found of filters that its rows do not tell."""


def build_list_budgets(
    listings: Iterable[Listing], costs: Mapping[str, ListBudget] | None = None
) -> tuple[QueryBudget, ...]:
    """Return the uses of lists that are proven; `costs` are by the name of a list."""
    known_costs = costs or {}
    return tuple(
        use for listing in listings for use in _iter_budgets(listing, known_costs.get(listing.name, ListBudget()))
    )


def _iter_budgets(listing: Listing, cost: ListBudget) -> Iterator[QueryBudget]:
    name, own_tables = f"list.{listing.name}", () if cost.few else (listing.of._meta.db_table,)
    # Rows that are found by their whole key are told as they are found, in order.
    sorts = cost.few or len(listing.of._meta.pk_fields) == 1
    # One more than the page has tells whether another follows.
    pages: dict[str, Any] = {"run": read_page, "statements": 1, "returns": DEFAULT_PAGE_ROWS + 1}
    ordered_pages = {
        **pages,
        "unscanned": own_tables,
        "sorts": sorts,
        "touched": cost.touched,
        "least": MAX_FILTERED_ROWS * cost.few,
    }
    yield QueryBudget(name=f"{name}.first", example=lambda: _build_arguments(listing), **ordered_pages)
    yield QueryBudget(name=f"{name}.next", example=lambda: _build_next_page_arguments(listing), **ordered_pages)
    for by in listing.filters:
        yield QueryBudget(
            name=f"{name}.by.{by}",
            example=_build_filter_example(listing, by, cost),
            unscanned=() if by in cost.scanning else own_tables,
            sorts=True,
            least=MAX_FILTERED_ROWS,
            **pages,
        )
    yield QueryBudget(
        name=f"{name}.export",
        run=_read_export,
        example=lambda: _build_export_arguments(listing, cost),
        statements=1,
        unscanned=(),
        sorts=True,
        touched=4,
        least=MAX_JOINED_ROWS,
    )


def _read_export(listing: Listing, filters: Values) -> None:
    deque(iter_chunks(listing, filters), maxlen=0)


def _build_arguments(listing: Listing) -> Values | None:
    needed = _find_required_filter(listing)
    return None if needed is None else {"listing": listing, "filters": needed}


def _find_required_filter(listing: Listing) -> Values | None:
    """Return the filter without which a list is too wide, of its last row; None where there is no row."""
    key = listing.orders[listing.sort_names[0].removeprefix("-")]
    rows = listing.of._default_manager.order_by(*(f"-{name}" for name in key))
    if not listing.one_of:
        return {} if rows.exists() else None
    stored = {name: listing.filters[name].lookup for name in listing.one_of}
    name, lookup = next((name, lookup) for name, lookup in stored.items() if isinstance(lookup, str))
    value = rows.values_list(lookup, flat=True).first()
    return None if value is None else {name: value}


def _build_next_page_arguments(listing: Listing) -> Values | None:
    arguments = _build_arguments(listing)
    cursor = read_page(**arguments).next if arguments else None
    return {**arguments, "cursor": cursor} if arguments and cursor else None


def _build_filter_example(listing: Listing, name: str, cost: ListBudget) -> Callable[[], Values | None]:
    def example() -> Values | None:
        sample = _read_sample_row(listing)
        if sample is None:
            return None
        needed, row = sample
        for value in _find_filter_values(listing, name, row, cost):
            for within in _iter_companion_filters(listing, name, row, cost):
                filters = {**needed, **within, name: value}
                if read_page(listing, filters, limit=1).rows:
                    return {"listing": listing, "filters": filters}
        return None

    return example


def _iter_companion_filters(listing: Listing, name: str, row: Values, cost: ListBudget) -> Iterator[Values]:
    """Yield the filter that another one asks for beside it."""
    beside = listing.filters[name].within[:1]
    if not beside:
        yield {}
    for companion in beside:
        yield from ({companion: value} for value in _find_filter_values(listing, companion, row, cost))


def _read_sample_row(listing: Listing) -> tuple[Values, Values] | None:
    """Return the filter that a list needs, and a row from the middle of its first page as it is told."""
    needed = _find_required_filter(listing)
    if needed is None:
        return None
    first_page = read_page(listing, needed)
    return needed, dict(zip(first_page.fields, first_page.rows[len(first_page.rows) // 2], strict=True))


def _find_filter_values(listing: Listing, name: str, row: Values, cost: ListBudget) -> Iterable[Any]:
    """Return values of a filter, of which one probably finds something."""
    kind = listing.filters[name].kind
    if name not in row and name in cost.values:
        known_value = cost.values[name]()
        return [] if known_value is None else [known_value]
    if kind is bool:
        return (True, False)
    if listing.filters[name].choices and name not in row:
        return listing.filters[name].choices
    candidates = [row[name]] if name in row else list(row.values())
    if kind is date:
        candidates = [value.date() if isinstance(value, datetime) else value for value in candidates]
    fitting = [value for value in candidates if type(value) is kind]
    return [f"{value}"[:3] for value in fitting] if name == "text" else fitting


def _build_export_arguments(listing: Listing, cost: ListBudget) -> Values | None:
    """Return what an export is narrowed by, where a filter narrows it."""
    sample = _read_sample_row(listing)
    if sample is None:
        return None
    needed, row = sample
    known_values = {**{name: value() for name, value in cost.values.items()}, **row}
    narrowing = () if cost.unfiltered_export else NARROWING_FILTERS
    known = [name for name in narrowing if name in listing.filters and known_values.get(name) is not None]
    return {"listing": listing, "filters": {**needed, **{name: known_values[name] for name in known[:1]}}}
