"""Two operations for every list: a page by cursor, and an export of all rows."""

from collections.abc import Callable
from typing import Any, Literal

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from ninja import Query, Schema

from grilse.api import exports, list_schemas, routing
from grilse.api.problems import ProblemDetail
from grilse.api.responses import json_response
from grilse.attention import lists as attention
from grilse.environment import lists as environment
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

LISTS: tuple[tuple[routing.PermissionRouter, tuple[Listing, ...]], ...] = (
    (routing.FARM, farm.LISTS + generator.LISTS),
    (routing.PEOPLE, people.LISTS),
    (routing.HELPDESK, helpdesk.LISTS),
    (routing.STOCK, stock.LISTS),
    (routing.ENVIRONMENT, environment.LISTS),
    (routing.FEEDING, feeding.LISTS),
    (routing.HEALTH, health.LISTS),
    (routing.GROWTH, growth.LISTS),
    (routing.PLANNING, planning.LISTS),
    (routing.ATTENTION, attention.LISTS),
    (routing.OFFICIAL, official.LISTS),
    (routing.JOBS, jobs.LISTS),
)
Format = Literal["csv", "parquet"]


def declare_list_routes(router: routing.PermissionRouter, listing: Listing) -> None:
    """Declare the operations of a list: its pages and its export."""
    name = listing.name.replace("-", "_")
    router.get(
        f"/{listing.name}",
        permission=listing.permission,
        response=list_schemas.build_page_schema(listing),
        operation_id=f"list_{name}",
        summary=listing.title,
    )(_build_page_view(listing))
    router.get(
        f"/{listing.name}/export",
        permission=(listing.permission, "data.export"),
        response={200: None, 406: ProblemDetail, 503: ProblemDetail},
        operation_id=f"export_{name}",
        openapi_extra={"responses": {200: {"content": exports.EXPORT_CONTENT}}},
        summary=listing.title,
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
        """Return a page of rows; `next` and the header Link lead to the following page."""
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
        delimiter: exports.Delimiter = ",",
        decimal: exports.Decimal = ".",
        encoding: exports.Encoding = "utf-8",
        fields: list_schemas.FieldNames = None,
        sort: sorts = None,  # type: ignore[valid-type]
    ) -> HttpResponseBase:
        """Return all rows as a file. In CSV, texts that a spreadsheet would run as a formula begin with '."""
        written = exports.CsvFormat(delimiter=delimiter, decimal=decimal, encoding=encoding)
        return exports.build_export_response(
            request, build_query(listing, _dump_filters(given), _parse_field_names(fields), sort), format, written
        )

    return exported


def _dump_filters(filters: Schema) -> dict[str, Any]:
    return filters.model_dump(exclude_none=True)


def _parse_field_names(fields: str | None) -> list[str] | None:
    return None if fields is None else [name.strip() for name in fields.split(",")]


def _build_page_response(request: HttpRequest, result: ListPage) -> HttpResponse:
    items = [dict(zip(result.fields, row, strict=True)) for row in result.rows]
    headers = {}
    if result.next is not None:
        query = request.GET.copy()
        query["cursor"] = result.next
        headers["Link"] = f'<{request.path}?{query.urlencode()}>; rel="next"'
    return json_response({"items": items, "next": result.next}, **headers)


for router, listings in LISTS:
    for listing in listings:
        declare_list_routes(router, listing)
