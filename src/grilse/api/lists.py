"""Routes of every list: a page by cursor, and an export of all rows."""

from collections.abc import Callable, Mapping
from typing import Any, Literal

from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from ninja import Query, Schema

from grilse.api import exports, list_schemas, routers
from grilse.api.problems import ProblemDetail
from grilse.api.responses import json_response
from grilse.api.routing import PermissionRouter
from grilse.environment import lists as environment
from grilse.errors import GrilseError
from grilse.farm import lists as farm
from grilse.feeding import lists as feeding
from grilse.generator import lists as generator
from grilse.growth import lists as growth
from grilse.health import lists as health
from grilse.helpdesk import lists as helpdesk
from grilse.jobs import lists as jobs
from grilse.listing.listing import DEFAULT_PAGE_ROWS, Listing, ListPage, build_query, read_page
from grilse.official import lists as official
from grilse.people import lists as people
from grilse.planning import lists as planning
from grilse.stock import lists as stock

LISTS: tuple[tuple[PermissionRouter, tuple[Listing, ...]], ...] = (
    (routers.FARM, farm.LISTS + generator.LISTS),
    (routers.PEOPLE, people.LISTS),
    (routers.HELPDESK, helpdesk.LISTS),
    (routers.STOCK, stock.LISTS),
    (routers.ENVIRONMENT, environment.LISTS),
    (routers.FEEDING, feeding.LISTS),
    (routers.HEALTH, health.LISTS),
    (routers.GROWTH, growth.LISTS),
    (routers.PLANNING, planning.LISTS),
    (routers.OFFICIAL, official.LISTS),
    (routers.JOBS, jobs.LISTS),
)
PAGE_PARAMETERS = ("fields", "cursor", "limit", "sort")
EXPORT_PARAMETERS = ("fields", "sort", "format")
Format = Literal["csv", "parquet"]


def declare_list_routes(router: PermissionRouter, listing: Listing) -> None:
    """Declare the two addresses of a list."""
    name = listing.name.replace("-", "_")
    answers: dict[str, Any] = {"summary": listing.title}
    router.get(
        f"/{listing.name}",
        permission=listing.permission,
        response=list_schemas.build_page_schema(listing),
        operation_id=f"list_{name}",
        **answers,
    )(_build_page_view(listing))
    router.get(
        f"/{listing.name}/export",
        permission=(listing.permission, "data.export"),
        response={200: None, 406: ProblemDetail},
        operation_id=f"export_{name}",
        openapi_extra={"responses": {200: {"content": exports.EXPORT_CONTENT}}},
        **answers,
    )(_build_export_view(listing))


def _build_page_view(listing: Listing) -> Callable[..., HttpResponse]:
    filters, sorts = list_schemas.build_filter_schema(listing), list_schemas.build_sort_type(listing)

    def listed(
        request: HttpRequest,
        given: Query[filters],  # type: ignore[valid-type]
        fields: list_schemas.FieldNames = None,
        cursor: list_schemas.Cursor = None,
        limit: list_schemas.Limit = DEFAULT_PAGE_ROWS,
        sort: sorts = None,  # type: ignore[valid-type]
    ) -> HttpResponse:
        """Return a page of rows; `next`, and the header Link, lead to the one that follows."""
        _refuse_unknown(request.GET, listing, PAGE_PARAMETERS)
        return _build_page_response(
            request, read_page(listing, _dump_filters(given), _parse_field_names(fields), cursor, limit, sort)
        )

    return listed


def _build_export_view(listing: Listing) -> Callable[..., HttpResponseBase]:
    filters, sorts = list_schemas.build_filter_schema(listing), list_schemas.build_sort_type(listing)

    def exported(
        request: HttpRequest,
        given: Query[filters],  # type: ignore[valid-type]
        format: Format = "csv",
        fields: list_schemas.FieldNames = None,
        sort: sorts = None,  # type: ignore[valid-type]
    ) -> HttpResponseBase:
        """Return all rows as a file. Texts that a spreadsheet would run as a formula begin with ' in CSV."""
        _refuse_unknown(request.GET, listing, EXPORT_PARAMETERS)
        return exports.build_export_response(
            request, build_query(listing, _dump_filters(given), _parse_field_names(fields), sort), format
        )

    return exported


def _dump_filters(filters: Schema) -> dict[str, Any]:
    return filters.model_dump(exclude_none=True)


def _parse_field_names(fields: str | None) -> list[str] | None:
    return None if fields is None else [name.strip() for name in fields.split(",")]


def _refuse_unknown(query: QueryDict, listing: Listing, paging: tuple[str, ...]) -> None:
    for name in query:
        if name not in listing.filters and name not in paging:
            there = ", ".join([*listing.filters, *paging])
            raise GrilseError(f"{name} is nothing that {listing.name} take: there are {there}", field=name)


def _build_page_response(request: HttpRequest, result: ListPage) -> HttpResponse:
    items = [dict(zip(result.fields, row, strict=True)) for row in result.rows]
    return json_response({"items": items, "next": result.next}, **_build_link_header(request, result))


def _build_link_header(request: HttpRequest, result: ListPage) -> Mapping[str, str]:
    if result.next is None:
        return {}
    query = request.GET.copy()
    query["cursor"] = result.next
    return {"Link": f'<{request.path}?{query.urlencode()}>; rel="next"'}


for router, listings in LISTS:
    for listing in listings:
        declare_list_routes(router, listing)
