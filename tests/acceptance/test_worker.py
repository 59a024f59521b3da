"""`grilse worker`, and the worker beside `grilse serve`, as processes."""

import signal
import socket
import subprocess
import sys
import time
import urllib.request

import pytest
from tests.acceptance.commands import COMMAND

LONGEST = 60  # seconds


@pytest.fixture(scope="module")
def farm(database):
    from tests.edited_farm import write_farm

    from grilse.access.models import Company, Membership

    written_farm = write_farm(Company.objects.using("owner").create(name="Salmon").pk)
    Membership.objects.using("owner").create(company_id=written_farm.company, user_id=written_farm.user, role="planner")
    return written_farm


@pytest.fixture
def log_path(tmp_path):
    """Where a command writes what it does."""
    return tmp_path / "log_path"


@pytest.fixture
def start_command(log_path):
    """Start a command, which ends with the test."""
    started = []

    def start_process(*words):
        with log_path.open("w") as file:
            started.append(subprocess.Popen(words, stderr=file))
        return started[-1]

    yield start_process
    for process in started:
        process.kill()
        process.wait()


def submit_job(farm):
    from grilse.access.principal import Principal
    from grilse.jobs import actions

    return actions.submit_job(Principal(user=farm.user, company=farm.company), "grow", {})


def is_job_done(farm, job):
    """Tell whether a job is done, as its company sees it."""
    from grilse.access.tenancy import tenant_transaction
    from grilse.jobs.queries import find_job as found

    with tenant_transaction(farm.company):
        return found(job).state == "done"


def count_live_workers():
    """Return how many workers say that they live."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_workers")
        return cursor.fetchone()[0]


def is_answering(address):
    try:
        urllib.request.urlopen(address, timeout=5).close()
    except OSError:
        return False
    return True


def end_other_connections():
    """End every other connection to the database, as when it is started anew."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid() AND usename = current_user"
        )


def wait_until(what):
    end = time.monotonic() + LONGEST
    while not what():
        assert time.monotonic() < end
        time.sleep(0.05)


def test_a_worker_does_what_waits_and_what_comes_and_outlives_its_connections(farm, start_command, log_path):
    first = submit_job(farm)
    worker = start_command(*COMMAND, "worker", "--concurrency", "2")
    wait_until(lambda: is_job_done(farm, first))
    end_other_connections()
    second = submit_job(farm)
    wait_until(lambda: is_job_done(farm, second))

    worker.send_signal(signal.SIGINT)
    assert worker.wait(LONGEST) == 0
    assert log_path.read_text() == "waiting for jobs\n"
    assert count_live_workers() == 0


def test_a_server_has_a_worker_that_ends_with_it(farm, start_command):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    job = submit_job(farm)
    server = start_command(*COMMAND, "serve", "--port", str(port))
    wait_until(lambda: is_job_done(farm, job))
    wait_until(lambda: is_answering(f"http://127.0.0.1:{port}/health/live"))
    assert count_live_workers() == 1

    server.send_signal(signal.SIGINT)
    assert server.wait(LONGEST) == 0
    assert count_live_workers() == 0


WORKER_PROCESSES = """
import signal
from grilse.django_setup import connect_django
connect_django()
from grilse.jobs.worker import start_child_worker
with start_child_worker():
    signal.pause()
"""


def test_a_worker_ends_also_when_the_process_that_started_it_is_killed(farm, start_command):
    parent = start_command(sys.executable, "-c", WORKER_PROCESSES)
    wait_until(lambda: count_live_workers() == 1)
    parent.kill()
    wait_until(lambda: count_live_workers() == 0)
