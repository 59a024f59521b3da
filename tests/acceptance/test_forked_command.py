"""A command that runs as a fork does what the command does that its user starts."""

import signal
import subprocess
from dataclasses import asdict

import psycopg
import pytest
from tests.acceptance.commands import COMMAND
from tests.forked_command import run_forked_command
from tests.killed_command import KillPoint


@pytest.mark.parametrize(
    ("words", "settings"),
    [
        ("user list", {}),
        ("check access --json", {}),
        ("states --batch XX-1", {}),
        ("states --batches", {}),
        ("db url --role app", {"GRILSE_HOME": "home"}),
        ("user list", {"GRILSE_REQUESTS_PER_MINUTE": "many"}),
        ("user list", {"DATABASE_URL": "postgresql://somebody@127.0.0.1:1/grilse"}),
    ],
)
def test_output_and_exit_code_are_those_of_a_process(installation, tmp_path, words, settings):
    environment = {**installation(), **settings}
    process = subprocess.run(
        [*COMMAND, *words.split()],
        env=environment,
        cwd=tmp_path,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    forked = run_forked_command(environment, *words.split(), folder=tmp_path)

    assert (forked.returncode, forked.stdout, forked.stderr) == (process.returncode, process.stdout, process.stderr)


def test_a_fork_gets_its_input_and_is_killed_at_its_point(installation):
    environment = installation()
    with psycopg.connect(environment["DATABASE_URL"]) as connection:
        connection.execute("INSERT INTO farm_company (name) VALUES ('Salmon')")
    words = ("user", "add", "kari", "--role", "admin", "--password-stdin")
    point = asdict(KillPoint("grilse.access.memberships", "grant_role"))
    done = run_forked_command(environment, *words, input="a long password", point=point)
    assert done.returncode == -signal.SIGKILL
    assert "there is no login yet" in run_forked_command(environment, "user", "list").stdout

    assert run_forked_command(environment, *words, input="too short").returncode == 2
    assert run_forked_command(environment, *words, input="a long password").returncode == 0
    assert "kari" in run_forked_command(environment, "user", "list").stdout
