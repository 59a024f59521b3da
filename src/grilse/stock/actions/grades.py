"""The grades of a harvest: fish of a placement on a day by grade, with the lot that traces them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from grilse.access.tenancy import get_current_actor
from grilse.errors import GrilseError
from grilse.row_validation import fill_row, refuse_duplicates
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
    """Fish that leave a placement for slaughter or sale."""

    placement: int
    date: date
    count: int
    kind: str = HARVEST
    """HARVEST or, for live fish, SALE."""
    mean_weight_g: float | None = None
    """Live weight, where it was measured."""
    fish_weighed: int | None = None
    grades: Sequence[Grade] = ()
    lot: str = ""
    """The number by which the plant and its customers trace the fish."""
    last: bool = False
    """No fish are left: the placement ends, and a count correction brings its ledger to 0."""


def record_grades(harvests: Iterable[NewHarvest]) -> None:
    """Enter the grades of harvests; two statements."""
    company = get_current_actor().company
    rows = [
        fill_row(
            HarvestGrade(company_id=company), grade, placement=harvest.placement, date=harvest.date, lot=harvest.lot
        )
        for harvest in harvests
        for grade in harvest.grades
    ]
    for row in rows:
        if row.gutted_kg < 0:
            why = f"{row.gutted_kg:g} kg gutted of grade {row.grade}: it cannot be below 0"
            raise GrilseError(why, field="gutted_kg")
    refuse_duplicates(rows, ("placement_id", "date", "grade"), lambda row: f"grade {row.grade} of {row.date}")
    HarvestGrade.objects.bulk_create(rows)


def delete_grades(harvests: Iterable[Movement]) -> None:
    """Delete the grades of harvests; one statement a harvest."""
    for row in harvests:
        if row.kind == HARVEST:
            HarvestGrade.objects.filter(placement=row.source_id, date=row.date).delete()
