"""Packages whose files a spreadsheet wrote: they go in, or each file is refused in one line."""

import json

import pytest
from tests.integration.exchange.test_export import build_full_package
from tests.package_files import build_two_pens, write_package

from grilse.errors import GrilseError
from grilse.exchange.imports import import_package
from grilse.exchange.problems import PackageRefused
from grilse.exchange.tables import TABLES
from grilse.textfiles.dialect import DETECT, build_dialect


@pytest.fixture
def two_pens(tmp_path):
    """The folder of a small package."""
    return write_package(tmp_path / "p", build_two_pens())


def list_problems(connection, folder, dialect=DETECT):
    """Return why a package is refused."""
    with pytest.raises(PackageRefused) as refused:
        import_package(connection, folder, dialect=dialect)
    return [str(problem) for problem in refused.value.problems]


def change_files(folder, change):
    """Change the text of each file."""
    for path in folder.glob("*.csv"):
        path.write_bytes(change(path.read_text()))


def change_descriptor(folder, **resource):
    """State something about every file."""
    path = folder / "datapackage.json"
    descriptor = json.loads(path.read_text())
    for own in descriptor["resources"]:
        own |= resource
    path.write_text(json.dumps(descriptor))


@pytest.mark.parametrize("dialect", [None, {"delimiter": ";"}])
def test_semicolons_and_decimal_commas_are_read(rolled_back_connection, two_pens, dialect):
    change_files(two_pens, lambda text: text.replace(",", ";").replace("130.5", "130,5").encode())
    (two_pens / "meals.csv").write_text("placement;at;kg\nB-1/1;2024-01-02T08:00:00Z;12,3450\n")
    (two_pens / "environment.csv").write_text("container;at;temperature_c\nA1;2024-01-02T06:00:00Z;7,5\n")
    (two_pens / "areas.csv").write_text("area;geography;latitude;longitude\nLoch A;Scotland;56,5;-5,5\n")
    if dialect:
        change_descriptor(two_pens, dialect=dialect)

    report = import_package(rolled_back_connection, two_pens)

    assert report.came == report.taken == sum(map(len, build_two_pens().values())) - 1
    assert (report.unchanged, report.refused) == (0, 0)
    row = rolled_back_connection.execute("SELECT mean_weight_g FROM stock_weightsample").fetchone()
    assert row == (130.5,)


@pytest.mark.parametrize(
    ("stated", "why"),
    [
        ({"dialect": {"quoteChar": "'"}}, "dialect.quoteChar \"'\" cannot be followed: leave it out or write '\"'"),
        ({"dialect": {"delimeter": ";"}}, "dialect.delimeter is unknown: there are delimiter, lineTerminator"),
        ({"dialect": "csv.json"}, "dialect has to be an object in the descriptor"),
        ({"encoding": "ebcdic"}, "cannot be read in the encoding ebcdic: state utf-8, utf-16, windows-1252"),
        ({"schema": {"missingValues": ["NA"]}}, "schema.missingValues ['NA'] cannot be followed"),
        ({"schema": {"fields": [{"name": "x", "bareNumber": False}]}}, "bareNumber of x cannot be followed"),
        ({"compression": "gz"}, "compression cannot be followed: unpack the file"),
    ],
)
def test_what_is_stated_and_not_followed_is_refused_once_a_file(rolled_back_connection, two_pens, stated, why):
    change_descriptor(two_pens, **stated)

    problems = list_problems(rolled_back_connection, two_pens)

    assert len(problems) == len(build_two_pens())
    assert all(why in problem for problem in problems), problems


def test_rows_of_nothing_but_separators_are_none(rolled_back_connection, two_pens):
    change_files(
        two_pens, lambda text: (text + ("," * text.split("\n")[0].count(",") + "\r\n") * 2 + " ,\r\n").encode()
    )

    assert import_package(rolled_back_connection, two_pens).rows["movements"] == 4


