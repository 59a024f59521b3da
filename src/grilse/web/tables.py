"""Tables of pages: columns that are shown, sorted, summed and downloaded by one declaration."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any, Literal

from django.http import HttpResponse
from django.utils.http import content_disposition_header
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
    unit: str = ""
    """The unit of the values of a download."""
    address: Callable[[Any], str] | None = None
    note: Callable[[Any], str] | None = None
    phone_note: Callable[[Any], str] | None = None
    """Returns what a phone shows below the value, in the place of columns that it leaves out."""
    mark: Callable[[Any], str] | None = None
    """Returns the style of a status."""

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


@dataclass(frozen=True, kw_only=True, slots=True)
class TableRow:
    """A row as it is shown."""

    cells: Sequence[TableCell]
    style: str = ""


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
