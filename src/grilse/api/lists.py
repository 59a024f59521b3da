"""Every list of every room: a page by cursor, and an export of the whole."""

from collections.abc import Callable, Mapping
from typing import Any, Literal

from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from ninja import Query, Schema

from grilse.api import exports, list_shapes, rooms
from grilse.api.answers import compact
from grilse.api.door import Room
from grilse.api.problems import Problem
from grilse.environment import lists as environment
from grilse.errors import GrilseError
from grilse.farm import lists as farm
from grilse.farm.listing import USUAL, Listing, Page, ask, page
from grilse.feeding import lists as feeding
from grilse.generator import lists as generator
from grilse.growth import lists as growth
from grilse.health import lists as health
from grilse.helpdesk import lists as helpdesk
from grilse.helpdesk import lists_rules
from grilse.jobs import lists as jobs
from grilse.official import lists as official
from grilse.people import lists_directory, lists_tracks
from grilse.planning import lists as planning
from grilse.stock import lists as stock

LISTS: tuple[tuple[Room, tuple[Listing, ...]], ...] = (
    (rooms.FARM, farm.LISTS + generator.LISTS),
    (rooms.PEOPLE, lists_directory.LISTS + lists_tracks.LISTS),
    (rooms.HELPDESK, helpdesk.LISTS + lists_rules.LISTS),
    (rooms.STOCK, stock.LISTS),
    (rooms.ENVIRONMENT, environment.LISTS),
    (rooms.FEEDING, feeding.LISTS),
    (rooms.HEALTH, health.LISTS),
    (rooms.GROWTH, growth.LISTS),
    (rooms.PLANNING, planning.LISTS),
    (rooms.OFFICIAL, official.LISTS),
    (rooms.JOBS, jobs.LISTS),
)
PAGED = ("fields", "cursor", "limit", "sort")
EXPORTED = ("fields", "sort", "format")
Format = Literal["csv", "parquet"]


def route(router: Room, listing: Listing) -> None:
    """Declare the two addresses of a list."""
    name = listing.name.replace("-", "_")
    answers: dict[str, Any] = {"summary": listing.title}
    router.get(
        f"/{listing.name}",
        may=listing.needs,
        response=list_shapes.page(listing),
        operation_id=f"list_{name}",
        **answers,
    )(_paging(listing))
    router.get(
        f"/{listing.name}/export",
        may=(listing.needs, "data.export"),
        response={200: None, 406: Problem},
        operation_id=f"export_{name}",
        openapi_extra={"responses": {200: {"content": exports.CONTENT}}},
        **answers,
    )(_exporting(listing))


def _paging(listing: Listing) -> Callable[..., HttpResponse]:
    filters, sorts = list_shapes.filters(listing), list_shapes.sorts(listing)

    def listed(
        request: HttpRequest,
        given: Query[filters],  # type: ignore[valid-type]
        fields: list_shapes.Names = None,
        cursor: list_shapes.Cursor = None,
        limit: list_shapes.Limit = USUAL,
        sort: sorts = None,  # type: ignore[valid-type]
    ) -> HttpResponse:
        """Return a page of rows; `next`, and the header Link, lead to the one that follows."""
        _refuse_unknown(request.GET, listing, PAGED)
        return _answer(request, page(listing, _given(given), _names(fields), cursor, limit, sort))

    return listed


def _exporting(listing: Listing) -> Callable[..., HttpResponseBase]:
    filters, sorts = list_shapes.filters(listing), list_shapes.sorts(listing)

    def exported(
        request: HttpRequest,
        given: Query[filters],  # type: ignore[valid-type]
        format: Format = "csv",
        fields: list_shapes.Names = None,
        sort: sorts = None,  # type: ignore[valid-type]
    ) -> HttpResponseBase:
        """Return all rows as a file. Texts that a spreadsheet would run as a formula begin with ' in CSV."""
        _refuse_unknown(request.GET, listing, EXPORTED)
        return exports.export(request, ask(listing, _given(given), _names(fields), sort), format)

    return exported


def _given(filters: Schema) -> dict[str, Any]:
    return filters.model_dump(exclude_none=True)


def _names(fields: str | None) -> list[str] | None:
    return None if fields is None else [name.strip() for name in fields.split(",")]


def _refuse_unknown(query: QueryDict, listing: Listing, paging: tuple[str, ...]) -> None:
    for name in query:
        if name not in listing.filters and name not in paging:
            there = ", ".join([*listing.filters, *paging])
            raise GrilseError(f"{name} is nothing that {listing.name} take: there are {there}", field=name)


def _answer(request: HttpRequest, found: Page) -> HttpResponse:
    items = [dict(zip(found.fields, row, strict=True)) for row in found.rows]
    return compact({"items": items, "next": found.next}, **_link(request, found))


def _link(request: HttpRequest, found: Page) -> Mapping[str, str]:
    if found.next is None:
        return {}
    query = request.GET.copy()
    query["cursor"] = found.next
    return {"Link": f'<{request.path}?{query.urlencode()}>; rel="next"'}


for room, listings in LISTS:
    for listing in listings:
        route(room, listing)
