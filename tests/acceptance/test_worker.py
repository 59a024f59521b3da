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

    made = write_farm(Company.objects.using("owner").create(name="Salmon").pk)
    Membership.objects.using("owner").create(company_id=made.company, user_id=made.user, role="planner")
    return made


@pytest.fixture
def said(tmp_path):
    """Where a command writes what it does."""
    return tmp_path / "said"


@pytest.fixture
def running(said):
    """Start a command, which ends with the test."""
    started = []

    def start(*words):
        with said.open("w") as file:
            started.append(subprocess.Popen(words, stderr=file))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.wait()


def ask(farm):
    from grilse.access.principal import Principal
    from grilse.jobs import actions

    return actions.submit_job(Principal(user=farm.user, company=farm.company), "grow", {})


def done(farm, job):
    """Tell whether a job is done, as its company sees it."""
    from grilse.access.tenancy import tenant_transaction
    from grilse.jobs.queries import find_job as found

    with tenant_transaction(farm.company):
        return found(job).state == "done"


def workers():
    """Return how many workers say that they live."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_workers")
        return cursor.fetchone()[0]


def answers(address):
    try:
        urllib.request.urlopen(address, timeout=5).close()
    except OSError:
        return False
    return True


def cut_off():
    """End every other connection to the database, as when it is started anew."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid() AND usename = current_user"
        )


def await_(what):
    end = time.monotonic() + LONGEST
    while not what():
        assert time.monotonic() < end
        time.sleep(0.05)


def test_a_worker_does_what_waits_and_what_comes_and_outlives_its_connections(farm, running, said):
    first = ask(farm)
    worker = running(*COMMAND, "worker", "--concurrency", "2")
    await_(lambda: done(farm, first))
    cut_off()
    second = ask(farm)
    await_(lambda: done(farm, second))

    worker.send_signal(signal.SIGINT)
    assert worker.wait(LONGEST) == 0
    assert said.read_text() == "waiting for jobs\n"
    assert workers() == 0


def test_a_server_has_a_worker_that_ends_with_it(farm, running):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    job = ask(farm)
    server = running(*COMMAND, "serve", "--port", str(port))
    await_(lambda: done(farm, job))
    await_(lambda: answers(f"http://127.0.0.1:{port}/health/live"))
    assert workers() == 1

    server.send_signal(signal.SIGINT)
    assert server.wait(LONGEST) == 0
    assert workers() == 0


BESIDE = """
import signal
from grilse.django_setup import connect_django
connect_django()
from grilse.jobs.worker import working_beside
with working_beside():
    signal.pause()
"""


def test_a_worker_ends_also_when_the_process_that_started_it_is_killed(farm, running):
    parent = running(sys.executable, "-c", BESIDE)
    await_(lambda: workers() == 1)
    parent.kill()
    await_(lambda: workers() == 0)
