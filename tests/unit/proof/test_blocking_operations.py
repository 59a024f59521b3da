"""Migrations that would hold writers up are read off the migrations."""

import pytest
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import models
from django.db.migrations import AddConstraint, AddField, AddIndex, CreateModel, Migration, RunSQL

from grilse.access.models import Company
from grilse.proof import conf
from grilse.proof.blocking_operations import find_blocking_operations, iter_blocking_operations
from grilse.proof.migration_checks import check_completeness

INDEX = models.Index(fields=["name"], name="haul_name")
ONCE = models.UniqueConstraint(fields=["name"], name="haul_once")


def list_blocking(*operations, atomic=True):
    migration = Migration("0007_hauls", "boats")
    migration.operations, migration.atomic = list(operations), atomic
    return [
        (operation.migration, operation.table, operation.advice.partition(":")[0])
        for operation in iter_blocking_operations(migration)
    ]


def test_an_index_of_a_table_that_is_there_already_blocks_its_writers():
    assert list_blocking(AddIndex("haul", INDEX)) == [("boats.0007_hauls", "boats_haul", "AddIndex haul_name")]


def test_an_index_of_a_table_that_the_migration_makes_blocks_nobody():
    assert list_blocking(CreateModel("Haul", []), AddIndex("haul", INDEX)) == []


def test_a_concurrent_index_blocks_nobody_outside_a_transaction():
    assert list_blocking(AddIndexConcurrently("haul", INDEX), atomic=False) == []
    assert len(list_blocking(AddIndexConcurrently("haul", INDEX))) == 1


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
    assert [table for _, table, _ in list_blocking(operation)] == ["boats_haul"]


@pytest.mark.parametrize(
    "text",
    [
        "CREATE INDEX CONCURRENTLY haul_code ON boats_haul (code)",
        "ALTER TABLE boats_haul ADD CONSTRAINT haul_key UNIQUE USING INDEX haul_code",
        "ALTER TABLE boats_haul ADD CONSTRAINT haul_some CHECK (code <> '')",
    ],
)
def test_what_locks_nobody_out_is_let_through(text):
    assert list_blocking(RunSQL(text)) == []


def test_no_migration_since_the_first_release_blocks_writers():
    assert find_blocking_operations(conf.read_prerelease_migrations()) == []
    assert len(find_blocking_operations({})) > 20


def test_the_migrations_make_what_the_models_say(monkeypatch):
    assert check_completeness().ok

    monkeypatch.setattr(Company._meta.get_field("name"), "max_length", 77)
    problems = check_completeness()
    assert not problems.ok
    assert any("company" in line.lower() for line in problems.messages)
