"""Whatever stands in a cell or is cut off: a package is refused, or every law holds once it is in."""

import csv
from contextlib import suppress
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


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(fault=st.data())
def test_a_changed_cell_is_refused_or_keeps_every_law(database, sound_package, tmp_path_factory, fault):
    folder = copy_package(sound_package, tmp_path_factory)
    path = fault.draw(st.sampled_from(sorted(folder.glob("*.csv"))), "file")
    with path.open(newline="") as file:
        rows = list(csv.reader(file))
    row = fault.draw(st.integers(0, len(rows) - 1), "row")
    column = fault.draw(st.integers(0, len(rows[0]) - 1), "column")
    rows[row][column] = fault.draw(st.sampled_from(CELLS), "cell")
    with path.open("w", newline="", encoding="utf-8", errors="surrogateescape") as file:
        csv.writer(file).writerows(rows)

    import_and_check(database, folder)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(fault=st.data())
def test_a_file_cut_off_anywhere_is_refused_or_keeps_every_law(database, sound_package, tmp_path_factory, fault):
    folder = copy_package(sound_package, tmp_path_factory)
    path = fault.draw(st.sampled_from(sorted(folder.glob("*.csv"))), "file")
    content = path.read_bytes()
    path.write_bytes(content[: fault.draw(st.integers(0, len(content) - 1), "length")])

    import_and_check(database, folder)


def copy_package(sound_package: Path, tmp_path_factory) -> Path:
    """Return a copy of the package that may be spoilt."""
    folder = tmp_path_factory.mktemp("spoilt")
    for path in sound_package.iterdir():
        (folder / path.name).write_bytes(path.read_bytes())
    return folder


def import_and_check(database: str, folder: Path) -> None:
    """Import, prove what came in, and take it back."""
    with psycopg.connect(database) as connection:
        connection.execute("SELECT 1")
        with suppress(GrilseError):
            import_package(connection, folder)
        assert [check for check in run_checks(connection) if not check.ok] == []
        connection.rollback()
