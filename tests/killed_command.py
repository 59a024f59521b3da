"""Runs `grilse` commands that are killed at chosen moments, as kill -9 or a power cut would end them."""

import signal
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass

from tests.forked_command import run_forked_command


@dataclass(frozen=True)
class KillPoint:
    """The moment after a call of a function, or some time after the start."""

    module: str = ""
    function: str = ""
    count: int = 1
    argument: str = ""
    """If not empty, only calls with it as an argument count."""
    seconds: float = 0.0


def run_until_each_killed(environment: Mapping[str, str], points: Iterable[KillPoint], *words: str) -> int:
    """Run a command again and again, killed at one point after the other; return how often it was.

    A run that does not come to its point is the last one, and must succeed.
    """
    kills = 0
    for point in points:
        done = run_forked_command(environment, *words, point=asdict(point))
        if done.returncode != -signal.SIGKILL:
            assert done.returncode == 0, done.stderr
            break
        kills += 1
    return kills


def run_until_killed(environment: Mapping[str, str], point: KillPoint, *words: str) -> bool:
    """Run a command that is killed at a point; return whether it came to the point."""
    return run_until_each_killed(environment, [point], *words) == 1
