"""Schemas of the filters and rows of lists, derived from the declarations of the lists."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

import pydantic
from django.db import models
from ninja import Schema
from pydantic import create_model

from grilse.api.schemas import FIELD_TYPES, Id, create_items_schema
from grilse.listing.field_types import FieldType, get_field_types, resolve_path_type
from grilse.listing.listing import MAX_PAGE_ROWS, MIN_PAGE_ROWS, Filter, Listing

Limit = Annotated[int, pydantic.Field(ge=MIN_PAGE_ROWS, le=MAX_PAGE_ROWS, description="Rows of the page.")]
Cursor = Annotated[
    str | None,
    pydantic.Field(max_length=400, description="`next` of the previous page, with the same filters and order."),
]
FieldNames = Annotated[
    str | None, pydantic.Field(max_length=1000, description="The fields to return, such as `id,name`; all by default.")
]
COLUMN_TYPES: dict[type, Any] = {list: list[Any], dict: Any}


def build_schema_name(listing: Listing) -> str:
    """Return the name of a list in the style of a class name."""
    return listing.name.title().replace("-", "")


def build_sort_type(listing: Listing) -> Any:
    """Return the type of the parameter `sort` of a list."""
    about = f"The order, `{listing.sort_names[0]}` by default; `-` reverses it."
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


def build_page_schema(listing: Listing) -> Any:
    """Return the schema of a page of a list."""
    rows: dict[str, Any] = {name: _map_column_type(kind) for name, kind in get_field_types(listing).items()}
    name, title = build_schema_name(listing), listing.title
    row = create_model(f"{name}Row", __base__=Schema, __doc__=title, **rows)
    return create_items_schema(f"{name}Page", f"{title}; each row has the requested fields.", row, paged=True)


def build_row_schema(
    name: str, description: str, model: type[models.Model], paths: Mapping[str, str], **extra_fields: Any
) -> Any:
    """Return the schema of a row of columns of a model and of the models that it refers to."""
    types = {field: resolve_path_type(model, path) for field, path in paths.items()}
    declared: dict[str, Any] = {
        field: (kind.value_type | None if kind.null else kind.of, ...) for field, kind in types.items()
    }
    return create_model(name, __base__=Schema, __doc__=description, **declared, **extra_fields)


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
    # A field that was not requested is left out; it has no default value.
    return (
        shown | None if kind.null and shown is not Any else shown,
        pydantic.Field(None, json_schema_extra=_without_default),
    )


def _without_default(schema: dict[str, Any]) -> None:
    schema.pop("default", None)
