"""Running the `grilse` command as its user would."""

import json
import subprocess
import sys
from typing import Any

LONGEST = 600  # seconds
COMMAND = [sys.executable, "-c", "from grilse.cli import main; main()"]


def run_command(environment: dict[str, str], *words: object, expect: int = 0) -> str:
    """Run a command and return its standard output; another exit code fails the test with what it said."""
    done = subprocess.run(
        [*COMMAND, *map(str, words)], env=environment, capture_output=True, text=True, check=False, timeout=600
    )
    assert done.returncode == expect, f"exit {done.returncode}: {done.stderr[-2000:]}"
    return done.stdout


def run_report_command(environment: dict[str, str], *words: object, expect: int = 0) -> dict[str, Any]:
    """Run a reporting command with --json and return its one object."""
    return json.loads(run_command(environment, *words, "--json", expect=expect))


def run_refused_command(environment: dict[str, str], *words: object) -> str:
    """Run a command that must be refused, and return the one thing that it says."""
    done = subprocess.run(
        [*COMMAND, *map(str, words)], env=environment, capture_output=True, text=True, check=False, timeout=600
    )
    assert done.returncode not in (0, 1), done.stdout
    assert "Traceback" not in done.stderr, done.stderr
    assert done.stdout == ""
    return done.stderr.strip()
