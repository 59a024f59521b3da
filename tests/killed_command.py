"""Runs `grilse` commands that are killed at chosen moments, as kill -9 or a power cut would end them."""

import json
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import asdict, dataclass

# Each run is a fork of one process, which has imported Grilse and not connected yet.
KILLED = """
import importlib, json, os, signal, sys, time

def replace_function(module, function, count, argument):
    owner = importlib.import_module(module)
    *parents, name = function.split(".")
    for parent in parents:
        owner = getattr(owner, parent)
    original, calls = getattr(owner, name), 0

    def call_and_count(*arguments, **options):
        nonlocal calls
        returned = original(*arguments, **options)
        calls += not argument or argument in arguments
        if calls == count:
            os.kill(os.getpid(), signal.SIGKILL)
        return returned

    setattr(owner, name, call_and_count)

def run_until_killed(seconds, **point):
    child = os.fork()
    if not child:
        if point["module"]:
            replace_function(**point)
        main()
        sys.exit()
    if not point["module"]:
        time.sleep(seconds)
        os.kill(child, signal.SIGKILL)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])

from grilse import django_setup
from grilse.cli import main

points, sys.argv[0] = json.load(sys.stdin), "grilse"
if "DATABASE_URL" in os.environ:
    django_setup.connect_django()
for point in points:
    code = run_until_killed(**point)
    if code != -signal.SIGKILL:
        sys.exit(code)
    print("killed", flush=True)
"""


@dataclass(frozen=True)
class KillPoint:
    """The moment after a call of a function, or some time after the start."""

    module: str = ""
    function: str = ""
    count: int = 1
    argument: str = ""
    """If not empty, only calls with it as an argument count."""
    seconds: float = 0.0


def run_until_each_killed(environment: dict[str, str], points: Iterable[KillPoint], *words: str) -> int:
    """Run a command again and again, killed at one point after the other; return how often it was.

    A run that does not come to its point is the last one, and must succeed.
    """
    command, given = [sys.executable, "-c", KILLED, *words], json.dumps([asdict(point) for point in points])
    done = subprocess.run(command, env=environment, capture_output=True, text=True, input=given)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines().count("killed")


def run_until_killed(environment: dict[str, str], point: KillPoint, *words: str) -> bool:
    """Run a command that is killed at a point; return whether it came to the point."""
    return run_until_each_killed(environment, [point], *words) == 1
