"""The same plan and seed write the same history, however often the load is interrupted."""

import os
import signal
import subprocess
import time

import psycopg
from tests.acceptance.commands import COMMAND, run_command, run_refused_command, run_report_command
from tests.killed_command import KillPoint, run_until_killed

from grilse.bulk.schema_objects import find_missing_objects

# One after the other on the same database: the company is written; the indexes are dropped; all shards are written
# and some indexes created; the hashes are recorded.
STEPS = (
    KillPoint("grilse.generator.database_load", "write_company_and_places"),
    KillPoint("grilse.bulk.schema_objects", "drop_schema_objects"),
    KillPoint("grilse.bulk.schema_objects", "_create_table_objects", 3),
    KillPoint("grilse.generator.database_load", "_record_content_hashes"),
)


def test_one_and_two_processes_write_the_same(installation, history_plan, history):
    first, alone = history
    second = installation()
    together = run_report_command(second, "generate", history_plan, "--seed", 3, "--workers", 2)

    assert alone["batches"] == 3
    assert together["fingerprint"] == alone["fingerprint"]
    assert together["rows"] == alone["rows"]
    assert _shards(second) == _shards(first)


def test_another_seed_writes_another_history(installation, history_plan, history):
    _, one = history
    other = run_report_command(installation(), "generate", history_plan, "--seed", 4, "--workers", 1)

    assert one["fingerprint"] != other["fingerprint"]


def test_a_killed_load_goes_on_and_ends_the_same(installation, history_plan, history):
    first, whole = history
    environment = installation()
    _kill_after_first_shard(environment, history_plan)
    resumed = run_report_command(environment, "generate", history_plan, "--seed", 3, "--workers", 1)
    again = run_report_command(environment, "generate", history_plan, "--seed", 3, "--workers", 1)

    assert resumed["fingerprint"] == whole["fingerprint"]
    assert resumed["rows"] == whole["rows"]
    assert again["fingerprint"] == whole["fingerprint"]
    assert _shards(environment) == _shards(first)
    assert run_report_command(environment, "check", "data")["ok"]


def test_a_load_that_is_killed_at_each_of_its_steps_ends_the_same(installation, history_plan, history):
    _, complete = history
    environment = installation()
    words = ("generate", str(history_plan), "--seed", "3", "--workers", "1")
    for point in STEPS:
        assert run_until_killed(environment, point, *words), point
    resumed = run_report_command(environment, *words)

    assert resumed["fingerprint"] == complete["fingerprint"]
    assert resumed["rows"] == complete["rows"]
    with psycopg.connect(environment["DATABASE_URL"]) as connection:
        assert find_missing_objects(connection) == []


def test_truth_is_made_again_when_it_was_lost(history_plan, history):
    environment, _ = history
    number = _batches(environment)[-1]
    before = run_command(environment, "truth", "--batch", number)
    subprocess.run(["rm", "-r", f"{environment['GRILSE_HOME']}/truth"], check=True)

    assert "grilse generate" in run_refused_command(environment, "truth", "--batch", number)
    run_report_command(environment, "generate", history_plan, "--seed", 3, "--workers", 1)
    assert run_command(environment, "truth", "--batch", number) == before
    assert before.startswith("placement,date,count,mean_weight_g,temperature_c\n")


def test_a_second_history_in_one_company_is_refused(history_plan, history):
    environment, _ = history
    refused = run_refused_command(environment, "generate", history_plan, "--seed", 4)
    assert "already holds another generated history" in refused


def _kill_after_first_shard(environment, plan):
    """Start a load, and end it with its workers by SIGKILL once its first batch is in."""
    command = [*COMMAND, "generate", str(plan), "--seed", "3", "--workers", "2"]
    load = subprocess.Popen(command, env=environment, start_new_session=True, stderr=subprocess.DEVNULL)
    with psycopg.connect(environment["DATABASE_URL"], autocommit=True) as connection:
        while not connection.execute("SELECT 1 FROM generator_shard WHERE kind = 'batch'").fetchone():
            assert load.poll() is None, "the load ended before it could be killed"
            time.sleep(0.02)
    os.killpg(load.pid, signal.SIGKILL)
    load.wait()


def _shards(environment):
    """Return the hash of every shard: of fish, of their feed, and of the staff."""
    query = "SELECT kind, key, content_hash FROM generator_shard WHERE kind <> 'world' ORDER BY kind, key"
    with psycopg.connect(environment["DATABASE_URL"]) as connection:
        found = connection.execute(query).fetchall()
    assert {kind for kind, _, _ in found} == {"batch", "store", "company", "staff"}
    return found


def _batches(environment):
    with psycopg.connect(environment["DATABASE_URL"]) as connection:
        return [row[0] for row in connection.execute("SELECT number FROM stock_batch ORDER BY number")]
