"""The conveyance report as a file."""

from dataclasses import fields
from datetime import date

from django.http import HttpResponse

from grilse.api.exports import CSV, cell, lines
from grilse.people.conveyance import Conveyed, Report

FIELDS = tuple(field.name for field in fields(Conveyed))


def conveyance_file(report: Report, since: date, until: date) -> HttpResponse:
    """Return the lines of the report as CSV."""
    rows = (
        [cell(value) for value in (*(getattr(line, name) for name in FIELDS), report.currency)]
        for line in report.lines
    )
    answer = HttpResponse(lines([[*FIELDS, "currency"], *rows]), content_type=CSV)
    answer["Content-Disposition"] = f'attachment; filename="conveyance-{since}-{until}.csv"'
    return answer
