"""The grades of a harvest: fish of a placement on a day by grade, with the lot that traces them."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from grilse.access.tenancy import get_current_actor
from grilse.errors import GrilseError
from grilse.row_validation import fill_row, refuse_duplicates
from grilse.stock import messages
from grilse.stock.models import HarvestGrade, Movement, Placement

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


def record_grades(harvests: Iterable[tuple[int, NewHarvest]]) -> None:
    """Enter the grades of harvests, each with the id of its movement; two statements."""
    company = get_current_actor().company
    rows = [
        fill_row(
            HarvestGrade(company_id=company),
            grade,
            movement=movement,
            placement=harvest.placement,
            date=harvest.date,
            lot=harvest.lot,
        )
        for movement, harvest in harvests
        for grade in harvest.grades
    ]
    for row in rows:
        if row.gutted_kg < 0:
            why = f"{row.gutted_kg:g} kg gutted of grade {row.grade}: it cannot be below 0"
            raise GrilseError(why, field="gutted_kg")
    refuse_duplicates(rows, ("movement_id", "grade"), lambda row: f"grade {row.grade} of {row.date}")
    HarvestGrade.objects.bulk_create(rows)


def link_grades(days: Iterable[tuple[int, date]]) -> None:
    """Link grades without a harvest to the harvest of their placement and day, before another comes to the day.

    Packages and generated records name no harvest where there is one. Three statements, one if there are none.
    """
    days = set(days)
    if not days:
        return
    placements, dates = {placement for placement, _ in days}, {day for _, day in days}
    unlinked = HarvestGrade.objects.filter(placement__in=placements, date__in=dates, movement=None)
    rows = [row for row in unlinked if (row.placement_id, row.date) in days]
    harvests = _read_single_harvests({row.placement_id for row in rows}, {row.date for row in rows})
    linked = []
    for row in rows:
        row.movement_id = harvests.get((row.placement_id, row.date))
        if row.movement_id is not None:
            linked.append(row)
    if linked:
        HarvestGrade.objects.bulk_update(linked, ["movement"])


def delete_grades(harvests: Iterable[Movement]) -> None:
    """Delete the grades of harvests; four statements."""
    slaughtered = [row for row in harvests if row.kind == HARVEST and row.source_id is not None]
    if not slaughtered:
        return
    link_grades((row.source_id, row.date) for row in slaughtered if row.source_id is not None)
    HarvestGrade.objects.filter(movement__in=[row.pk for row in slaughtered]).delete()


def move_grades(rows: Iterable[Movement], placements: Mapping[int, Placement]) -> None:
    """Let the grades of corrected harvests belong to the rows that replaced these; two statements."""
    corrected = (row for row in rows if row.kind == HARVEST and row.count)
    later = {row.replaces_id: row for row in corrected if row.replaces_id is not None}
    if not later:
        return
    grades = list(HarvestGrade.objects.filter(movement__in=later))
    for row in later.values():
        assert row.source_id is not None
        graded = sum(grade.count for grade in grades if grade.movement_id == row.replaces_id)
        refuse_excess_grades(graded, row.count, placements[row.source_id].name)
    for grade in grades:
        row = later[grade.movement_id or 0]
        grade.movement_id, grade.placement_id, grade.date = row.pk, row.source_id or 0, row.date
    HarvestGrade.objects.bulk_update(grades, ["movement", "placement", "date"])


def refuse_excess_grades(graded: int, harvested: int, placement: str) -> None:
    """Refuse grades that hold more fish than were harvested."""
    if graded > harvested:
        raise GrilseError(messages.describe_excess_grades(placement, graded, harvested), field="count")


def _read_single_harvests(placements: Collection[int], dates: Collection[date]) -> dict[tuple[int, date], int]:
    """Return the harvests that are the only one of their placement and day; one statement, none without placements."""
    if not placements:
        return {}
    harvests = Movement.objects.filter(kind=HARVEST, source__in=placements, date__in=dates, count__gt=0)
    rows = list(harvests.exclude_replaced().values_list("source_id", "date", "pk"))
    counts = Counter((source, day) for source, day, _ in rows)
    return {(source, day): id for source, day, id in rows if counts[source, day] == 1 and source is not None}
