"""`grilse db` as a user types it."""

import json
import os
import subprocess

import psycopg
import pytest
from tests.forked_command import run_forked_command


def run_command(*words: str) -> subprocess.CompletedProcess[str]:
    return run_forked_command(os.environ, *words)


@pytest.mark.usefixtures("stopped")
def test_the_printed_address_is_one_that_other_programs_take():
    completed = run_command("db", "url")

    assert completed.returncode == 0, completed.stderr
    with psycopg.connect(completed.stdout.strip()) as connection:
        assert connection.execute("SELECT current_user").fetchone() == ("grilse",)


def test_status_is_one_object_and_starts_nothing(home):
    completed = run_command("db", "status", "--json")

    assert json.loads(completed.stdout)["state"] == "stopped"
    assert completed.stderr == ""


@pytest.mark.usefixtures("stopped")
def test_init_migrates_once_and_then_finds_nothing_to_do():
    first, second = run_command("db", "init", "--json"), run_command("db", "init", "--json")

    assert json.loads(first.stdout)["applied"], first.stderr
    assert json.loads(second.stdout) == {"applied": []}


def test_a_dead_database_address_is_one_line_without_the_password(home, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://somebody:secret-word@127.0.0.1:1/grilse")
    completed = run_command("db", "init")

    assert (completed.returncode, completed.stdout) == (2, "")
    assert completed.stderr.startswith("error: cannot connect to DATABASE_URL")
    assert completed.stderr.count("\n") == 1
    assert "secret-word" not in completed.stderr


@pytest.mark.parametrize("verb", ["start", "stop", "reset"])
def test_a_server_of_ones_own_is_neither_started_nor_stopped_nor_deleted(home, monkeypatch, verb):
    monkeypatch.setenv("DATABASE_URL", "postgresql://somebody@127.0.0.1:1/grilse")
    completed = run_command("db", verb)

    assert completed.returncode == 2
    assert "not its own" in completed.stderr


def test_a_home_that_cannot_be_written_is_one_line(tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    monkeypatch.setenv("GRILSE_HOME", str(tmp_path / "file" / "home"))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    completed = run_command("db", "start")

    assert completed.returncode == 2
    assert completed.stderr.startswith("error: GRILSE_HOME cannot be used")
    assert completed.stderr.count("\n") == 1
