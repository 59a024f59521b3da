"""The grades of a harvest: those of a pen on a day, with the lot they are traced by."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from grilse.errors import GrilseError
from grilse.farm.rows import checked, refuse_twice
from grilse.farm.tenancy import acting
from grilse.stock import refusals
from grilse.stock.models import HarvestGrade, Movement

HARVEST, SALE = Movement.Kind.HARVEST.value, Movement.Kind.SALE.value


@dataclass(frozen=True, kw_only=True, slots=True)
class Grade:
    """Fish of one grade."""

    grade: str
    count: int
    gutted_kg: float


@dataclass(frozen=True, kw_only=True, slots=True)
class NewHarvest:
    """Fish that leave a placement for good, as a door brings it; the placement by its id."""

    placement: int
    date: date
    count: int
    kind: str = HARVEST
    """Or SALE, alive."""
    mean_weight_g: float | None = None
    """Live weight, where it was measured."""
    fish_weighed: int | None = None
    grades: Sequence[Grade] = ()
    lot: str = ""
    """The number by which the plant and its customers trace them."""
    last: bool = False
    """No fish are left: the placement ends, and its ledger is corrected to what was counted."""


def grade(harvests: Iterable[NewHarvest]) -> None:
    """Enter the grades of harvests; two statements."""
    company = acting().company
    rows = [
        HarvestGrade(
            company_id=company,
            placement_id=harvest.placement,
            date=harvest.date,
            grade=one.grade,
            count=one.count,
            gutted_kg=one.gutted_kg,
            lot=harvest.lot,
        )
        for harvest in harvests
        for one in harvest.grades
    ]
    for row in rows:
        checked(row)
        if row.gutted_kg < 0:
            raise GrilseError(refusals.gutted(row.grade, row.gutted_kg), field="gutted_kg")
    refuse_twice(rows, ("placement_id", "date", "grade"), lambda row: f"grade {row.grade} of {row.date}")
    HarvestGrade.objects.bulk_create(rows)


def ungrade(harvests: Iterable[Movement]) -> None:
    """Take the grades of harvests away; a statement each."""
    for row in harvests:
        if row.kind == HARVEST:
            HarvestGrade.objects.filter(placement=row.source_id, date=row.date).delete()
