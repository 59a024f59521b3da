"""The grades of a harvest: those of a pen on a day, with the lot they are traced by."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from grilse.access.tenancy import get_current_actor
from grilse.errors import GrilseError
from grilse.row_validation import check_fields, refuse_duplicates
from grilse.stock import messages
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


def record_grades(harvests: Iterable[NewHarvest]) -> None:
    """Enter the grades of harvests; two statements."""
    company = get_current_actor().company
    rows = [
        HarvestGrade(
            company_id=company,
            placement_id=harvest.placement,
            date=harvest.date,
            grade=size_grade.grade,
            count=size_grade.count,
            gutted_kg=size_grade.gutted_kg,
            lot=harvest.lot,
        )
        for harvest in harvests
        for size_grade in harvest.grades
    ]
    for row in rows:
        check_fields(row)
        if row.gutted_kg < 0:
            raise GrilseError(messages.describe_negative_gutted_kg(row.grade, row.gutted_kg), field="gutted_kg")
    refuse_duplicates(rows, ("placement_id", "date", "grade"), lambda row: f"grade {row.grade} of {row.date}")
    HarvestGrade.objects.bulk_create(rows)


def delete_grades(harvests: Iterable[Movement]) -> None:
    """Take the grades of harvests away; a statement each."""
    for row in harvests:
        if row.kind == HARVEST:
            HarvestGrade.objects.filter(placement=row.source_id, date=row.date).delete()
