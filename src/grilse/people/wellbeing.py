"""Wellbeing reports: written by the worker, company by company, and read by those who may."""

from dataclasses import dataclass, fields
from datetime import date, datetime

from django.db import connection
from django.db.models import F

from grilse.errors import GrilseError
from grilse.people.models import WellbeingReport

WEEKS_RANGE = (1, 104)


@dataclass(frozen=True, kw_only=True, slots=True)
class WellbeingFigures:
    """Figures of 30 days, of the company or of one of its geographies; null where they are withheld."""

    geography: int | None
    """None is the whole company."""
    geography_name: str | None
    since: date
    until: date
    """The first day that is not counted."""
    users: int
    consented: int | None
    active: int | None
    engagement: float | None
    entries: int | None
    """Null also where a kind is withheld, which would follow from the difference."""
    kinds: dict[str, int] | None
    mood: float | None
    stress: float | None
    energy: float | None
    withheld: bool
    made_at: datetime


def write_reports(until: date) -> int:
    """Write the company's reports for the 30 days before a Monday, over earlier ones of the same day; one statement.

    Return the number of reports.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT people_write_wellbeing(%s)", [until])
        [count] = cursor.fetchone()
    return int(count)


def list_reports(weeks: int = 12) -> list[WellbeingFigures]:
    """Return the reports of the latest weeks, the newest first, the company before its geographies.

    Two statements. The row policy shows those of the company only to roles that hold in all of it.
    """
    least, most = WEEKS_RANGE
    if not least <= weeks <= most:
        raise GrilseError(f"weeks {weeks}: reports are of {least} to {most} weeks", field="weeks")
    days = WellbeingReport.objects.order_by("-until").values_list("until", flat=True).distinct()[:weeks]
    rows = WellbeingReport.objects.filter(until__in=list(days))
    names = [field.name for field in fields(WellbeingFigures) if field.name != "geography_name"]
    sorted_rows = rows.order_by("-until", F("geography_id").asc(nulls_first=True))
    return [WellbeingFigures(**row) for row in sorted_rows.values(*names, geography_name=F("geography__name"))]
