"""Tables: shown, summed and downloaded by one declaration."""

import zipfile
from io import BytesIO

import pytest

from grilse.web.tables import TableColumn, build_download, build_table
from grilse.web.templatetags.number_formats import format_thousands

COLUMNS = (
    TableColumn(title="Pen", name="pen", read=lambda row: row[0]),
    TableColumn(
        title="Fish", name="fish", unit="n", read=lambda row: row[1], format=format_thousands, numeric=True,
        is_summed=True,
    ),
)  # fmt: skip
ROWS = [("=V-1", 98_412), ("V-2", None), ("V-3", 1_588)]


def test_cells_are_formatted_and_known_values_are_summed():
    table = build_table(COLUMNS, ROWS, title="Pens")
    assert [cell.text for cell in table.rows[0].cells] == ["=V-1", "98\u202f412"]
    assert [cell.text for cell in table.totals] == ["Total", "100\u202f000"]


def test_a_single_row_has_no_total():
    assert build_table(COLUMNS, ROWS[:1], title="Pens").totals == []


@pytest.mark.parametrize(
    ("order", "direction", "next_sort"),
    [("", "none", "-fish"), ("-fish", "descending", "fish"), ("fish", "ascending", "-fish")],
)
def test_a_click_on_a_heading_sorts_the_other_way(order, direction, next_sort):
    heading = build_table(COLUMNS, ROWS, title="Pens", order=order).headings[1]
    assert (heading["direction"], heading["next_sort"]) == (direction, next_sort)


def test_a_csv_file_has_values_with_units_and_no_formula():
    response = build_download(COLUMNS, ROWS, name="pens", format="csv")
    assert response.content.decode().split("\r\n") == ['Pen,"Fish, n"', "'=V-1,98412", "V-2,", "V-3,1588", ""]


def test_an_excel_file_has_numbers_as_numbers_and_no_formula():
    response = build_download(COLUMNS, ROWS, name="pens", format="xlsx")
    with zipfile.ZipFile(BytesIO(response.content)) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
        texts = book.read("xl/sharedStrings.xml").decode()
    assert "<v>98412</v>" in sheet
    assert "<f>" not in sheet
    assert "=V-1" in texts
