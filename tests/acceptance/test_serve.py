"""`grilse serve`, before it serves, and its processes: tests/browser looks at what it serves."""

import contextlib
import os
import signal
import socket
import time

import httpx
import psutil
import pytest
from tests.acceptance.commands import run_refused_command, serve_database


def test_a_port_in_use_is_refused_in_one_line_before_anything_starts(tmp_path):
    environment = {**os.environ, "GRILSE_HOME": str(tmp_path / "home")}
    with socket.socket() as busy_socket:
        busy_socket.bind(("127.0.0.1", 0))
        busy_socket.listen()
        port = busy_socket.getsockname()[1]
        message = run_refused_command(environment, "serve", "--port", port)
    assert message == (f"error: cannot listen on 127.0.0.1:{port}: Address already in use; choose another --port")
    assert not (tmp_path / "home").exists()


def test_a_host_that_is_not_here_is_refused(tmp_path):
    message = run_refused_command(
        {**os.environ, "GRILSE_HOME": str(tmp_path)}, "serve", "--host", "no.such.host.invalid"
    )
    assert message.startswith("error: cannot listen on no.such.host.invalid:8000: ")
    assert "\n" not in message


@pytest.fixture(scope="module")
def served(database, tmp_path_factory):
    """Address of a server of two processes, and its parent process, which the tests let live."""
    with serve_two_processes(tmp_path_factory.mktemp("server")) as server:
        yield server


@contextlib.contextmanager
def serve_two_processes(folder):
    with serve_database(folder, "--workers", "2") as server:
        parent = psutil.Process(server.process_id)
        wait_until(lambda: len(parent.children()) == 2)
        yield server.address, parent


def is_alive(process):
    return process.is_running() and process.status() != psutil.STATUS_ZOMBIE


def wait_until(is_true):
    end = time.monotonic() + 60
    while not is_true():
        assert time.monotonic() < end
        time.sleep(0.1)


def test_a_process_that_is_killed_is_replaced(served):
    address, parent = served
    first, second = parent.children()
    os.kill(first.pid, signal.SIGKILL)
    wait_until(lambda: first not in parent.children() and len(parent.children()) == 2)
    assert second in parent.children()
    assert httpx.get(f"{address}/health/ready").status_code == 200


@pytest.mark.usefixtures("database")
def test_processes_end_with_their_parent(tmp_path):
    with serve_two_processes(tmp_path) as (_, parent):
        children = parent.children()
        os.kill(parent.pid, signal.SIGKILL)
        wait_until(lambda: not any(map(is_alive, children)))


def test_forty_slow_clients_do_not_slow_the_others(served):
    address, _ = served
    alone = measure_requests(address)
    head = b"POST /login/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 60000\r\n\r\nusername="
    with contextlib.ExitStack() as ending:
        host = ("127.0.0.1", httpx.URL(address).port)
        slow = [ending.enter_context(socket.create_connection(host)) for _ in range(40)]
        for connection in slow:
            connection.sendall(head)
        beside = measure_requests(address, slow)
    # A request alone may wait for other programs of the machine, too.
    assert beside <= max(2 * alone, 0.5)


def measure_requests(address, slow=()):
    """Return the 95th percentile of the seconds of some requests, between which slow clients send a byte."""
    seconds = []
    for _ in range(40):
        began = time.monotonic()
        assert httpx.get(f"{address}/health/ready").status_code == 200
        seconds.append(time.monotonic() - began)
        for connection in slow:
            connection.sendall(b"a")
    return sorted(seconds)[-3]


def test_processes_count_the_requests_of_an_address_together(database, tmp_path, monkeypatch):
    monkeypatch.setenv("GRILSE_REQUESTS_PER_MINUTE", "100")
    with serve_database(tmp_path, "--workers", "2") as server:
        # Each over a connection of its own, which either process accepts: 25 a minute, in at most two minutes.
        statuses = [httpx.get(f"{server.address}/login/").status_code for _ in range(80)]
    assert set(statuses) == {200, 429}
    assert 20 <= statuses.count(200) <= 50
