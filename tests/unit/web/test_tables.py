"""Tables: shown, summed and downloaded by one declaration."""

import zipfile
from io import BytesIO

import pytest

from grilse.web.tables import TableCell, TableColumn, TableGroup, build_download, build_grouped_table, build_table
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


def test_groups_have_their_totals_above_and_all_of_them_below():
    columns = [*COLUMNS[:1], TableColumn(title="Fish", read=lambda row: row[1], in_total=True)]
    groups = [TableGroup(total=("North", 7), rows=[("N-1", 3), ("N-2", 4)]), TableGroup(total=("South", 2), rows=[])]

    table = build_grouped_table(columns, groups, ("All", 9), title="Pens")

    assert [(row.style, [cell.text for cell in row.cells]) for row in table.rows] == [
        ("sum", ["", "7"]), ("", ["N-1", "3"]), ("", ["N-2", "4"]), ("sum", ["", "2"]),
    ]  # fmt: skip
    assert [cell.text for cell in table.totals] == ["", "9"]
    assert build_grouped_table(columns, groups[:1], ("All", 9), title="Pens").totals == []


def test_a_column_of_downloads_is_not_shown():
    columns = [*COLUMNS, TableColumn(title="Geography", read=lambda row: "North", download_only=True)]

    table = build_grouped_table(columns, [TableGroup(total=ROWS[0], rows=ROWS)], None, title="Pens")

    assert [heading["title"] for heading in table.headings] == ["Pen", "Fish"]
    assert "Geography" in build_download(columns, ROWS, name="pens", format="csv").content.decode()


def test_texts_of_a_cell_are_escaped():
    cell = TableCell(text="<b>", note="<i>", address='/"/', phone_note="&")

    assert cell.markup == (
        '<a href="/&quot;/">&lt;b&gt;</a> <small>&lt;i&gt;</small> <small class="phone-only">&amp;</small>'
    )
    assert TableCell(text="0.6", mark="wrong").markup == '<span class="status wrong">0.6</span>'
