"""Columns come back from Parquet as they went in, and a part is there whole or not at all."""

from datetime import UTC, date, datetime

import numpy as np
import pyarrow as pa
import pyarrow.dataset as ds
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyarrow import parquet as pq

from grilse.bulk import parquet
from grilse.bulk.parquet import DictionaryColumn
from grilse.bulk.table import Table, TableColumn

CATCH = Table("catch", (TableColumn("pen", "text", True), TableColumn("grams", "int8", False)))
MOST = 2**62


@pytest.fixture
def write(tmp_path):
    """Write columns as the one part of a table, and return the file's rows."""

    def write_and_read(table, *chunks):
        with parquet.write_part(tmp_path, "only", "", {}) as part:
            for columns in chunks:
                part.write(table, columns)
        return pq.read_table(tmp_path / table.name / parquet.FILE)

    return write_and_read


def build_catch(*grams):
    return {"pen": np.array(["P1"] * len(grams), np.str_), "grams": np.array(grams, np.int64)}


def test_every_kind_has_its_type(write):
    columns = tuple(TableColumn(kind, kind, False) for kind in parquet.TYPES)
    values = {kind: np.array([1]) for kind in parquet.TYPES} | {"text": np.array(["Ø1"])}
    read = write(Table("all", columns), values)

    assert dict(zip(read.schema.names, read.schema.types, strict=True)) == parquet.TYPES
    row = read.to_pylist()[0]
    assert (row["text"], row["int2"], row["float4"]) == ("Ø1", 1, 1.0)
    assert row["date"] == date(1970, 1, 2)
    assert row["timestamptz"] == datetime(1970, 1, 1, 0, 0, 0, 1, UTC)


def test_days_and_moments_may_be_numpy_s_own(write):
    table = Table("when", (TableColumn("on", "date", True), TableColumn("at", "timestamptz", False)))
    moments = np.array(["2024-02-29T12:30"], "datetime64[m]")
    read = write(table, {"on": moments, "at": moments}).to_pylist()

    assert read == [{"on": date(2024, 2, 29), "at": datetime(2024, 2, 29, 12, 30, tzinfo=UTC)}]


def test_what_is_absent_is_null_only_where_it_may_be(write):
    table = Table("some", tuple(TableColumn(name, name[:-1], name[-1] == "?") for name in ("int4?", "int4!")))
    read = write(table, {name: np.array([-1, 5]) for name in ("int4?", "int4!")}).to_pydict()

    assert read == {"int4?": [None, 5], "int4!": [-1, 5]}


def test_coded_texts_are_read_as_plain_ones(write):
    pens = DictionaryColumn(np.array(["P1", "P2"]), np.array([1, -1, 0, 1]))
    read = write(CATCH, {"pen": pens, "grams": np.arange(4)})

    assert read.schema.field("pen").type == pa.string()
    assert read.column("pen").to_pylist() == ["P2", None, "P1", "P2"]


def test_what_is_appended_comes_after(write):
    coded = {"pen": DictionaryColumn(np.array(["P9"]), np.array([0])), "grams": np.array([3])}
    same = {"pen": DictionaryColumn(np.array(["P8", "P7"]), np.array([1])), "grams": np.array([4])}

    assert write(CATCH, coded, same).to_pydict() == {"pen": ["P9", "P7"], "grams": [3, 4]}


def test_a_table_without_rows_still_has_its_columns(write):
    assert write(CATCH, build_catch()).schema.names == ["pen", "grams"]


@given(
    rows=st.lists(
        st.tuples(
            st.integers(0, MOST),
            st.floats(allow_nan=False, width=32) | st.none(),
            st.text(st.characters(codec="utf-8", exclude_characters="\0")),
        ),
        max_size=30,
    )
)
@settings(max_examples=40, deadline=None)
def test_rows_come_back_as_they_went_in(tmp_path_factory, rows):
    table = Table(
        "kept",
        (TableColumn("mass", "int8", False), TableColumn("weight", "float4", True), TableColumn("note", "text", False)),
    )
    columns = {
        "mass": np.array([row[0] for row in rows], np.int64),
        "weight": np.array([np.nan if row[1] is None else row[1] for row in rows], np.float32),
        "note": np.array([row[2] for row in rows], np.str_),
    }
    folder = tmp_path_factory.mktemp("kept")
    with parquet.write_part(folder, "only", "", {}) as part:
        assert part.write(table, columns) == len(rows)

    read = pq.read_table(folder / "kept" / parquet.FILE).to_pydict()
    assert list(zip(read["mass"], read["weight"], read["note"], strict=True)) == rows


def test_a_value_that_its_type_cannot_hold_is_refused(write):
    with pytest.raises(ValueError, match="not in range"):
        write(Table("small", (TableColumn("n", "int2", False),)), {"n": np.array([40_000])})


def test_columns_of_different_lengths_are_refused(write):
    with pytest.raises(ValueError, match="length"):
        write(CATCH, {"pen": np.array(["P1", "P2"]), "grams": np.array([1])})


def test_nothing_is_to_be_seen_before_a_part_is_whole(tmp_path):
    facts = {"rows": 0}
    with parquet.write_part(tmp_path, "a", "batch=1", facts) as part:
        facts["rows"] = part.write(CATCH, build_catch(1, 2))
        assert not (tmp_path / "catch").exists()
        assert parquet.read_records(tmp_path) == {}

    assert ds.dataset(tmp_path / "catch", partitioning="hive").to_table().column("batch").to_pylist() == [1, 1]
    assert parquet.read_records(tmp_path) == {"a": {"rows": 2}}


def test_a_part_that_fails_leaves_nothing(tmp_path):
    def write_half_part():
        with parquet.write_part(tmp_path, "a", "", {}) as part:
            part.write(CATCH, build_catch(1))
            raise RuntimeError("the power went")

    with pytest.raises(RuntimeError, match="power"):
        write_half_part()
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_part_that_is_written_again_takes_the_place_of_the_first(tmp_path):
    for grams in (1, 2):
        with parquet.write_part(tmp_path, "a", "batch=x", {}) as part:
            part.write(CATCH, build_catch(grams))

    assert ds.dataset(tmp_path / "catch", partitioning="hive").to_table().column("grams").to_pylist() == [2]


@pytest.mark.parametrize("name", ["FO-2021-001", "Loch Fyne 2", "Skálafjørður", "a/b", "50 %", "x=y"])
def test_a_partition_is_read_back_by_its_name(tmp_path, name):
    with parquet.write_part(tmp_path, "a", parquet.format_partition("site", name), {}) as part:
        part.write(CATCH, build_catch(1))

    read = ds.dataset(tmp_path / "catch", partitioning="hive").to_table()
    assert read.column("site").to_pylist() == [name]
