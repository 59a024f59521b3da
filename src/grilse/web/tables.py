"""Tables of pages: columns that are shown, sorted, summed and downloaded by one declaration."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from io import BytesIO
from itertools import islice
from typing import Any, Literal

from django.http import HttpResponse
from django.utils.html import escape, format_html
from django.utils.http import content_disposition_header
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from grilse.api.exports import CSV, STANDARD
from grilse.languages import Label

DownloadFormat = Literal["csv", "xlsx"]
DOWNLOAD_FORMATS: tuple[DownloadFormat, ...] = ("csv", "xlsx")
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
NUMBER_STYLE, WIDE_STYLE = "number", "wide-only"


@dataclass(frozen=True, kw_only=True, slots=True)
class TableColumn:
    """A column of a table."""

    title: Label
    read: Callable[[Any], Any]
    """Returns the value of a row, which a download contains."""
    format: Callable[[Any], Label] = str
    """Returns the text of a value."""
    name: str = ""
    """The name of the order by this column; without one the table is not sorted by it."""
    numeric: bool = False
    wide_only: bool = False
    """Whether a phone leaves it out."""
    is_summed: bool = False
    """Whether the last row of the table has its sum."""
    help: str = ""
    """The help mark of its heading."""
    unit: Label = ""
    """The unit of the values of a download."""
    address: Callable[[Any], str] | None = None
    note: Callable[[Any], str] | None = None
    phone_note: Callable[[Any], str] | None = None
    """Returns what a phone shows below the value, in the place of columns that it leaves out."""
    mark: Callable[[Any], str] | None = None
    """Returns the style of a status."""
    in_total: bool = False
    """Whether rows of totals that are given have a value."""
    download_only: bool = False
    """Whether only downloads have it."""

    @property
    def style(self) -> str:
        """The styles of its cells."""
        return " ".join(filter(None, [NUMBER_STYLE if self.numeric else "", WIDE_STYLE if self.wide_only else ""]))

    def build_heading(self, order: str) -> dict[str, Label]:
        """Return the heading, with the order that a click sorts by."""
        direction = {self.name: "ascending", f"-{self.name}": "descending"}.get(order, "none") if self.name else ""
        falling = direction == "ascending" or (direction == "none" and self.numeric)
        next_sort = (f"-{self.name}" if falling else self.name) if self.name else ""
        return {
            "title": self.title, "style": self.style, "direction": direction, "next_sort": next_sort, "help": self.help,
        }  # fmt: skip

    def build_cell(self, row: Any) -> "TableCell":
        """Return the cell of a row."""
        return TableCell(
            text=self.format(self.read(row)),
            style=self.style,
            address=self.address(row) if self.address else "",
            note=self.note(row) if self.note else "",
            phone_note=self.phone_note(row) if self.phone_note else "",
            mark=self.mark(row) if self.mark else "",
        )

    def build_total_cell(self, row: Any) -> "TableCell":
        """Return the cell of a row of totals."""
        if not self.in_total:
            return TableCell(text="", style=self.style)
        note, phone_note = (read(row) if read else "" for read in (self.note, self.phone_note))
        return TableCell(text=self.format(self.read(row)), style=self.style, note=note, phone_note=phone_note)

    def add_up(self, rows: Sequence[Any]) -> Any:
        """Return the sum of the known values."""
        return sum(value for row in rows if (value := self.read(row)) is not None)


@dataclass(frozen=True, kw_only=True, slots=True)
class TableCell:
    """A cell as it is shown."""

    text: Label
    style: str = ""
    address: str = ""
    note: str = ""
    phone_note: str = ""
    mark: str = ""

    @property
    def markup(self) -> SafeString:
        """Return what is in the cell: a template for each of a thousand cells would take most of the time of a page."""
        text = escape(self.text)
        if self.address:
            text = format_html('<a href="{}">{}</a>', self.address, text)
        elif self.mark:
            text = format_html('<span class="status {}">{}</span>', self.mark, text)
        notes = (("", self.note), (' class="phone-only"', self.phone_note))
        return mark_safe(text + "".join(f" <small{style}>{escape(note)}</small>" for style, note in notes if note))


@dataclass(frozen=True, kw_only=True, slots=True)
class TableRow:
    """A row as it is shown."""

    cells: Sequence[TableCell]
    style: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class TableGroup:
    """Rows that belong together, below the row of their totals."""

    total: Any
    rows: Sequence[Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Table:
    """A table as the template `components/table.html` shows it."""

    title: Label
    summary: str = ""
    """How many rows there are."""
    name: str = ""
    """The style of the table."""
    headings: Sequence[dict[str, Label]] = ()
    rows: Sequence[TableRow] = field(default_factory=list)
    totals: Sequence[TableCell] = ()


def build_table(
    columns: Sequence[TableColumn],
    rows: Sequence[Any],
    *,
    title: Label,
    summary: str = "",
    name: str = "",
    order: str = "",
    style_row: Callable[[Any], str] | None = None,
    summed: Sequence[Any] | None = None,
    total: Label = _("Total"),
) -> Table:
    """Return the table of some rows, with the sums of columns that have one: of these rows, or of the `summed`."""
    return Table(
        title=title,
        summary=summary,
        name=name,
        headings=[column.build_heading(order) for column in columns],
        rows=[
            TableRow(cells=[column.build_cell(row) for column in columns], style=style_row(row) if style_row else "")
            for row in rows
        ],
        totals=_build_totals(columns, rows if summed is None else summed, total),
    )


def build_grouped_table(
    columns: Sequence[TableColumn],
    groups: Sequence[TableGroup],
    total: Any,
    *,
    title: Label,
    summary: str = "",
    name: str = "",
    order: str = "",
    style_row: Callable[[Any], str] | None = None,
) -> Table:
    """Return the table of groups of rows, each below the row of its totals; the last row has those of all."""
    shown = [column for column in columns if not column.download_only]
    plain = build_table(
        shown, [row for group in groups for row in group.rows], title=title, order=order, style_row=style_row
    )
    rows, rest = [], iter(plain.rows)
    for group in groups:
        rows.append(TableRow(cells=_build_total_cells(shown, group.total), style="sum"))
        rows += islice(rest, len(group.rows))
    return replace(
        plain, summary=summary, name=name, rows=rows, totals=_build_total_cells(shown, total) if len(groups) > 1 else []
    )


def _build_total_cells(columns: Sequence[TableColumn], row: Any) -> list[TableCell]:
    return [column.build_total_cell(row) for column in columns]


def build_download(
    columns: Sequence[TableColumn], rows: Sequence[Any], *, name: str, format: DownloadFormat
) -> HttpResponse:
    """Return the rows of a table, their sums excluded, as a file."""
    titles = [f"{column.title}, {column.unit}" if column.unit else str(column.title) for column in columns]
    values = [[column.read(row) for column in columns] for row in rows]
    content, content_type = (
        (_write_csv(titles, values), CSV) if format == "csv" else (_write_excel(titles, values), EXCEL)
    )
    response = HttpResponse(content, content_type=content_type)
    response.headers["Content-Disposition"] = content_disposition_header(True, f"{name}.{format}") or ""
    return response


def _build_totals(columns: Sequence[TableColumn], rows: Sequence[Any], title: Label) -> list[TableCell]:
    if len(rows) < 2 or not any(column.is_summed for column in columns):
        return []
    first, *others = columns
    return [
        TableCell(text=title, style=first.style),
        *(
            TableCell(text=column.format(column.add_up(rows)) if column.is_summed else "", style=column.style)
            for column in others
        ),
    ]


def _write_csv(titles: Sequence[str], values: Sequence[Sequence[Any]]) -> bytes:
    return STANDARD.format_rows([titles, *(list(map(STANDARD.format_cell, row)) for row in values)])


def _write_excel(titles: Sequence[str], values: Sequence[Sequence[Any]]) -> bytes:
    from xlsxwriter import Workbook

    file = BytesIO()
    # Texts stay texts: none becomes a formula or a link.
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with Workbook(file, {**options, "default_date_format": "d mmm yyyy", "remove_timezone": True}) as workbook:
        sheet = workbook.add_worksheet()
        sheet.freeze_panes(1, 1)
        sheet.write_row(0, 0, titles, workbook.add_format({"bold": True}))
        for number, row in enumerate(values, start=1):
            sheet.write_row(number, 0, row)
        sheet.autofit()
    return file.getvalue()
