"""Days are appended by a command: it refuses what it cannot do, goes on after a kill, and ends as if made at once."""

import psycopg
import pytest
from tests.acceptance.commands import run_command, run_refused_command, run_report_command
from tests.killed_command import KillPoint, run_until_killed

from grilse.bulk.schema_objects import BULK_LOAD_LOCK

UNTIL = "2026-01-05"
# One after the other on the same database: some batches have their days, all have, the hashes are missing.
STEPS = (
    KillPoint("grilse.generator.advance.batch_days", "record_advance", 2),
    KillPoint("grilse.generator.advance.store_days", "record_advance", 2),
    KillPoint("grilse.generator.advance.staff_days", "record_advance", 2),
    KillPoint("grilse.generator.advance.shard_hashes", "find_original_rows", 2),
)


@pytest.fixture(scope="module")
def advanced(installation_context, history_plan, tmp_path_factory):
    """An installation whose history was advanced, with kills, and the report of the last run."""
    with installation_context(tmp_path_factory.mktemp("advanced")) as install:
        environment = install()
        run_report_command(environment, "generate", history_plan, "--seed", 3, "--workers", 1)
        words = ("advance", "--until", UNTIL, "--workers", "1")
        for point in STEPS:
            assert run_until_killed(environment, point, *words), point
        yield environment, run_report_command(environment, *words)


def test_an_advance_that_is_killed_at_each_of_its_steps_ends_as_if_generated_at_once(
    advanced, installation, history_plan
):
    environment, report = advanced
    assert report["until"] == UNTIL
    assert report["left"] == []
    at_once = installation()
    run_report_command(at_once, "generate", history_plan, "--seed", 3, "--until", UNTIL, "--workers", 1)
    assert run_report_command(environment, "fingerprint") == run_report_command(at_once, "fingerprint")
    assert run_report_command(environment, "check", "data")["ok"]


def test_a_second_run_appends_nothing(advanced):
    environment, _ = advanced
    before = run_report_command(environment, "fingerprint")
    assert run_report_command(environment, "advance", "--until", UNTIL)["rows"] == {}
    assert "has all days until" in run_command(environment, "advance", "--until", UNTIL)
    assert run_report_command(environment, "fingerprint") == before


def test_a_day_before_the_end_and_a_day_to_come_are_refused(advanced):
    environment, _ = advanced
    assert "it cannot end earlier" in run_refused_command(environment, "advance", "--until", "2026-01-04")
    assert "is in the future" in run_refused_command(environment, "advance", "--until", "2999-01-01")


def test_the_plan_cannot_be_loaded_again_until_another_day(advanced, history_plan):
    environment, _ = advanced
    assert "grilse advance --until" in run_refused_command(environment, "generate", history_plan, "--seed", 3)


def test_a_company_without_a_generated_history_is_refused(advanced, installation, pens):
    environment, _ = advanced
    assert "no complete generated history" in run_refused_command(environment, "advance", "--company", "Nobody")
    assert "no company has a complete" in run_refused_command(installation(pens), "advance")


def test_a_second_load_at_the_same_time_is_refused(advanced):
    environment, _ = advanced
    with psycopg.connect(environment["DATABASE_URL"], autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", [BULK_LOAD_LOCK])
        assert "another load" in run_refused_command(environment, "advance", "--until", "2026-01-06")
