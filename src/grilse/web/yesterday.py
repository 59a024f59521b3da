"""The page of what happened on a day: what was entered at each site, and the findings that began and ended."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from grilse.attention.day_entries import EntryKind, SiteEntries, list_day_entries
from grilse.growth.queries import find_last_recorded_day
from grilse.web.forms import AcceptedValues, parse_day
from grilse.web.pages import get_day, page, render_part
from grilse.web.scope import read_scope
from grilse.web.tables import DOWNLOAD_FORMATS, TableColumn, build_download, build_table
from grilse.web.templatetags.number_formats import format_measure, format_thousands

YESTERDAY_QUERY: AcceptedValues = {"day": parse_day, "as": DOWNLOAD_FORMATS}


@dataclass(frozen=True, kw_only=True, slots=True)
class SiteDay:
    """What was entered for a day at a site."""

    geography: str | None
    site: str | None
    by_kind: dict[str, SiteEntries]
    persons: Sequence[str]


@dataclass(frozen=True, kw_only=True, slots=True)
class KindColumn:
    """A column of a kind of entries: their number, or the sum of an amount."""

    kind: EntryKind
    title: str | Promise
    unit: str | Promise = ""
    read: Callable[[SiteEntries], float | None] = lambda entries: entries.entries
    format: Callable[[float | None], str] = format_thousands
    is_summed: bool = True


def _read_amount(entries: SiteEntries) -> float | None:
    return entries.amount


FISH = gettext_lazy("fish")
COUNTS = gettext_lazy("counts")
KINDS = (
    KindColumn(kind=EntryKind.MORTALITY, title=gettext_lazy("Dead"), unit=FISH, read=_read_amount),
    KindColumn(kind=EntryKind.CULL, title=gettext_lazy("Culled"), unit=FISH, read=_read_amount),
    KindColumn(kind=EntryKind.ESCAPE, title=gettext_lazy("Escaped"), unit=FISH, read=_read_amount),
    KindColumn(kind=EntryKind.MEAL, title=gettext_lazy("Fed"), unit="kg", read=_read_amount),
    KindColumn(kind=EntryKind.DELIVERY, title=gettext_lazy("Feed delivered"), unit="kg", read=_read_amount),
    KindColumn(kind=EntryKind.LICE_COUNT, title=gettext_lazy("Lice counts")),
    KindColumn(
        kind=EntryKind.LICE_COUNT, title=gettext_lazy("Adult females"), unit=gettext_lazy("per fish"),
        read=_read_amount, format=format_measure, is_summed=False,
    ),
    KindColumn(kind=EntryKind.WEIGHT_SAMPLE, title=gettext_lazy("Weight samples")),
    KindColumn(kind=EntryKind.HEALTH_SAMPLE, title=gettext_lazy("Health samples")),
    KindColumn(kind=EntryKind.FISH_COUNT, title=gettext_lazy("Fish counts")),
    KindColumn(kind=EntryKind.COUNT_CORRECTION, title=gettext_lazy("Count corrections")),
    KindColumn(kind=EntryKind.TREATMENT, title=gettext_lazy("Treatments")),
    KindColumn(kind=EntryKind.STOCKING, title=gettext_lazy("Stocked"), unit=FISH, read=_read_amount),
    KindColumn(kind=EntryKind.TRANSFER_OUT, title=gettext_lazy("Moved out"), unit=FISH, read=_read_amount),
    KindColumn(kind=EntryKind.TRANSFER_IN, title=gettext_lazy("Moved in"), unit=FISH, read=_read_amount),
    KindColumn(kind=EntryKind.HARVEST, title=gettext_lazy("Harvested"), unit=FISH, read=_read_amount),
    KindColumn(
        kind=EntryKind.HARVEST, title=gettext_lazy("Harvested"), unit="kg", read=lambda entries: entries.kilograms
    ),
    KindColumn(kind=EntryKind.SALE, title=gettext_lazy("Sold"), unit=FISH, read=_read_amount),
    KindColumn(kind=EntryKind.TICKET, title=gettext_lazy("Tickets")),
    KindColumn(kind=EntryKind.FINDING_BEGUN, title=gettext_lazy("Findings begun")),
    KindColumn(kind=EntryKind.FINDING_ENDED, title=gettext_lazy("Findings ended")),
)  # fmt: skip
"""In the order of the columns; those of a day that has none are left out."""


@page(
    "stock.read", "feeding.read", "health.read", "helpdesk.read", "attention.read",
    in_company_time=False, query=YESTERDAY_QUERY,
)  # fmt: skip
def show_yesterday(request: HttpRequest) -> HttpResponse:
    """Show what was entered for a day, by default the last day of records; or send it as a file."""
    last, scope = find_last_recorded_day(), read_scope(request)
    day = get_day(request, "day") or last
    place = {"geography": scope.geography, "area": scope.area, "station": scope.station}
    entries = [] if day is None else list_day_entries(day, **place)
    sites, columns = _group_by_site(entries), _choose_columns({row.kind for row in entries})
    if download := request.GET.get("as"):
        name = f"entries-{day}"
        return build_download(columns, sites, name=name, format="xlsx" if download == "xlsx" else "csv")
    context = {
        "day": day,
        "records_until": last,
        "table": build_table(columns, sites, title=_("Entries by site"), name="entries", total=_("Total")),
        "sums": [(column, _add_up(column, entries)) for column in KINDS if column.is_summed and _has(column, entries)],
        **_name_neighbours(day, last),
    }
    return render_part(request, "today/_yesterday.html", "today/yesterday.html", context)


def _name_neighbours(day: date | None, last: date | None) -> dict[str, date | None]:
    """Return the days before and after, where there may be records."""
    if day is None or last is None:
        return {"before": None, "after": None}
    return {"before": day - timedelta(days=1), "after": day + timedelta(days=1) if day < last else None}


def _group_by_site(entries: Iterable[SiteEntries]) -> list[SiteDay]:
    groups = groupby(entries, key=lambda row: (row.geography, row.site))
    return [_build_site_day(geography, site, list(rows)) for (geography, site), rows in groups]


def _build_site_day(geography: str | None, site: str | None, rows: Sequence[SiteEntries]) -> SiteDay:
    return SiteDay(
        geography=geography,
        site=site,
        by_kind={row.kind: row for row in rows},
        persons=sorted({person for row in rows for person in row.persons}),
    )


def _has(column: KindColumn, entries: Iterable[SiteEntries]) -> bool:
    return any(row.kind == column.kind for row in entries)


def _add_up(column: KindColumn, entries: Iterable[SiteEntries]) -> str:
    values = [column.read(row) or 0.0 for row in entries if row.kind == column.kind]
    return column.format(sum(values))


def _choose_columns(kinds: set[str]) -> list[TableColumn]:
    """Return the columns of a day with entries of some kinds."""
    return [
        TableColumn(
            title=_("Site"), read=lambda day: day.site or _("No site"), note=lambda day: day.geography or ""
        ),
        *(_build_column(column) for column in KINDS if column.kind in kinds),
        TableColumn(title=_("Entered by"), read=lambda day: ", ".join(day.persons) or "–"),
    ]  # fmt: skip


def _build_column(column: KindColumn) -> TableColumn:
    def read(day: SiteDay) -> Any:
        entries = day.by_kind.get(column.kind)
        return None if entries is None else column.read(entries)

    return TableColumn(
        title=f"{column.title}, {column.unit}" if column.unit else f"{column.title}",
        read=read,
        format=lambda value: "" if value is None else column.format(value),
        numeric=True,
        is_summed=column.is_summed,
    )
