"""`grilse serve`, before it serves: tests/browser looks at what it serves."""

import os
import socket

from tests.acceptance.commands import refusal


def test_a_port_in_use_is_refused_in_one_line_before_anything_starts(tmp_path):
    environment = {**os.environ, "GRILSE_HOME": str(tmp_path / "home")}
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        said = refusal(environment, "serve", "--port", port)
    assert said == (f"error: cannot listen on 127.0.0.1:{port}: Address already in use; choose another --port")
    assert not (tmp_path / "home").exists()


def test_a_host_that_is_not_here_is_refused(tmp_path):
    said = refusal({**os.environ, "GRILSE_HOME": str(tmp_path)}, "serve", "--host", "no.such.host.invalid")
    assert said.startswith("error: cannot listen on no.such.host.invalid:8000: ")
    assert "\n" not in said
