"""Runs `grilse` commands that are killed at a chosen call, as kill -9 or a power cut would end them."""

import signal
import subprocess
import sys
from dataclasses import dataclass

KILLED = """
import importlib, os, signal, sys

module, path, count, *words = sys.argv[1:]
calls = 0

def replace_function():
    owner = importlib.import_module(module)
    *parents, name = path.split(".")
    for parent in parents:
        owner = getattr(owner, parent)
    original = getattr(owner, name)

    def call_and_count(*arguments, **options):
        global calls
        returned = original(*arguments, **options)
        calls += 1
        if calls == int(count):
            os.kill(os.getpid(), signal.SIGKILL)
        return returned

    setattr(owner, name, call_and_count)

def set_up_and_replace():
    original_setup()
    replace_function()

from grilse import django_setup
from grilse.cli import main

if module.startswith(("grilse.exchange.", "grilse.generator.")):  # they import models
    original_setup, django_setup._set_up_django = django_setup._set_up_django, set_up_and_replace
else:
    replace_function()
sys.argv = ["grilse", *words]
main()
"""


@dataclass(frozen=True)
class KillPoint:
    """The moment after a call of a function."""

    module: str
    function: str
    count: int = 1

    def __str__(self) -> str:
        return f"{self.function}-{self.count}"


def run_until_killed(environment: dict[str, str], point: KillPoint, *words: str) -> bool:
    """Run a command that is killed at a point; return whether it came to the point."""
    command = [sys.executable, "-c", KILLED, point.module, point.function, str(point.count), *words]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    assert done.returncode in (0, -signal.SIGKILL), done.stderr
    return done.returncode != 0
