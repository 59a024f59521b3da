"""An index built beside a writer; what an interrupted build leaves is found and repaired."""

import psycopg
import pytest

from grilse.proof.build_trial import SCRATCH_TABLE, build_while_writing, create_scratch_table
from grilse.proof.indexes import Index, find_invalid_indexes, rebuild_invalid_indexes
from grilse.proof.migration_checks import interrupt_build

INDEX = Index(
    name="farm_company_id",
    table="farm_company",
    method="btree",
    columns=["id"],
    kinds=[""],
    has_included_columns=False,
    predicate="",
    definition="CREATE INDEX farm_company_id ON public.farm_company USING btree (id)",
    constraint="",
    bytes=0,
    rows=0,
)


@pytest.fixture
def interrupted_build(copy):
    """A connection to the copy, in which a build was interrupted."""
    with create_scratch_table(copy.url, INDEX.table), psycopg.connect(copy.url, autocommit=True) as connection:
        interrupt_build(copy.url, connection, INDEX)
        yield connection


def test_a_writer_keeps_writing_during_a_concurrent_build(copy):
    build = build_while_writing(copy.url, INDEX, concurrently=True)

    assert build.has_passed
    assert build.writes >= 200
    assert build.longest_write_ms > 0


def test_an_ordinary_build_is_seen_to_hold_the_writer_up(copy):
    build = build_while_writing(copy.url, INDEX, concurrently=False)

    assert not build.has_passed
    assert build.blocked_writes == 3


def test_what_an_interrupted_build_leaves_is_found_and_built_anew(interrupted_build):
    assert [(index.table, index.name, index.rebuilt) for index in find_invalid_indexes(interrupted_build)] == [
        (SCRATCH_TABLE, "proof_written_built", False)
    ]

    assert [message for _, message in rebuild_invalid_indexes(interrupted_build)] == ["built anew"]
    assert find_invalid_indexes(interrupted_build) == []


def test_an_index_whose_rows_break_its_constraint_is_reported(copy, interrupted_build):
    interrupted_build.execute("DROP INDEX proof_written_built")
    interrupted_build.execute(f"INSERT INTO {SCRATCH_TABLE} SELECT * FROM {SCRATCH_TABLE}")
    with pytest.raises(psycopg.errors.UniqueViolation):
        interrupted_build.execute(f"CREATE UNIQUE INDEX CONCURRENTLY once ON {SCRATCH_TABLE} (id)")

    [messages] = [message for _, message in rebuild_invalid_indexes(interrupted_build)]
    assert messages.startswith("cannot be built: Key (id)=(1) is duplicated")
