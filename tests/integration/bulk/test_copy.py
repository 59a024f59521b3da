"""Columns come back from PostgreSQL as they went in."""

import uuid

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grilse.bulk.copy import ParameterRows, copy_in, read_columns
from grilse.bulk.table import Table, TableColumn

KINDS = ("int2", "int4", "int8", "float4", "float8", "date", "timestamptz", "text")
TYPES = dict(
    zip(KINDS, ("smallint", "integer", "bigint", "real", "float8", "date", "timestamptz", "text"), strict=True)
)
TABLE = Table(
    "bulk_trial",
    (TableColumn("place", "int8", nullable=False), *(TableColumn(kind, kind, nullable=True) for kind in KINDS)),
)

rows = st.lists(
    st.fixed_dictionaries(
        {
            "int2": st.integers(-1, 2**15 - 1),
            "int4": st.integers(-1, 2**31 - 1),
            "int8": st.integers(-1, 2**63 - 1),
            "float4": st.floats(width=32, allow_infinity=False),
            "float8": st.floats(allow_infinity=False),
            "date": st.integers(-1, 60_000),
            "timestamptz": st.integers(-1, 4_000_000_000_000_000),
            "text": st.text(st.characters(codec="utf-8", exclude_characters="\0\x1f"), max_size=12),
        }
    ),
    max_size=30,
)
DTYPES = {
    "int2": np.int64,
    "int4": np.int64,
    "int8": np.int64,
    "float4": np.float32,
    "float8": np.float64,
    "date": np.int32,
    "timestamptz": np.int64,
    "text": np.str_,
}


@pytest.fixture
def trial(owner):
    """The connection with an empty table of every kind."""
    columns = ", ".join(f"{kind} {TYPES[kind]}" for kind in KINDS)
    owner.execute(f"CREATE TEMP TABLE bulk_trial (place bigint, {columns})")
    return owner


@settings(max_examples=60, deadline=None)
@given(written=rows)
def test_what_is_copied_in_is_read_back(database, written):
    import psycopg

    columns = {
        kind: np.array([row[kind] for row in written], DTYPES[kind] if written else np.float64) for kind in KINDS
    }
    columns["place"] = np.arange(len(written))
    with psycopg.connect(database) as connection:
        definition = ", ".join(f"{kind} {TYPES[kind]}" for kind in KINDS)
        connection.execute(f"CREATE TEMP TABLE bulk_trial (place bigint, {definition})")
        assert copy_in(connection, TABLE, columns) == len(written)
        result_columns = read_columns(
            connection, "SELECT * FROM bulk_trial ORDER BY place", dict(zip(KINDS[:5], KINDS[:5], strict=True))
        )
        text = read_columns(connection, "SELECT text FROM bulk_trial ORDER BY place", {"text": "text"})
        days = read_columns(
            connection,
            "SELECT date, timestamptz FROM bulk_trial WHERE num_nonnulls(date, timestamptz) = 2 ORDER BY place",
            {"date": "date", "timestamptz": "timestamptz"},
        )
        if written:
            sent = ParameterRows(TABLE, columns)
            stored = f"SELECT {sent.names} FROM bulk_trial"
            assert sent.execute(connection, f"SELECT count(*) FROM {sent.source}").fetchone() == (len(written),)
            assert sent.execute(connection, f"SELECT {sent.names} FROM {sent.source} EXCEPT {stored}").fetchall() == []
            assert sent.execute(connection, f"{stored} EXCEPT SELECT {sent.names} FROM {sent.source}").fetchall() == []
        connection.rollback()

    for kind in KINDS[:3]:
        assert result_columns[kind].tolist() == [row[kind] for row in written]
    for kind in KINDS[3:5]:
        np.testing.assert_array_equal(result_columns[kind], columns[kind].astype(DTYPES[kind]))
    assert text["text"].tolist() == [row["text"] for row in written]
    dated = [row for row in written if row["date"] >= 0 and row["timestamptz"] >= 0]
    assert days["date"].tolist() == [row["date"] for row in dated]
    assert days["timestamptz"].tolist() == [row["timestamptz"] for row in dated]


def test_what_is_absent_is_null(trial):
    columns = {
        "int4": np.array([-1, 5]),
        "float8": np.array([np.nan, 1.5]),
        "date": np.array([-1, 19_000]),
        "text": np.array(["", "pen"]),
        "place": np.arange(2),
    }
    copy_in(trial, TABLE, columns)

    result_rows = trial.execute("SELECT int4, float8, date::text, text, int8 FROM bulk_trial ORDER BY place").fetchall()
    assert result_rows == [(None, None, None, None, None), (5, 1.5, "2022-01-08", "pen", None)]


def test_moments_of_a_day_yes_and_no_uuids_and_lists_of_words_are_copied_in(owner):
    owner.execute("CREATE TEMP TABLE bulk_kinds (place int, t time, yes bool, id uuid, tags varchar(20)[])")
    kinds = {"place": "int4", "t": "time", "yes": "bool", "id": "uuid", "tags": "texts"}
    ids = [uuid.UUID(int=1 << 120), uuid.UUID(int=7)]  # one ends with zero bytes, one begins with them
    columns = {
        "place": np.arange(2),
        "t": np.array([7 * 3_600_000_000, 0]),
        "yes": np.array([True, False]),
        "id": np.array([id.bytes for id in ids], "S16"),
        "tags": np.array(["nets Fuglafjørður", ""]),
    }
    table = Table("bulk_kinds", tuple(TableColumn(name, kind, False) for name, kind in kinds.items()))
    copy_in(owner, table, {name: values.repeat(40) for name, values in columns.items()})  # of few shapes
    copy_in(owner, table, columns)

    result_rows = owner.execute("SELECT t::text, yes, id, tags, count(*) FROM bulk_kinds GROUP BY 1, 2, 3, 4")
    assert sorted(result_rows) == [
        ("00:00:00", False, ids[1], [], 41),
        ("07:00:00", True, ids[0], ["nets", "Fuglafjørður"], 41),
    ]


def test_columns_of_different_lengths_are_refused(trial):
    with pytest.raises(ValueError, match="different lengths"):
        copy_in(trial, TABLE, {"int4": np.arange(3), "int8": np.arange(2)})


def test_a_column_that_the_table_has_not_is_refused(trial):
    with pytest.raises(KeyError, match="has no column weight"):
        copy_in(trial, TABLE, {"weight": np.arange(3)})


def test_a_list_of_texts_is_no_row_of_a_parameter():
    table = Table("bulk_lists", (TableColumn("tags", "texts", nullable=True),))
    with pytest.raises(ValueError, match="column tags holds lists"):
        ParameterRows(table, {"tags": np.array(["a b", ""])})


def test_rows_of_a_parameter_may_be_none(owner):
    table = Table("bulk_none", (TableColumn("n", "int8", nullable=False),))
    none = ParameterRows(table, {"n": np.zeros(0, np.int64)})
    assert none.execute(owner, f"SELECT count(*) FROM {none.source}").fetchone() == (0,)
