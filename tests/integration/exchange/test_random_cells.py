"""Whatever stands in a cell or is cut off: a package is refused, or every law holds once it is in."""

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.integration.exchange.test_export import build_full_package
from tests.package_files import write_package

from grilse.errors import GrilseError
from grilse.exchange.imports import import_package
from grilse.generator.check import run_checks

CELLS = [
    *("", "-1", "0", "x", "nan", "1e300", "1e400", "9" * 25, "0.5", "99999999999", "-0.0", "1e-320", "a" * 500),
    *("2031-01-01", "2024-02-30", "1900-01-01", "2024-01-20", "2024-03-01", "2024-01-02T08:00:00Z"),
    *("\x00", "'", '"', "\n", "é\udcff", "A1", "B-1/1", "B-1/2", "L1", "T1", "a", "b", "w"),
    *("STOCKING", "TRANSFER", "COUNT_CORRECTION", "Adult", "Fry", "planned", "Loch A", "Scotland"),
]


@pytest.fixture(scope="module")
def sound_package(tmp_path_factory):
    """A package with rows in every table."""
    return write_package(tmp_path_factory.mktemp("sound_package") / "p", build_full_package())


@pytest.fixture(scope="module")
def connection(database):
    """One connection for all examples, each of which is rolled back."""
    with psycopg.connect(database) as connection:
        yield connection
        connection.rollback()


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(fault=st.data())
def test_a_changed_cell_is_refused_or_keeps_every_law(connection, sound_package, fault):
    path = fault.draw(st.sampled_from(sorted(sound_package.glob("*.csv"))), "file")
    rows = read_rows(path)
    row = fault.draw(st.integers(0, len(rows) - 1), "row")
    column = fault.draw(st.integers(0, len(rows[0]) - 1), "column")
    cell = fault.draw(st.sampled_from(CELLS), "cell")

    with change_file(path):
        write_cell(path, row, column, cell)
        import_and_check(connection, sound_package)


def test_a_withdrawal_that_names_a_later_placement_keeps_every_law(connection, sound_package):
    path = sound_package / "movements.csv"
    header, *rows = read_rows(path)
    assert dict(zip(header, rows[-1], strict=True))["count"] == "0"

    with change_file(path):
        write_cell(path, len(rows), header.index("from_placement"), "B-1/2")
        assert import_and_check(connection, sound_package), "refused"


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(fault=st.data())
def test_a_file_cut_off_anywhere_is_refused_or_keeps_every_law(connection, sound_package, fault):
    path = fault.draw(st.sampled_from(sorted(sound_package.glob("*.csv"))), "file")
    content = path.read_bytes()
    length = fault.draw(st.integers(0, len(content) - 1), "length")

    with change_file(path):
        path.write_bytes(content[:length])
        import_and_check(connection, sound_package)


@contextmanager
def change_file(path: Path) -> Iterator[None]:
    """Restore a file that is changed within."""
    content = path.read_bytes()
    try:
        yield
    finally:
        path.write_bytes(content)


def read_rows(path: Path) -> list[list[str]]:
    """Return the rows of a file, the header first."""
    with path.open(newline="") as file:
        return list(csv.reader(file))


def write_cell(path: Path, row: int, column: int, cell: str) -> None:
    """Change one cell of a file; row 0 is the header."""
    rows = read_rows(path)
    rows[row][column] = cell
    with path.open("w", newline="", encoding="utf-8", errors="surrogateescape") as file:
        csv.writer(file).writerows(rows)


def import_and_check(connection: psycopg.Connection, folder: Path) -> bool:
    """Import, check the laws or that a refusal leaves nothing, and roll back; return whether it is imported."""
    try:
        connection.execute("SELECT 1")
        try:
            import_package(connection, folder)
        except GrilseError:
            assert connection.execute("SELECT count(*) FROM farm_company").fetchone() == (0,)
            return False
        assert [check for check in run_checks(connection) if not check.ok] == []
        return True
    finally:
        connection.rollback()