def test_a_name_is_the_same_in_one_letter_and_in_two(rolled_back_connection, tmp_path):
    tables = build_two_pens()
    tables["containers"][0]["container"] = "B\u00e5s 1"
    for table in ("placements", "environment", "lice"):
        for row in tables[table]:
            row["container"] = "Ba\u030as 1" if row["container"] == "A1" else row["container"]

    assert import_package(rolled_back_connection, write_package(tmp_path / "p", tables)).taken
    assert rolled_back_connection.execute("SELECT name FROM farm_container ORDER BY 1").fetchone() == ("A2",)
    assert rolled_back_connection.execute("SELECT max(name) FROM farm_container").fetchone() == ("B\u00e5s 1",)


def test_files_of_another_encoding_are_one_line_each_and_go_in_when_it_is_stated(rolled_back_connection, two_pens):
    change_files(two_pens, lambda text: text.replace("Loch A", "Måløy").encode("cp1252"))

    assert list_problems(rolled_back_connection, two_pens) == [
        f"{name}.csv: not UTF-8: save it as CSV UTF-8, or state its encoding, such as windows-1252"
        for name in ("areas", "containers")
    ]
    assert import_package(rolled_back_connection, two_pens, dialect=build_dialect("cp1252", None)).taken


def test_utf_16_is_read_by_its_mark(rolled_back_connection, two_pens):
    change_files(two_pens, lambda text: text.replace("Loch A", "Måløy").encode("utf-16"))

    assert import_package(rolled_back_connection, two_pens).rows["movements"] == 4


def test_lines_above_the_header_are_titles(rolled_back_connection, two_pens):
    change_files(two_pens, lambda text: f"Our farm\n\n{text}".encode())

    assert import_package(rolled_back_connection, two_pens).rows["movements"] == 4


@pytest.mark.parametrize(
    ("table", "content"),
    [
        *((table, b"M\xe5l") for table in TABLES),
        *(("meals", other) for other in (b"%PDF-1.7", b"<html>", b"PK\x03\x04", b"")),
    ],
)
def test_a_file_that_cannot_be_read_is_one_line_and_nothing_follows_from_it(
    rolled_back_connection, tmp_path_factory, table, content
):
    folder = write_package(tmp_path_factory.mktemp("unreadable") / "p", build_full_package())
    (folder / f"{table}.csv").write_bytes(content)

    problems = list_problems(rolled_back_connection, folder)

    assert [problem.split(":")[0].split(" ")[0] for problem in problems] == [f"{table}.csv"], problems


def test_numbers_that_contradict_each_other_are_one_line(rolled_back_connection, two_pens):
    (two_pens / "environment.csv").write_text(
        "container;at;temperature_c\nA1;2024-01-02T06:00:00Z;7,5\nA1;2024-01-02T18:00:00Z;8.5\n"
    )

    [problem] = list_problems(rolled_back_connection, two_pens)
    assert problem == (
        "environment.csv line 3: temperature_c '8.5': contradicts '7,5' (temperature_c, line 2): a file has one"
        " decimal mark; write all numbers one way, or state the decimal mark"
    )


def test_a_package_again_is_unchanged_row_by_row(rolled_back_connection, two_pens):
    first = import_package(rolled_back_connection, two_pens)
    again = import_package(rolled_back_connection, two_pens, if_present="skip")

    assert (again.came, again.taken, again.unchanged, again.refused) == (first.came, 0, first.came, 0)


def test_rows_that_the_company_has_already_are_counted(rolled_back_connection, tmp_path):
    tables = build_full_package()
    import_package(rolled_back_connection, write_package(tmp_path / "a", {"geographies": tables["geographies"]}))
    report = import_package(rolled_back_connection, write_package(tmp_path / "b", tables))

    assert report.came == sum(map(len, tables.values()))
    # The geography, its temperature profile and its lice limit; the profile of the area is new.
    assert (report.taken, report.unchanged) == (report.came - 3, 3)


def test_a_wrong_decimal_option_is_refused():
    with pytest.raises(GrilseError, match=r"the decimal mark is \. or ,, not ;"):
        build_dialect(None, ";")
