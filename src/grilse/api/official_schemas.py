"""Answers that lay published series beside the company's own: columns, a value a week or month."""

from datetime import date
from typing import Annotated

from ninja import Field, Schema

from grilse.api.growth_schemas import ColumnValues
from grilse.api.input_schemas import Text


class OfficialImportResponse(Schema):
    """What a published file changed."""

    kind: str
    name: str
    rows: int
    new: int
    revised: int
    unchanged: int
    """Rows that said the same already: all of them when the file comes again."""


class OfficialSiteNumber(Schema):
    """What the authorities know an area as."""

    locality: Annotated[int, Field(ge=1, le=999_999)]
    production_area: Annotated[int, Field(ge=1, le=13)] | None = None
    """None is looked up in the files that were taken in."""
    reason: Text = ""
    """Why, where the area had another number before."""


class OwnLiceColumns(Schema):
    """Counts of the company: lice over fish of all pens of the site."""

    fish: ColumnValues
    adult_female: ColumnValues
    mobile: ColumnValues
    attached: ColumnValues


class PublishedLiceColumns(Schema):
    """What was published of the site."""

    adult_female: ColumnValues
    mobile: ColumnValues
    attached: ColumnValues
    lice_limit: ColumnValues
    over_limit: list[str | None]
    sea_temperature_c: ColumnValues


class AreaLiceColumns(Schema):
    """Sites of the production area that counted: their mean, and how many were above their limit."""

    sites: ColumnValues
    adult_female: ColumnValues
    over_limit: ColumnValues


class LiceComparison(Schema):
    """Weeks of a site."""

    area: str
    locality: int
    production_area: int
    monday: list[date]
    year: list[int]
    week: list[int]
    own: OwnLiceColumns
    site: PublishedLiceColumns
    around: AreaLiceColumns


class MonthlyStockColumns(Schema):
    """Stock at the end of each month, and what the month did to it."""

    fish: ColumnValues
    biomass_kg: ColumnValues
    deaths: ColumnValues
    feed_kg: ColumnValues


class BiomassComparison(Schema):
    """Months of a production area."""

    production_area: int
    species: str
    areas: list[str]
    """Of the company, in it."""
    year: list[int]
    month: list[int]
    own: MonthlyStockColumns
    published: MonthlyStockColumns
