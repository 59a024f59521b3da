"""Published files over the API, and their series beside the company's own."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Field, Query, Schema

from grilse.api.entries import Id, Made, Text
from grilse.api.official_shapes import (
    BiomassAnswer,
    LiceAnswer,
    LiceAround,
    OwnLice,
    PublishedLice,
    SiteNumber,
    Stock,
    TakenIn,
)
from grilse.api.packing import significant
from grilse.api.problems import Declined, Problem, problem
from grilse.api.rooms import OFFICIAL as router
from grilse.environment.arriving.parts import BLOCK, Limited
from grilse.environment.arriving.refusals import TooMuch
from grilse.exchange.official import take_in
from grilse.exchange.problems import PackageRefused
from grilse.official import actions, queries

DIGITS = 12
"""Figures are told as they were published, and means no finer."""
Answer = dict[str, Any] | HttpResponse
FileName = Annotated[str, Query(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f]*$")]


@router.post(
    "/official-files",
    may="official.import",
    response={200: TakenIn, 413: Problem},
    openapi_extra={
        "requestBody": {"required": True, "content": {"text/csv": {"schema": {"type": "string"}}}}
    },
)
def take_official_file(request: HttpRequest, name: FileName = "official.csv") -> Answer:
    """Take in weekly lice of BarentsWatch or biomass of Fiskeridirektoratet; the header tells which.

    What a later file says otherwise is revised; the same file again changes nothing.
    """
    try:
        return asdict(take_in(_whole(request), name))
    except PackageRefused as refused:
        faults = [
            {"field": one.column, "detail": str(one), "row": one.line or None} for one in refused.problems
        ]
        return problem(422, str(refused).partition("\n")[0], faults)


@router.put("/official-sites/{key}", may="official.import", response=Made)
def name_official_site(request: HttpRequest, key: Id, new: SiteNumber) -> dict[str, Any]:
    """Say which site of the authorities an area is."""
    actions.name_site(key, new.locality, new.production_area, reason=new.reason)
    return {"ids": [key]}


@router.delete("/official-sites/{key}", may="official.import", response=Made)
def forget_official_site(request: HttpRequest, key: Id, reason: Text) -> dict[str, Any]:
    """Take away what an area is to the authorities."""
    actions.forget_site(key, reason=reason)
    return {"ids": [key]}


@router.get("/official-lice/beside", may=("official.read", "health.read"), response=LiceAnswer)
def lice_beside(request: HttpRequest, area: Text) -> dict[str, Any]:
    """Return a site's weeks: its own counts, what was published of it, and of its production area.

    The area goes by its name or its id.
    """
    found = queries.lice_beside(area)
    return {
        "area": found.area,
        "locality": found.locality,
        "production_area": found.production_area,
        "monday": [date.fromisocalendar(year, week, 1) for year, week in found.weeks],
        "year": [year for year, _ in found.weeks],
        "week": [week for _, week in found.weeks],
        "own": _columns(OwnLice, found.own),
        "site": _columns(PublishedLice, found.site),
        "around": _columns(LiceAround, found.around),
    }


@router.get("/official-biomass/beside", may=("official.read", "growth.read"), response=BiomassAnswer)
def biomass_beside(
    request: HttpRequest,
    production_area: Annotated[int, Field(ge=1, le=99)],
    species: Text = queries.SALMON,
) -> dict[str, Any]:
    """Return the months of a production area: the company's stock in it, and what was published of all."""
    found = queries.biomass_beside(production_area, species)
    return {
        "production_area": production_area,
        "species": found.species,
        "areas": found.areas,
        "year": [year for year, _ in found.months],
        "month": [month for _, month in found.months],
        "own": _columns(Stock, found.own),
        "published": _columns(Stock, found.published),
    }


def _whole(request: HttpRequest) -> bytes:
    """Return the file, refusing one that is too large."""
    source = Limited(request)
    try:
        return b"".join(iter(lambda: source.read(BLOCK), b""))
    except TooMuch as error:
        raise Declined(413, str(error)) from error


def _columns(shape: type[Schema], rows: Sequence[object]) -> dict[str, list[Any]]:
    """Return rows as columns, null where there is no row."""
    return {name: _packed([row and getattr(row, name) for row in rows]) for name in shape.model_fields}


def _packed(values: list[Any]) -> list[Any]:
    return values if any(isinstance(value, str) for value in values) else significant(values, DIGITS)
