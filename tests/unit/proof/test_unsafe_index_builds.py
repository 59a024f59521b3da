"""Migrations that would hold writers up, or could not be repeated after a kill, are read off the migrations."""

import pytest
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import models
from django.db.migrations import AddConstraint, AddField, AddIndex, CreateModel, Migration, RunSQL

from grilse.access.models import Company
from grilse.proof import conf
from grilse.proof.migration_checks import check_completeness
from grilse.proof.unsafe_index_builds import find_unsafe_index_builds, iter_unsafe_index_builds

INDEX = models.Index(fields=["name"], name="haul_name")
ONCE = models.UniqueConstraint(fields=["name"], name="haul_once")


def list_unsafe(*operations, atomic=True):
    migration = Migration("0007_hauls", "boats")
    migration.operations, migration.atomic = list(operations), atomic
    return [
        (build.migration, build.table, build.advice.partition(":")[0]) for build in iter_unsafe_index_builds(migration)
    ]


def test_an_index_of_a_table_that_is_there_already_blocks_its_writers():
    assert list_unsafe(AddIndex("haul", INDEX)) == [("boats.0007_hauls", "boats_haul", "AddIndex haul_name")]


def test_an_index_of_a_table_that_the_migration_makes_blocks_nobody():
    assert list_unsafe(CreateModel("Haul", []), AddIndex("haul", INDEX)) == []


DROP = "DROP INDEX CONCURRENTLY IF EXISTS haul_code"
CREATE = "CREATE UNIQUE INDEX CONCURRENTLY haul_code ON boats_haul (code)"


def test_a_concurrent_index_that_is_dropped_first_blocks_nobody_outside_a_transaction():
    assert list_unsafe(RunSQL([DROP, CREATE]), atomic=False) == []
    assert len(list_unsafe(RunSQL([DROP, CREATE]))) == 1


@pytest.mark.parametrize(
    "statements",
    [
        CREATE,
        CREATE.replace("CONCURRENTLY", "CONCURRENTLY IF NOT EXISTS"),
        [CREATE, DROP],
        [DROP.replace("code", "name"), CREATE],
        [DROP.replace("IF EXISTS ", ""), CREATE],
    ],
)
def test_a_concurrent_index_that_cannot_be_built_again_after_a_kill_is_known(statements):
    assert [table for _, table, _ in list_unsafe(RunSQL(statements), atomic=False)] == ["boats_haul"]


def test_the_operation_of_django_cannot_be_repeated():
    assert list_unsafe(AddIndexConcurrently("haul", INDEX), atomic=False) == [
        ("boats.0007_hauls", "boats_haul", "AddIndexConcurrently haul_name fails after a kill")
    ]


@pytest.mark.parametrize(
    "operation",
    [
        AddConstraint("haul", ONCE),
        AddField("haul", "code", models.TextField(unique=True)),
        RunSQL("CREATE UNIQUE INDEX haul_code ON boats_haul (code)"),
        RunSQL(["ALTER TABLE boats_haul ADD CONSTRAINT haul_key UNIQUE (company_id, id)"]),
    ],
)
def test_other_ways_to_an_index_are_known(operation):
    assert [table for _, table, _ in list_unsafe(operation)] == ["boats_haul"]


@pytest.mark.parametrize(
    "text",
    [
        "ALTER TABLE boats_haul ADD CONSTRAINT haul_key UNIQUE USING INDEX haul_code",
        "ALTER TABLE boats_haul ADD CONSTRAINT haul_some CHECK (code <> '')",
    ],
)
def test_what_locks_nobody_out_is_let_through(text):
    assert list_unsafe(RunSQL(text)) == []


def test_no_migration_since_the_first_release_builds_an_index_unsafely():
    assert find_unsafe_index_builds(conf.read_prerelease_migrations()) == []
    assert len(find_unsafe_index_builds({})) > 20


def test_the_migrations_make_what_the_models_say(monkeypatch):
    assert check_completeness().ok

    monkeypatch.setattr(Company._meta.get_field("name"), "max_length", 77)
    problems = check_completeness()
    assert not problems.ok
    assert any("company" in line.lower() for line in problems.messages)
