"""Import of official files, and official series beside the company's own."""

from dataclasses import fields
from datetime import date
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Field, Query

from grilse.api.action_routes import declare_reason_route
from grilse.api.problems import StatusError, build_problem_response
from grilse.api.readings import FILE_SCHEMA
from grilse.api.rounding import build_columns
from grilse.api.routing import OFFICIAL as router
from grilse.api.routing import get_charset
from grilse.api.schemas import CreatedIds, Id, Schema, Text, build_column_schema, build_output_schema
from grilse.environment.parsing.chunks import LimitedSource
from grilse.environment.parsing.errors import PayloadTooLarge
from grilse.exchange.official import import_official_file
from grilse.exchange.problems import PackageRefused
from grilse.input_types import RequestSchema
from grilse.official import actions, queries
from grilse.official.models import MAX_AREA_CODE, MAX_LOCALITY, PRODUCTION_AREAS
from grilse.textfiles.decoding import BLOCK
from grilse.textfiles.dialect import build_dialect

# Enough digits to return published figures unchanged.
DIGITS = 12
IMPORT_PERMISSION = "official.import"
OWN_LICE: dict[str, int | None] = dict.fromkeys(("fish", "adult_female", "mobile", "attached"), DIGITS)
SITE_LICE, AREA_LICE, AREA_STOCK = (
    {field.name: None if field.type is str else DIGITS for field in fields(row)}
    for row in (queries.SiteWeek, queries.AreaWeek, queries.AreaMonth)
)
FileName = Annotated[str, Query(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f]*$")]
OwnLiceColumns: Any = build_column_schema(
    "OwnLiceColumns", "The company's lice counts of all pens of the site.", OWN_LICE
)
SiteLiceColumns: Any = build_column_schema(
    "SiteLiceColumns", "The published figures of the site.", SITE_LICE, over_limit=(list[str | None], ...)
)
AreaLiceColumns: Any = build_column_schema(
    "AreaLiceColumns", "The mean of all sites of the production area, and the sites above their limit.", AREA_LICE
)
StockColumns: Any = build_column_schema(
    "StockColumns", "The stock at the end of each month, and the deaths and the feed of the month.", AREA_STOCK
)


class OfficialSiteNumber(RequestSchema):
    """The numbers under which the authorities know an area."""

    locality: Annotated[int, Field(ge=1, le=MAX_LOCALITY)]
    production_area: Annotated[int, Field(ge=1, le=PRODUCTION_AREAS)] | None = None
    """Null takes the number from the imported files."""
    reason: Text = ""
    """Why the number changes, if the area had another number before."""


class LiceComparison(Schema):
    """The weeks of a site."""

    area: str
    locality: int
    production_area: int
    monday: list[date]
    year: list[int]
    week: list[int]
    own: OwnLiceColumns
    site: SiteLiceColumns
    around: AreaLiceColumns


class BiomassComparison(Schema):
    """The months of a production area."""

    production_area: int
    species: str
    areas: list[str]
    """The company's areas in it."""
    year: list[int]
    month: list[int]
    own: StockColumns
    published: StockColumns


@router.post(
    "/official-files",
    permission=IMPORT_PERMISSION,
    response={200: build_output_schema(actions.OfficialFileReport)},
    exclude_none=True,
    openapi_extra={"requestBody": {"required": True, "content": {"text/csv": {"schema": FILE_SCHEMA}}}},
)
def upload_official_file(
    request: HttpRequest, name: FileName = "official.csv", decimal: Literal[".", ","] | None = None
) -> Any:
    """Import weekly lice of BarentsWatch or biomass of Fiskeridirektoratet; the header shows which it is.

    Figures that differ from an earlier file are revised; the same file again changes nothing. The file states its
    encoding as the charset of the content type; `decimal` is its decimal mark, where the numbers do not show it.
    """
    try:
        return import_official_file(_read_file(request), name, build_dialect(get_charset(request), decimal))
    except PackageRefused as error:
        faults = [
            {"field": problem.column, "detail": str(problem), "row": problem.line or None} for problem in error.problems
        ]
        return build_problem_response(422, str(error).partition("\n")[0], faults)


@router.put("/official-sites/{key}", permission=IMPORT_PERMISSION, response=CreatedIds)
def set_official_site(request: HttpRequest, key: Id, new: OfficialSiteNumber) -> dict[str, Any]:
    """Set the locality number and the production area of an area."""
    actions.name_site(key, new.locality, new.production_area, reason=new.reason)
    return {"ids": [key]}


declare_reason_route(router, "DELETE", "/official-sites/{key}", actions.forget_site, IMPORT_PERMISSION)


@router.get("/official-lice/beside", permission=("official.read", "health.read"), response=LiceComparison)
def compare_lice(request: HttpRequest, area: Text) -> dict[str, Any]:
    """Return the weeks of a site: its own counts, its published figures, and those of its production area.

    `area` is the name or the id of the area.
    """
    comparison = queries.compare_lice(area)
    return {
        "area": comparison.area,
        "locality": comparison.locality,
        "production_area": comparison.production_area,
        "monday": [date.fromisocalendar(year, week, 1) for year, week in comparison.weeks],
        "year": [year for year, _ in comparison.weeks],
        "week": [week for _, week in comparison.weeks],
        "own": build_columns(comparison.own, OWN_LICE),
        "site": build_columns(comparison.site, SITE_LICE),
        "around": build_columns(comparison.around, AREA_LICE),
    }


@router.get("/official-biomass/beside", permission=("official.read", "growth.read"), response=BiomassComparison)
def compare_biomass(
    request: HttpRequest, production_area: Annotated[int, Field(ge=1, le=MAX_AREA_CODE)], species: Text = queries.SALMON
) -> dict[str, Any]:
    """Return the months of a production area: the company's stock in it and the published stock."""
    comparison = queries.compare_biomass(production_area, species)
    return {
        "production_area": production_area,
        "species": comparison.species,
        "areas": comparison.areas,
        "year": [year for year, _ in comparison.months],
        "month": [month for _, month in comparison.months],
        "own": build_columns(comparison.own, AREA_STOCK),
        "published": build_columns(comparison.published, AREA_STOCK),
    }


def _read_file(request: HttpRequest) -> bytes:
    """Return the body of a request, and refuse a file that is too large."""
    source = LimitedSource(request)
    try:
        return b"".join(iter(lambda: source.read(BLOCK), b""))
    except PayloadTooLarge as error:
        raise StatusError(413, str(error)) from error
