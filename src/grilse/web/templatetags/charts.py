"""Template filter of charts."""

from datetime import datetime

from django import template

from grilse.web.charts import Chart
from grilse.web.templatetags.number_formats import format_day, format_measure
from grilse.web.templatetags.time_formats import format_plain_time

register = template.Library()


@register.filter("chart_rows")
def list_chart_rows(chart: Chart) -> list[tuple[str, list[str]]]:
    """Return the data of a chart as rows of texts, the last first."""
    rows = [
        (
            format_plain_time(at) if isinstance(at, datetime) else format_day(at),
            [format_measure(line.values[i]) for line in chart.lines],
        )
        for i, at in enumerate(chart.at)
    ]
    return rows[::-1]
