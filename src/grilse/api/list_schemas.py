"""What lists take and answer, as schemas made of their declarations."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

import pydantic
from ninja import Schema
from pydantic import create_model

from grilse.api.input_schemas import FIELD_TYPES, Id
from grilse.listing.field_types import FieldType, get_field_types
from grilse.listing.listing import MAX_PAGE_ROWS, MIN_PAGE_ROWS, Filter, Listing

Limit = Annotated[int, pydantic.Field(ge=MIN_PAGE_ROWS, le=MAX_PAGE_ROWS, description="Rows of the page.")]
Cursor = Annotated[
    str | None,
    pydantic.Field(max_length=400, description="`next` of the page before; only with the same filters and order."),
]
FieldNames = Annotated[
    str | None, pydantic.Field(max_length=1000, description="The fields wanted, as `id,name`; all of them if left out.")
]
COLUMN_TYPES: dict[type, Any] = {list: list[Any], dict: Any, date: date, datetime: datetime}


def format_iso_date(value: date | datetime) -> str:
    """Return a date or a time as lists and files have it: ISO 8601, in UTC."""
    return value.isoformat().replace("+00:00", "Z")


def build_schema_name(listing: Listing) -> str:
    """Return the name of a list as a class has it."""
    return listing.name.title().replace("-", "")


def build_sort_type(listing: Listing) -> Any:
    """Return the type of the orders of a list."""
    about = f"The order; `{listing.sort_names[0]}` if left out, `-` is from the last to the first."
    return Annotated[Literal[listing.sort_names] | None, pydantic.Field(description=about)]


def build_filter_schema(listing: Listing) -> type[Schema]:
    """Return the schema of the filters of a list."""
    declared: dict[str, Any] = {
        name: (
            _map_filter_type(list_filter) | None,
            pydantic.Field(None, description=_describe_filter(listing, name, list_filter)),
        )
        for name, list_filter in listing.filters.items()
    }
    return create_model(f"{build_schema_name(listing)}Filters", __base__=Schema, **declared)


def build_page_schema(listing: Listing) -> type[Schema]:
    """Return the schema of a page."""
    rows: dict[str, Any] = {name: _map_column_type(kind) for name, kind in get_field_types(listing).items()}
    row = create_model(f"{build_schema_name(listing)}Row", __base__=Schema, __doc__=listing.title, **rows)
    return create_model(
        f"{build_schema_name(listing)}Page",
        __base__=Schema,
        __doc__=f"{listing.title}; of each row the fields that were asked for.",
        items=(list[row], ...),  # type: ignore[valid-type]
        next=(str | None, pydantic.Field(description="Cursor of the page that follows; null on the last.")),
    )


def _map_filter_type(list_filter: Filter) -> Any:
    if list_filter.choices:
        return Literal[list_filter.choices]
    return Id if list_filter.value_type is int else FIELD_TYPES.get(list_filter.value_type, list_filter.value_type)


def _describe_filter(listing: Listing, name: str, list_filter: Filter) -> str:
    about = f"{list_filter.help_text[:1].upper()}{list_filter.help_text[1:]}."
    if name in listing.required_filters and len(listing.required_filters) > 1:
        return f"{about} One of {', '.join(listing.required_filters)} must be given."
    return f"{about} Only with {' or '.join(list_filter.required_with)}." if list_filter.required_with else about


def _map_column_type(kind: FieldType) -> Any:
    shown = COLUMN_TYPES.get(kind.value_type, kind.value_type)
    # Left out where it is not asked for, so it has no value that it takes then.
    return (
        shown | None if kind.null and shown is not Any else shown,
        pydantic.Field(None, json_schema_extra=_without_default),
    )


def _without_default(schema: dict[str, Any]) -> None:
    schema.pop("default", None)
