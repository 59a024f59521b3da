"""The one seam to more cores and more machines: run independent tasks, retry the failed, name the lost."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from typing import Any, Generic, TypeVar

from grilse.errors import GrilseError

Task = TypeVar("Task")
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Done(Generic[Task, Result]):
    """A task with what it returned, or with the error that its last try ended in."""

    task: Task
    result: Result | None
    error: BaseException | None

    def value(self, what: str) -> Result:
        """Return its result, or refuse to go on without: what it did has failed."""
        if self.result is None:
            raise GrilseError(f"{what} failed: {self.error}") from self.error
        return self.result


def run(
    function: Callable[[Task], Result],
    tasks: Sequence[Task],
    *,
    workers: int = 1,
    address: str = "",
    retries: int = 1,
    prepare: Callable[..., None] | None = None,
    arguments: tuple[Any, ...] = (),
) -> Iterator[Done[Task, Result]]:
    """Yield every task as it ends, in whatever order.

    Parameters
    ----------
    function : importable by name, so that another process can call it; returns counts, not data
    tasks : independent of each other
    workers : processes here; 1 runs in this process
    address : `tcp://host:port` of a Dask scheduler, instead of processes here
    retries : how often a failed task is tried again
    prepare, arguments : called once in every process before its first task
    """
    if workers <= 1 and not address:
        if prepare is not None:
            prepare(*arguments)
        yield from (_here(function, task, retries) for task in tasks)
        return
    waiting = list(tasks)
    for left in range(retries, -1, -1):
        failed: list[Task] = []
        # A killed worker breaks its pool: every try has a pool of its own.
        with _executor(workers, address, prepare, arguments) as pool:
            for done in _there(pool, function, waiting):
                if done.error is None or not left:
                    yield done
                else:
                    failed.append(done.task)
        if not failed:
            return
        waiting = failed


def _here(function: Callable[[Task], Result], task: Task, retries: int) -> Done[Task, Result]:
    for left in range(retries, -1, -1):
        try:
            return Done(task, function(task), None)
        except Exception as error:
            if not left:
                return Done(task, None, error)
    raise AssertionError("retries is negative")


def _there(
    pool: Executor, function: Callable[[Task], Result], tasks: Sequence[Task]
) -> Iterator[Done[Task, Result]]:
    futures: dict[Future[Result], Task] = {pool.submit(function, task): task for task in tasks}
    for future in as_completed(futures):
        error = future.exception()
        yield Done(futures[future], None if error else future.result(), error)


@contextmanager
def _executor(
    workers: int, address: str, prepare: Callable[..., None] | None, arguments: tuple[Any, ...]
) -> Iterator[Executor]:
    if address:
        yield _dask(address, prepare, arguments)
        return
    # Spawned, not forked: a fork would share the parent's database connections.
    context = get_context("spawn")
    with ProcessPoolExecutor(workers, context, prepare, arguments) as pool:
        yield pool


def _dask(address: str, prepare: Callable[..., None] | None, arguments: tuple[Any, ...]) -> Executor:
    try:
        from distributed import Client
    except ImportError as error:
        raise GrilseError("--engine needs Dask: pip install 'grilse[dask]'") from error
    client = Client(address)
    if prepare is not None:
        client.run(prepare, *arguments)
    executor: Executor = client.get_executor()
    return executor
