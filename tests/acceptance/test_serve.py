"""`grilse serve`, before it serves: tests/browser looks at what it serves."""

import os
import socket

from tests.acceptance.commands import run_refused_command


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
