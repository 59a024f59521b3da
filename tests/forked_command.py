"""Runs `grilse` commands as forks of one process that has imported Grilse, which takes longer than most commands."""

import atexit
import json
import subprocess
import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

# A command sets Django up anew from its own environment; only classes and functions are those of the first process.
SERVER = """
import atexit, gc, importlib, json, os, signal, sys, threading, time, traceback
import django
from django.apps import apps
from django.conf import settings
from django.db import connections
from django.db.migrations.loader import MigrationLoader
from grilse import django_setup
from grilse.cli import main

LONGEST = 600  # seconds

def set_up_again():
    fresh = importlib.reload(sys.modules["grilse.project.settings"])
    for name in filter(str.isupper, dir(fresh)):
        setattr(settings, name, getattr(fresh, name))
    for alias, database in fresh.DATABASES.items():
        connections[alias].settings_dict.update(database)
    apps.ready = True

def kill_after_call(module, function, count, argument, seconds):
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

def prepare(words, environment, folder, files, point):
    signal.alarm(LONGEST)
    for number, path in enumerate(files):
        os.dup2(os.open(path, os.O_RDWR), number)
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    sys.argv[1:] = words
    if point and point["module"]:
        kill_after_call(**point)

def run_to_end():
    try:
        main()
        code = 0
    except SystemExit as end:
        code = end.code
    except BaseException:
        traceback.print_exc()
        code = 1
    # What the interpreter does at its end, but for the classes and functions of which it would free each.
    threading._shutdown()
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code or 0)

def wait_for_end(child, point):
    if point and not point["module"]:
        time.sleep(point["seconds"])
        os.kill(child, signal.SIGKILL)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])

django_setup.connect_without_database()
MigrationLoader(None)
for name in ("jobs.job_kinds", "generator.database_load", "project.schema"):
    importlib.import_module(f"grilse.{name}")
apps.ready, django.setup = False, set_up_again
gc.freeze()
for line in sys.stdin:
    request = json.loads(line)
    child = os.fork()
    if not child:
        prepare(**request)
        run_to_end()
    print(wait_for_end(child, request["point"]), flush=True)
"""


def run_forked_command(
    environment: Mapping[str, str],
    *words: object,
    folder: Path | None = None,
    input: str = "",
    point: Mapping[str, Any] | None = None,
) -> subprocess.CompletedProcess[str]:
    """Run a command in a folder to its end, or to the `KillPoint` whose fields are given."""
    server, arguments = _start_server(), list(map(str, words))
    with TemporaryDirectory() as name:
        given, out, error = files = [Path(name, kind) for kind in ("input", "output", "error")]
        for file in files:
            file.write_text(input if file == given else "")
        request = {
            "words": arguments,
            "environment": dict(environment),
            "folder": str(folder or Path.cwd()),
            "files": list(map(str, files)),
            "point": point,
        }
        assert server.stdin
        assert server.stdout
        server.stdin.write(json.dumps(request) + "\n")
        server.stdin.flush()
        code = int(server.stdout.readline())
        return subprocess.CompletedProcess(["grilse", *arguments], code, out.read_text(), error.read_text())


@cache
def _start_server() -> subprocess.Popen[str]:
    server = subprocess.Popen([sys.executable, "-c", SERVER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    atexit.register(server.communicate)
    return server
