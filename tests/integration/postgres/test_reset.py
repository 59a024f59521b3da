"""`grilse db reset` deletes what it named, when somebody confirmed that, and nobody uses it."""

import os
import pty
import subprocess
import sys
from contextlib import contextmanager

import psycopg
import pytest
from tests.acceptance.commands import COMMAND, LONGEST, run_command, run_refused_command

from grilse.errors import GrilseError
from grilse.postgres import embedded_cluster, server, usage

# A process that uses the database as every command does, and says when it is ready.
USER = "from grilse.postgres.usage import register_process; register_process(); print(flush=True); input()"
TABLES = """
CREATE TABLE farm_company (name text);
INSERT INTO farm_company VALUES ('Northern Salmon'), ('Southern Salmon');
CREATE TABLE fish AS SELECT generate_series(1, 1000) AS n;
ANALYZE
"""


@pytest.fixture
def filled(home):
    """A cluster with two companies and a thousand fish."""
    cluster = embedded_cluster.ensure_cluster()
    with psycopg.connect(cluster.owner_url, autocommit=True) as connection:
        connection.execute(TABLES)
    return cluster


@contextmanager
def run_user(*words):
    """Run a process that uses the database."""
    command = [sys.executable, "-c", USER, *words]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        process.stdout.readline()
        yield process
        process.kill()


def reset_at_terminal(answer):
    """Run the command at a terminal, and return its exit code and what it printed."""
    ours, theirs = pty.openpty()
    os.write(ours, f"{answer}\n".encode())
    command = [*COMMAND, "db", "reset"]
    done = subprocess.run(command, stdin=theirs, capture_output=True, text=True, timeout=LONGEST)
    os.close(ours)
    os.close(theirs)
    return done.returncode, done.stdout + done.stderr


def test_without_a_terminal_it_says_what_it_would_delete_and_deletes_nothing(filled):
    for given in (subprocess.DEVNULL, subprocess.PIPE):
        done = subprocess.run(
            [*COMMAND, "db", "reset"],
            input="y\n" if given == subprocess.PIPE else None,
            stdin=None if given == subprocess.PIPE else given,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 2
        assert "2 companies (Northern Salmon, Southern Salmon): about 1,002 rows, " in done.stderr
        assert " MB in " in done.stderr
        assert "nothing is deleted: `grilse db reset --yes` deletes it" in done.stderr
    assert embedded_cluster.read_status().state == "ready"


def test_at_a_terminal_it_asks_and_takes_no_for_an_answer(filled):
    code, printed = reset_at_terminal("n")
    assert code == 1
    assert "Delete the database of 2 companies (Northern Salmon, Southern Salmon): about 1,002 rows, " in printed
    assert filled.location.data_folder.exists()

    code, printed = reset_at_terminal("y")
    assert code == 0, printed
    assert not filled.location.data_folder.exists()


def test_yes_deletes_and_says_what(filled):
    assert "deleted the database of 2 companies" in run_command(dict(os.environ), "db", "reset", "--yes")
    assert not filled.location.data_folder.exists()
    assert "there was no database" in run_command(dict(os.environ), "db", "reset")


def test_a_database_in_use_stays_and_its_user_is_named(filled):
    for words in ("serve --port 8000", "worker", "generate plan.yaml"):
        with run_user(*words.split()) as process:
            message = run_refused_command(dict(os.environ), "db", "reset", "--yes")
            assert message == (
                f"error: the database is in use by `grilse {words}` (process {process.pid}): stop that first;"
                " nothing is deleted"
            )
        usage.refuse_while_in_use()


def test_a_command_is_a_user_until_it_ends(home):
    run_command(dict(os.environ), "db", "init")
    folder = home / usage.FOLDER
    assert [*folder.iterdir()] == []
    with run_user("serve") as process:
        assert [path.name for path in folder.iterdir()] == [str(process.pid)]


def test_a_database_with_the_session_of_another_program_stays(filled):
    in_use = pytest.raises(GrilseError, match=r"in use by psql as role grilse \(backend \d+\)")
    with psycopg.connect(filled.owner_url, application_name="psql"), in_use:
        usage.refuse_while_in_use()
    usage.refuse_while_in_use()


def test_a_user_counts_while_its_server_is_stopped(filled):
    embedded_cluster.stop_cluster()
    with run_user("serve"), pytest.raises(GrilseError, match="`grilse serve`"):
        usage.refuse_while_in_use()


def test_a_database_that_does_not_start_is_named_by_its_size(filled):
    embedded_cluster.stop_cluster()
    (filled.location.data_folder / "PG_VERSION").write_text("14\n")

    message = run_refused_command(dict(os.environ), "db", "reset")
    assert "the database with all companies: " in message
    assert "(its rows cannot be counted: it does not start)" in message
    run_command(dict(os.environ), "db", "reset", "--yes")
    assert not filled.location.folder.exists()
    assert server.find_postmaster(filled.location) is None
