"""Query budgets of lists: the first page, the next page, a page by each filter, and the export."""

from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial
from typing import Any

from grilse.listing.listing import DEFAULT_PAGE_ROWS, Listing, iter_chunks, read_page
from grilse.proof.registry import Arguments, ArgumentsFactory, QueryBudget

Values = Mapping[str, Any]

PAGE_READS_PER_ROW = 2.1
"""An index in the order of the page finds its rows; they are read again by key to join their names."""
MAX_FILTERED_ROWS = 50_000
"""Rows of any one table that a batch, a container or a site has: a filter by it may read and sort them."""
MAX_JOINED_ROWS = 30_000
"""Rows of placements and places, which an export joins as whole tables."""
NARROWING_FILTERS = ("placement", "batch", "container", "store", "locality", "on")
"""Filters of a measured export: the plan is the same as without, and it saves minutes."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ListBudget:
    """How the budget of a list differs from the default."""

    unfiltered_export: bool = False
    """Its export is measured without a filter, since not every company has rows for the filters."""
    is_small: bool = False
    """A company has so few rows that reading an index is not worth it."""
    unindexed_filters: tuple[str, ...] = ("text",)
    """Filters that no index serves, of lists that may be read as a whole."""
    touched: float = PAGE_READS_PER_ROW
    """Rows of its table read per row of a page without filter."""
    filter_values: Mapping[str, Callable[[], Any]] = field(default_factory=dict)
    """Functions that find values of filters where the rows of the list do not contain them."""


SMALL_LIST = ListBudget(is_small=True)


def build_list_budgets(
    listings: Iterable[Listing], budgets: Mapping[str, ListBudget] | None = None, *, small: Collection[str] = ()
) -> tuple[QueryBudget, ...]:
    """Return the query budgets of lists; `budgets` and `small` are by the name of a list."""
    by_name = {**dict.fromkeys(small, SMALL_LIST), **(budgets or {})}
    return tuple(
        budget for listing in listings for budget in _iter_budgets(listing, by_name.get(listing.name, ListBudget()))
    )


def _iter_budgets(listing: Listing, cost: ListBudget) -> Iterator[QueryBudget]:
    name, own_tables = f"list.{listing.name}", () if cost.is_small else (listing.model._meta.db_table,)
    # Rows of a composite primary key are joined while they are read, in the order of the index.
    sorts = cost.is_small or len(listing.model._meta.pk_fields) == 1
    # A page reads one row more than it returns, to know whether another page follows.
    page_budget = partial(QueryBudget, read_page, returns=DEFAULT_PAGE_ROWS + 1)
    for use, find_arguments in (("first", _find_page_arguments), ("next", _find_next_page_arguments)):
        yield page_budget(
            partial(find_arguments, listing),
            name=f"{name}.{use}",
            unscanned=own_tables,
            sorts=sorts,
            touched=cost.touched,
            least=MAX_FILTERED_ROWS * cost.is_small,
        )
    for by, filter in listing.filters.items():
        lookups = filter.statements + sum(
            listing.filters[companion].statements for companion in filter.required_with[:1]
        )
        yield page_budget(
            _build_filter_example(listing, by, cost),
            name=f"{name}.by.{by}",
            unscanned=() if by in cost.unindexed_filters else own_tables,
            sorts=True,
            least=MAX_FILTERED_ROWS,
            statements=1 + lookups,
            returns=DEFAULT_PAGE_ROWS + 1 + lookups,
        )
    export_arguments = partial(_find_export_arguments, listing, cost)
    yield QueryBudget(
        _read_export,
        export_arguments,
        name=f"{name}.export",
        sorts=True,
        touched=4,
        least=MAX_JOINED_ROWS,
        statements=1 + max((listing.filters[by].statements for by in listing.filters), default=0),
    )


def _read_export(listing: Listing, filters: Values) -> None:
    deque(iter_chunks(listing, filters), maxlen=0)


def _find_page_arguments(listing: Listing) -> Arguments:
    needed = _find_required_filter(listing)
    return None if needed is None else {"listing": listing, "filters": needed}


def _find_required_filter(listing: Listing) -> Values | None:
    """Return a required filter with the value of the last row; None where there is no row."""
    key = listing.orders[listing.sort_names[0].removeprefix("-")]
    rows = listing.model._default_manager.order_by(*(f"-{name}" for name in key))
    if not listing.required_filters:
        return {} if rows.exists() else None
    lookups = {name: listing.filters[name].lookup for name in listing.required_filters}
    name, lookup = next((name, lookup) for name, lookup in lookups.items() if isinstance(lookup, str))
    value = rows.values_list(lookup, flat=True).first()
    return None if value is None else {name: value}


def _find_next_page_arguments(listing: Listing) -> Arguments:
    arguments = _find_page_arguments(listing)
    cursor = read_page(**arguments).next if arguments else None
    return {**arguments, "cursor": cursor} if arguments and cursor else None


def _build_filter_example(listing: Listing, name: str, cost: ListBudget) -> ArgumentsFactory:
    def example() -> Arguments:
        sample = _read_sample_row(listing)
        if sample is None:
            return None
        needed, row = sample
        for value in _find_filter_values(listing, name, row, cost):
            for companion in _iter_companion_filters(listing, name, row, cost):
                filters = {**needed, **companion, name: value}
                if read_page(listing, filters, limit=1).rows:
                    return {"listing": listing, "filters": filters}
        return None

    return example


def _iter_companion_filters(listing: Listing, name: str, row: Values, cost: ListBudget) -> Iterator[Values]:
    """Yield values of the filter that must be set together with another filter."""
    companions = listing.filters[name].required_with[:1]
    if not companions:
        yield {}
    for companion in companions:
        yield from ({companion: value} for value in _find_filter_values(listing, companion, row, cost))


def _read_sample_row(listing: Listing) -> tuple[Values, Values] | None:
    """Return the required filter of a list, and a row from the middle of its first page."""
    needed = _find_required_filter(listing)
    if needed is None:
        return None
    first_page = read_page(listing, needed)
    return needed, dict(zip(first_page.fields, first_page.rows[len(first_page.rows) // 2], strict=True))


def _find_filter_values(listing: Listing, name: str, row: Values, cost: ListBudget) -> Iterable[Any]:
    """Return values of a filter, at least one of which probably matches rows."""
    value_type, choices = listing.filters[name].value_type, listing.filters[name].choices
    if name not in row and name in cost.filter_values:
        known_value = cost.filter_values[name]()
        return [] if known_value is None else [known_value]
    if value_type is bool:
        return (True, False)
    if choices and name not in row:
        return choices
    candidates = [row[name]] if name in row else list(row.values())
    if value_type is date:
        candidates = [value.date() if isinstance(value, datetime) else value for value in candidates]
    fitting = [value for value in candidates if type(value) is value_type]
    return [f"{value}"[:3] for value in fitting] if name == "text" else fitting


def _find_export_arguments(listing: Listing, cost: ListBudget) -> Arguments:
    """Return the arguments of an export, with a filter that narrows it where the list has one."""
    sample = _read_sample_row(listing)
    if sample is None:
        return None
    needed, row = sample
    known_values = {**{name: find_value() for name, find_value in cost.filter_values.items()}, **row}
    narrowing = () if cost.unfiltered_export else NARROWING_FILTERS
    known = [name for name in narrowing if name in listing.filters and known_values.get(name) is not None]
    return {"listing": listing, "filters": {**needed, **{name: known_values[name] for name in known[:1]}}}
