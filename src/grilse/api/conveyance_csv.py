"""The conveyance report as a file."""

from dataclasses import fields
from datetime import date

from django.http import HttpResponse

from grilse.api.exports import CSV, format_csv_cell, format_csv_rows
from grilse.people.conveyance import ConveyanceReport, ConveyanceRow

FIELDS = tuple(field.name for field in fields(ConveyanceRow))


def build_conveyance_csv(report: ConveyanceReport, since: date, until: date) -> HttpResponse:
    """Return the lines of the report as CSV."""
    rows = (
        [format_csv_cell(value) for value in (*(getattr(line, name) for name in FIELDS), report.currency)]
        for line in report.lines
    )
    answer = HttpResponse(format_csv_rows([[*FIELDS, "currency"], *rows]), content_type=CSV)
    answer["Content-Disposition"] = f'attachment; filename="conveyance-{since}-{until}.csv"'
    return answer
