"""A table's file, as spreadsheets, other programs and broken copies write it."""

import pytest

from grilse.exchange.problems import Problems
from grilse.exchange.reader import build_empty_table, read_table
from grilse.exchange.rows import TableRows
from grilse.exchange.tables import TABLES
from grilse.textfiles.decoding import BLOCK


@pytest.fixture
def read_table_file(tmp_path):
    """Reads bytes as a table's file: the rows, and the problems as text."""

    def read_content(content: bytes, table: str = "areas") -> tuple[TableRows, list[str]]:
        problems = Problems()
        path = tmp_path / f"{table}.csv"
        path.write_bytes(content)
        known = {}
        for name, definition in TABLES.items():
            known[name] = build_empty_table(definition, known, problems)
        rows = read_table(TABLES[table], path, known, problems, lambda amount: None)
        return rows, [str(problem) for problem in problems.listed]

    return read_content


def test_a_plain_file_is_read(read_table_file):
    rows, problems = read_table_file(b"area,geography,latitude\nfarm-a,Scotland,57.9\n")

    assert rows["area"].tolist() == ["farm-a"]
    assert rows["latitude"].tolist() == [57.9]
    assert problems == []


def test_a_column_that_the_file_does_not_have_is_blank(read_table_file):
    rows, _ = read_table_file(b"area,geography\nfarm-a,Scotland\n")

    assert not rows.is_filled("latitude").any()
    assert not rows.is_filled("fallow_days").any()


def test_a_byte_order_mark_and_windows_line_ends_are_accepted(read_table_file):
    rows, problems = read_table_file(b"\xef\xbb\xbfarea,geography\r\nfarm-a,Scotland\r\n")

    assert rows["area"].tolist() == ["farm-a"]
    assert problems == []


def test_columns_stand_in_any_order(read_table_file):
    rows, problems = read_table_file(b"geography,area\nScotland,farm-a\n")

    assert rows["area"].tolist() == ["farm-a"]
    assert problems == []


COLUMNS = "(area, geography, latitude, longitude, max_biomass_kg, fallow_days)"
IS_IT = "separated by commas, semicolons or tabs: is it the file that is meant?"
CLOSE = "close each quote, and double those within a cell, in the row that begins on line 2, or the file may be cut off"
CUT_OFF = "does not end in a line break: the file may be cut off; if it is complete, add a line break at its end"


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", f"areas.csv line 1: has no header: it has to name the columns of areas {COLUMNS}, {IS_IT}"),
        (b"area,latitude\nfarm-a,5\n", "areas.csv line 1: geography: the column is missing"),
        (b"area,geography,area\nx,y,z\n", "areas.csv line 1: area: the column is there twice"),
        (b"area,geography\nfarm-a,Scotland\nfarm-b\n", "areas.csv line 3: 1 fields, the header has 2"),
        (b"area,geography\nfarm-a,Scotland\nfarm-b,Sco", f"areas.csv line 3: {CUT_OFF}"),
        (b'area,geography\nfarm-a,"Sco', f"areas.csv line 2: not CSV: unexpected end of data; {CLOSE}"),
        (b"pen|date\nB,1\n", f"areas.csv line 1: has none of the columns of areas {COLUMNS}, {IS_IT}"),
        (
            "area,geography\nfarm-\ufeffa,Scotland\n".encode(),
            "areas.csv line 2: area 'farm-\\ufeffa': holds a control character (code 65279)",
        ),
        (
            b"area,geography\n#REF!,Scotland\n",
            "areas.csv line 2: area '#REF!': is an error of a spreadsheet's formula: mend it, or leave the cell empty",
        ),
        (
            b"area,geography\nfarm-\0a,Scotland\n",
            "areas.csv line 2: area 'farm-\\x00a': holds a control character (code 0)",
        ),
        (
            b"area,geography\nfarm-\xe5,Scotland\n",
            "areas.csv: not UTF-8: save it as CSV UTF-8, or state its encoding, such as windows-1252",
        ),
        (b"%PDF-1.7", "areas.csv: a PDF, not CSV: open the table in a spreadsheet and save it as CSV UTF-8"),
        (b"area,geography\n ,Scotland\n", "areas.csv line 2: area blank: must be given"),
        (b"area,geography\n,Scotland\n", "areas.csv line 2: area blank: must be given"),
        (b"area,geography,latitude\na,Scotland,99\n", "areas.csv line 2: latitude '99': above 90"),
        (b"area,geography,latitude\na,Scotland,N57\n", "areas.csv line 2: latitude 'N57': not a number"),
        (b"area,geography,fallow_days\na,Scotland,-3\n", "areas.csv line 2: fallow_days '-3': below 0"),
    ],
)
def test_what_is_wrong_is_named_with_file_line_column_and_value(read_table_file, content, problem):
    _, problems = read_table_file(content)

    assert problem in [line.replace('"', "'") for line in problems]


def test_a_column_of_another_name_is_refused_so_that_nothing_is_lost_in_a_slip(read_table_file):
    _, problems = read_table_file(b"area,geography,lattitude\nfarm-a,Scotland,57\n")

    assert problems[0].startswith("areas.csv line 1: lattitude: no column of areas (area, geography,")


def test_lines_are_counted_as_an_editor_counts_them(read_table_file):
    _, problems = read_table_file(b'area,geography\n"a\nb",Scotland\n\nfarm-c,\n')

    assert [problem.split(":")[0] for problem in problems] == ["areas.csv line 2", "areas.csv line 5"]


def test_a_long_file_is_read_in_parts_with_its_lines_kept(read_table_file):
    count = BLOCK // 10
    lines = "".join(f"area-{number},Scotland\n" for number in range(count))

    rows, problems = read_table_file(f"area,geography\n{lines}farm-x,\n".encode())

    assert len(rows) == count + 1
    assert problems == [f"areas.csv line {count + 2}: geography blank: must be given"]


def test_masses_are_kept_to_the_gram(read_table_file):
    rows, _ = read_table_file(
        b"lot,feed_store,feed,delivered,kg,price_per_kg\n1,,,2024-01-01,0.7858,1\n", table="feed_lots"
    )

    assert rows["kg"].tolist() == [786]
