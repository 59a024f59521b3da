"""The tutorial of the API does what it says, block by block, against a real server."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tests.acceptance.commands import COMMAND, serve_database

PAGE = (Path(__file__).parents[2] / "docs/tutorial/api.md").read_text()
BLOCKS = re.findall(r"^```(sh|python)\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


@pytest.fixture
def tutorial_server(database, company, tmp_path):
    """Address of a server of a small farm, and a command that makes keys for its login."""
    from tests.edited_farm import write_farm

    from grilse.access.memberships import ensure_demo_login
    from grilse.growth.estimating.run import estimate_company

    write_farm(company)
    estimate_company(company)
    ensure_demo_login(company, "a-password-to-log-in")
    with serve_database(tmp_path) as server:
        yield server.address


@pytest.mark.skipif(
    shutil.which("curl") is None and not os.environ.get("CI"), reason="NO CURL: the tutorial was not run"
)
def test_every_block_of_the_tutorial_runs(tutorial_server, tmp_path):
    (tmp_path / "grilse").write_text(f"#!/bin/sh\nexec {COMMAND[0]} -c '{COMMAND[2]}' \"$@\"\n")
    (tmp_path / "grilse").chmod(0o755)
    path = f"{tmp_path}:{os.environ['PATH']}"
    # Exports of one block are there in the next ones, as in a terminal.
    shell = "\n".join(["set -eu", *(text for kind, text in BLOCKS if kind == "sh"), "env >&2"])
    shell = shell.replace("http://127.0.0.1:8000", tutorial_server)
    completed = subprocess.run(
        ["bash", "-o", "pipefail", "-c", shell], env={**os.environ, "PATH": path}, capture_output=True, text=True
    )
    assert completed.returncode == 0, completed.stderr[-3000:]
    assert '"company_name"' in completed.stdout
    assert "log in, or send a key that is valid" in completed.stdout
    assert '"items":[{' in completed.stdout.replace(" ", "")

    known = dict(line.split("=", 1) for line in completed.stderr.splitlines() if line.startswith("GRILSE_"))
    program = "\n".join(text for kind, text in BLOCKS if kind == "python")
    done = subprocess.run([sys.executable, "-c", program], env={**os.environ, **known}, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-3000:]
    assert "the scale was not set to zero" in done.stdout
    assert "24 rows, 24 taken, 0 unchanged\n24 rows, 0 taken, 24 unchanged" in done.stdout
