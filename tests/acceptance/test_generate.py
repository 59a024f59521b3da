"""The same plan and seed write the same history, however often the load is interrupted."""

import os
import signal
import subprocess
import time

import psycopg
import pytest
from tests.acceptance.commands import COMMAND, run_command, run_refused_command, run_report_command


@pytest.fixture(scope="module")
def plan(tmp_path_factory):
    """A plan of four batches, one of them still of eggs."""
    path = tmp_path_factory.mktemp("plan") / "plan.yaml"
    run_command(dict(os.environ), "plan", "--ages", "60,300,560,890", "-o", path)
    return path


@pytest.fixture(scope="module")
def loaded_history(installation_context, plan, tmp_path_factory):
    """An installation that holds the plan's history of seed 3, and what the command said of it."""
    with installation_context(tmp_path_factory.mktemp("loaded_history")) as install:
        environment = install()
        yield environment, run_report_command(environment, "generate", plan, "--seed", 3, "--workers", 1)


def test_one_and_two_processes_write_the_same(installation, plan, loaded_history):
    first, alone = loaded_history
    second = installation()
    together = run_report_command(second, "generate", plan, "--seed", 3, "--workers", 2)

    assert alone["batches"] == 4
    assert together["fingerprint"] == alone["fingerprint"]
    assert together["rows"] == alone["rows"]
    assert _read_shard_hashes(second) == _read_shard_hashes(first)


def test_another_seed_writes_another_history(installation, plan, loaded_history):
    _, report = loaded_history
    other = run_report_command(installation(), "generate", plan, "--seed", 4)

    assert report["fingerprint"] != other["fingerprint"]


def test_a_killed_load_goes_on_and_ends_the_same(installation, plan, loaded_history):
    first, shards = loaded_history
    environment = installation()
    _kill_after_first_shard(environment, plan)
    resumed = run_report_command(environment, "generate", plan, "--seed", 3)
    again = run_report_command(environment, "generate", plan, "--seed", 3)

    assert resumed["fingerprint"] == shards["fingerprint"]
    assert resumed["rows"] == shards["rows"]
    assert again["fingerprint"] == shards["fingerprint"]
    assert _read_shard_hashes(environment) == _read_shard_hashes(first)
    assert run_report_command(environment, "check", "data")["ok"]


def test_truth_is_made_again_when_it_was_lost(plan, loaded_history):
    environment, _ = loaded_history
    number = _list_batches(environment)[-1]
    before = run_command(environment, "truth", "--batch", number)
    subprocess.run(["rm", "-r", f"{environment['GRILSE_HOME']}/truth"], check=True)

    assert "grilse generate" in run_refused_command(environment, "truth", "--batch", number)
    run_report_command(environment, "generate", plan, "--seed", 3)
    assert run_command(environment, "truth", "--batch", number) == before
    assert before.startswith("placement,date,count,mean_weight_g,temperature_c\n")


def test_a_second_history_in_one_company_is_refused(plan, loaded_history):
    environment, _ = loaded_history
    assert "already holds another generated history" in run_refused_command(environment, "generate", plan, "--seed", 4)


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


def _read_shard_hashes(environment):
    """Return the hash of every shard: of fish, of their feed, and of the staff."""
    query = "SELECT kind, key, content_hash FROM generator_shard WHERE kind <> 'world' ORDER BY kind, key"
    with psycopg.connect(environment["DATABASE_URL"]) as connection:
        rows = connection.execute(query).fetchall()
    assert {kind for kind, _, _ in rows} == {"batch", "store", "company", "staff"}
    return rows


def _list_batches(environment):
    with psycopg.connect(environment["DATABASE_URL"]) as connection:
        return [row[0] for row in connection.execute("SELECT number FROM stock_batch ORDER BY number")]
