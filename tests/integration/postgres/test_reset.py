"""`grilse db reset` and `make clean-all` delete what they name, if somebody confirms that and nobody uses it."""

import os
import pty
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from tests.acceptance.commands import COMMAND, LONGEST, run_command, run_refused_command
from tests.forked_command import run_forked_command

from grilse.errors import GrilseError
from grilse.postgres import embedded_cluster, server, usage

# A process that uses the database as every command does, and says when it is ready.
USER = "from grilse.postgres.usage import register_process; register_process(); print(flush=True); input()"
RESET = [*COMMAND, "db", "reset"]
MAKEFILE = Path(__file__).parents[3] / "Makefile"
TABLES = """
CREATE TABLE farm_company (name text);
INSERT INTO farm_company VALUES ('Northern Salmon'), ('Southern Salmon');
CREATE TABLE fish AS SELECT generate_series(1, 1000) AS n;
ANALYZE
"""


@pytest.fixture
def filled(stopped):
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


def run_at_terminal(answer, command, folder="."):
    """Run a command at a terminal, and return its exit code and what it printed."""
    ours, theirs = pty.openpty()
    os.write(ours, f"{answer}\n".encode())
    done = subprocess.run(command, stdin=theirs, capture_output=True, text=True, timeout=LONGEST, cwd=folder)
    os.close(ours)
    os.close(theirs)
    return done.returncode, done.stdout + done.stderr


def test_without_a_terminal_it_says_what_it_would_delete_and_deletes_nothing(filled):
    for given in ("", "y\n"):
        done = run_forked_command(os.environ, "db", "reset", input=given)
        assert done.returncode == 2
        assert "2 companies (Northern Salmon, Southern Salmon): about 1,002 rows, " in done.stderr
        assert " MB in " in done.stderr
        assert "nothing is deleted: `grilse db reset --yes` deletes it" in done.stderr
    assert embedded_cluster.read_status().state == "ready"


def test_at_a_terminal_it_asks_and_takes_no_for_an_answer(filled):
    code, printed = run_at_terminal("n", RESET)
    assert code == 1
    assert "Delete the database of 2 companies (Northern Salmon, Southern Salmon): about 1,002 rows, " in printed
    assert filled.location.data_folder.exists()

    code, printed = run_at_terminal("y", RESET)
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


@pytest.mark.usefixtures("stopped")
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


@pytest.fixture
def checkout(tmp_path):
    """A folder with the Makefile, and an environment that it takes for installed."""
    folder = tmp_path / "checkout"
    programs = folder / ".venv" / "bin"
    for path in (programs, folder / "src", folder / "tests" / "__pycache__"):
        path.mkdir(parents=True)
    (folder / "Makefile").write_text(MAKEFILE.read_text())
    for name in ("requirements.lock", "pyproject.toml", "package-lock.json", "hatch_build.py", "build_coast.py"):
        (folder / name).touch()
    (programs / "python").symlink_to(sys.executable)
    (programs / "grilse").write_text(f"#!{sys.executable}\nfrom grilse.cli import main\nmain()\n")
    (programs / "grilse").chmod(0o755)
    (folder / ".venv" / ".checkout").write_text(f"{folder}\n")
    (folder / ".venv" / ".run").touch()
    return folder


def test_make_clean_removes_the_environment_and_stops_the_database(filled, checkout):
    done = subprocess.run(["make", "clean"], cwd=checkout, capture_output=True, text=True, stdin=subprocess.DEVNULL)

    assert done.returncode == 0, done.stderr
    assert not (checkout / ".venv").exists()
    assert not (checkout / "tests" / "__pycache__").exists()
    assert embedded_cluster.read_status().state == "stopped"
    with psycopg.connect(embedded_cluster.ensure_cluster().owner_url) as connection:
        assert connection.execute("SELECT count(*) FROM fish").fetchone() == (1000,)


def test_make_clean_all_deletes_the_database_after_it_has_asked(filled, checkout):
    for command in (["make", "clean-all"], ["make", "clean-all", "--silent", "--keep-going"]):
        done = subprocess.run(command, cwd=checkout, capture_output=True, text=True, stdin=subprocess.DEVNULL)
        assert done.returncode == 2
        assert "this deletes the database of 2 companies" in done.stderr
    code, _ = run_at_terminal("n", ["make", "clean-all"], checkout)
    assert code == 2
    assert (checkout / ".venv").exists()
    assert filled.location.data_folder.exists()

    code, printed = run_at_terminal("y", ["make", "clean-all"], checkout)
    assert code == 0, printed
    assert not (checkout / ".venv").exists()
    assert not filled.location.data_folder.exists()
