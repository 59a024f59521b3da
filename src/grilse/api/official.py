"""Published files over the API, and their series beside the company's own."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Field, Query, Schema

from grilse.api.input_schemas import CreatedIds, Id, Text
from grilse.api.official_schemas import (
    AreaLiceColumns,
    BiomassComparison,
    LiceComparison,
    MonthlyStockColumns,
    OfficialImportResponse,
    OfficialSiteNumber,
    OwnLiceColumns,
    PublishedLiceColumns,
)
from grilse.api.problems import ProblemDetail, StatusError, build_problem_response
from grilse.api.rounding import round_significant
from grilse.api.routers import OFFICIAL as router
from grilse.environment.parsing.chunks import BLOCK, LimitedSource
from grilse.environment.parsing.errors import PayloadTooLarge
from grilse.exchange.official import import_official_file
from grilse.exchange.problems import PackageRefused
from grilse.official import actions, queries

DIGITS = 12
"""Figures are told as they were published, and means no finer."""
Answer = dict[str, Any] | HttpResponse
FileName = Annotated[str, Query(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f]*$")]


@router.post(
    "/official-files",
    permission="official.import",
    response={200: OfficialImportResponse, 413: ProblemDetail},
    openapi_extra={"requestBody": {"required": True, "content": {"text/csv": {"schema": {"type": "string"}}}}},
)
def upload_official_file(request: HttpRequest, name: FileName = "official.csv") -> Answer:
    """Take in weekly lice of BarentsWatch or biomass of Fiskeridirektoratet; the header tells which.

    What a later file says otherwise is revised; the same file again changes nothing.
    """
    try:
        return asdict(import_official_file(_read_file(request), name))
    except PackageRefused as refused:
        faults = [
            {"field": package_problem.column, "detail": str(package_problem), "row": package_problem.line or None}
            for package_problem in refused.problems
        ]
        return build_problem_response(422, str(refused).partition("\n")[0], faults)


@router.put("/official-sites/{key}", permission="official.import", response=CreatedIds)
def set_official_site(request: HttpRequest, key: Id, new: OfficialSiteNumber) -> dict[str, Any]:
    """Say which site of the authorities an area is."""
    actions.name_site(key, new.locality, new.production_area, reason=new.reason)
    return {"ids": [key]}


@router.delete("/official-sites/{key}", permission="official.import", response=CreatedIds)
def remove_official_site(request: HttpRequest, key: Id, reason: Text) -> dict[str, Any]:
    """Take away what an area is to the authorities."""
    actions.forget_site(key, reason=reason)
    return {"ids": [key]}


@router.get("/official-lice/beside", permission=("official.read", "health.read"), response=LiceComparison)
def compare_lice(request: HttpRequest, area: Text) -> dict[str, Any]:
    """Return a site's weeks: its own counts, what was published of it, and of its production area.

    The area goes by its name or its id.
    """
    comparison = queries.compare_lice(area)
    return {
        "area": comparison.area,
        "locality": comparison.locality,
        "production_area": comparison.production_area,
        "monday": [date.fromisocalendar(year, week, 1) for year, week in comparison.weeks],
        "year": [year for year, _ in comparison.weeks],
        "week": [week for _, week in comparison.weeks],
        "own": _build_columns(OwnLiceColumns, comparison.own),
        "site": _build_columns(PublishedLiceColumns, comparison.site),
        "around": _build_columns(AreaLiceColumns, comparison.around),
    }


@router.get("/official-biomass/beside", permission=("official.read", "growth.read"), response=BiomassComparison)
def compare_biomass(
    request: HttpRequest, production_area: Annotated[int, Field(ge=1, le=99)], species: Text = queries.SALMON
) -> dict[str, Any]:
    """Return the months of a production area: the company's stock in it, and what was published of all."""
    comparison = queries.compare_biomass(production_area, species)
    return {
        "production_area": production_area,
        "species": comparison.species,
        "areas": comparison.areas,
        "year": [year for year, _ in comparison.months],
        "month": [month for _, month in comparison.months],
        "own": _build_columns(MonthlyStockColumns, comparison.own),
        "published": _build_columns(MonthlyStockColumns, comparison.published),
    }


def _read_file(request: HttpRequest) -> bytes:
    """Return the file, refusing one that is too large."""
    source = LimitedSource(request)
    try:
        return b"".join(iter(lambda: source.read(BLOCK), b""))
    except PayloadTooLarge as error:
        raise StatusError(413, str(error)) from error


def _build_columns(shape: type[Schema], rows: Sequence[object]) -> dict[str, list[Any]]:
    """Return rows as columns, null where there is no row."""
    return {name: _round_values([row and getattr(row, name) for row in rows]) for name in shape.model_fields}


def _round_values(values: list[Any]) -> list[Any]:
    return values if any(isinstance(value, str) for value in values) else round_significant(values, DIGITS)
