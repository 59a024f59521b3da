"""What lists take and answer, as schemas made of their declarations."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

import pydantic
from ninja import Schema
from pydantic import create_model

from grilse.api.entries import PLAIN, Id
from grilse.farm.listing import LEAST, MOST, Filter, Listing
from grilse.farm.listing_kinds import Kind, kinds

Limit = Annotated[int, pydantic.Field(ge=LEAST, le=MOST, description="Rows of the page.")]
Cursor = Annotated[
    str | None,
    pydantic.Field(
        max_length=400, description="`next` of the page before; only with the same filters and order."
    ),
]
Names = Annotated[
    str | None,
    pydantic.Field(max_length=1000, description="The fields wanted, as `id,name`; all of them if left out."),
]
TOLD: dict[type, Any] = {list: list[Any], dict: Any, date: date, datetime: datetime}


def told(value: date | datetime) -> str:
    """Return a date or a time as lists and files have it: ISO 8601, in UTC."""
    return value.isoformat().replace("+00:00", "Z")


def named(listing: Listing) -> str:
    """Return the name of a list as a class has it."""
    return listing.name.title().replace("-", "")


def sorts(listing: Listing) -> Any:
    """Return the type of the orders of a list."""
    about = f"The order; `{listing.sorts[0]}` if left out, `-` is from the last to the first."
    return Annotated[Literal[listing.sorts] | None, pydantic.Field(description=about)]


def filters(listing: Listing) -> type[Schema]:
    """Return the schema of the filters of a list."""
    declared: dict[str, Any] = {
        name: (_taken(one) | None, pydantic.Field(None, description=_about(listing, name, one)))
        for name, one in listing.filters.items()
    }
    return create_model(f"{named(listing)}Filters", __base__=Schema, **declared)


def page(listing: Listing) -> type[Schema]:
    """Return the schema of a page."""
    rows: dict[str, Any] = {name: _shown(kind) for name, kind in kinds(listing).items()}
    row = create_model(f"{named(listing)}Row", __base__=Schema, __doc__=listing.title, **rows)
    return create_model(
        f"{named(listing)}Page",
        __base__=Schema,
        __doc__=f"{listing.title}; of each row the fields that were asked for.",
        items=(list[row], ...),  # type: ignore[valid-type]
        next=(str | None, pydantic.Field(description="Cursor of the page that follows; null on the last.")),
    )


def _taken(one: Filter) -> Any:
    if one.choices:
        return Literal[one.choices]
    return Id if one.kind is int else PLAIN.get(one.kind, one.kind)


def _about(listing: Listing, name: str, one: Filter) -> str:
    about = f"{one.about[:1].upper()}{one.about[1:]}."
    if name in listing.one_of and len(listing.one_of) > 1:
        return f"{about} One of {', '.join(listing.one_of)} must be given."
    return f"{about} Only with {' or '.join(one.within)}." if one.within else about


def _shown(kind: Kind) -> Any:
    shown = TOLD.get(kind.of, kind.of)
    # Left out where it is not asked for, so it has no value that it takes then.
    return (
        shown | None if kind.null and shown is not Any else shown,
        pydantic.Field(None, json_schema_extra=_without_default),
    )


def _without_default(schema: dict[str, Any]) -> None:
    schema.pop("default", None)
