"""Tasks run somewhere, all of them, whatever one of them does."""

import os
import signal
from pathlib import Path

import pytest

from grilse.engine import run_tasks


def square_number(number):
    """Return a square, but not of 13."""
    if number == 13:
        raise ValueError("thirteen")
    return number * number


def fail_once(path):
    """Fail the first time it is called with a path."""
    mark = Path(path)
    if not mark.exists():
        mark.touch()
        raise OSError("not yet")
    return path


def die_once(path):
    """Kill the process that runs it, the first time."""
    mark = Path(path)
    if not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return path


@pytest.mark.parametrize("workers", [1, 2])
def test_every_task_is_done_once(workers):
    done = list(run_tasks(square_number, range(10), workers=workers))

    assert sorted(result.result for result in done) == [number * number for number in range(10)]


@pytest.mark.parametrize("workers", [1, 2])
def test_a_task_that_fails_again_is_returned_with_its_error(workers):
    done = {result.task: result for result in run_tasks(square_number, [12, 13, 14], workers=workers)}

    assert isinstance(done[13].error, ValueError)
    assert (done[12].result, done[14].result) == (144, 196)


@pytest.mark.parametrize("workers", [1, 2])
def test_a_task_that_fails_once_is_tried_again(workers, tmp_path):
    path = str(tmp_path / "mark")

    assert [result.result for result in run_tasks(fail_once, [path], workers=workers)] == [path]


def test_a_killed_worker_loses_nothing(tmp_path):
    paths = [str(tmp_path / str(number)) for number in range(4)]

    assert sorted(result.result for result in run_tasks(die_once, paths, workers=2, retries=5)) == paths
