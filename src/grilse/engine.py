"""Run independent tasks on several cores or machines, try failed ones again, and show progress."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor, as_completed
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from multiprocessing import get_context
from typing import Any, Generic, Protocol, TypeVar

from grilse.errors import GrilseError

Task = TypeVar("Task")
Result = TypeVar("Result")
ProgressDisplay = Callable[[str, float, str], AbstractContextManager[Callable[[float], None]]]
"""Opens the display of a step from its name, total and unit; what it yields is called with each advance."""


def ignore_progress(*_: Any) -> AbstractContextManager[Callable[[float], None]]:
    """Display no progress."""
    return nullcontext(lambda _: None)


class BatchTask(Protocol):
    """A task for several batches."""

    @property
    def batches(self) -> tuple[int, ...]:
        """Return the ids of the batches."""


Batches = TypeVar("Batches", bound=BatchTask)


@dataclass(frozen=True, slots=True)
class TaskOutcome(Generic[Task, Result]):
    """A task with its result, or with the error of its last try."""

    task: Task
    result: Result | None
    error: BaseException | None

    def unwrap_result(self, what: str) -> Result:
        """Return its result; raise GrilseError if the task failed. `what` names its work in the message."""
        if self.result is None:
            raise GrilseError(f"{what} failed: {self.error}") from self.error
        return self.result


def run_tasks(
    function: Callable[[Task], Result],
    tasks: Sequence[Task],
    *,
    workers: int = 1,
    address: str = "",
    retries: int = 1,
    prepare: Callable[..., None] | None = None,
    arguments: tuple[Any, ...] = (),
) -> Iterator[TaskOutcome[Task, Result]]:
    """Yield the outcome of every task as it ends, in any order.

    Parameters
    ----------
    function : importable by name, so that another process can call it; returns counts, not data
    tasks : independent of each other
    workers : number of processes on this machine; 1 runs in this process
    address : `tcp://host:port` of a Dask scheduler to use instead of processes on this machine
    retries : how often a failed task is tried again
    prepare, arguments : called once in every process before its first task
    """
    if workers <= 1 and not address:
        if prepare is not None:
            prepare(*arguments)
        yield from (_run_locally(function, task, retries) for task in tasks)
        return
    waiting = list(tasks)
    for left in range(retries, -1, -1):
        failed: list[Task] = []
        # A killed worker breaks its pool, so every try has a new one.
        with _open_executor(workers, address, prepare, arguments) as pool:
            for done in _run_in_pool(pool, function, waiting):
                if done.error is None or not left:
                    yield done
                else:
                    failed.append(done.task)
        if not failed:
            return
        waiting = failed


def run_batch_tasks(
    function: Callable[[Batches], Result],
    tasks: Sequence[Batches],
    *,
    step: str,
    work: str,
    workers: int,
    address: str,
    prepare: Callable[[], None],
    watch: ProgressDisplay | None,
) -> Iterator[Result]:
    """Yield the result of every task and show the progress of a step by batches.

    `step` is what the display shows ("estimate"), `work` what an error says ("estimating").
    """
    with (watch or ignore_progress)(step, sum(len(task.batches) for task in tasks), "batches") as advance:
        for done in run_tasks(function, tasks, workers=min(workers, len(tasks)), address=address, prepare=prepare):
            yield done.unwrap_result(f"{work} batches {done.task.batches}")
            advance(len(done.task.batches))


def _run_locally(function: Callable[[Task], Result], task: Task, retries: int) -> TaskOutcome[Task, Result]:
    for left in range(retries, -1, -1):
        try:
            return TaskOutcome(task, function(task), None)
        except Exception as error:
            if not left:
                return TaskOutcome(task, None, error)
    raise AssertionError("retries is negative")


def _run_in_pool(
    pool: Executor, function: Callable[[Task], Result], tasks: Sequence[Task]
) -> Iterator[TaskOutcome[Task, Result]]:
    futures: dict[Future[Result], Task] = {pool.submit(function, task): task for task in tasks}
    for future in as_completed(futures):
        error = future.exception()
        yield TaskOutcome(futures[future], None if error else future.result(), error)


@contextmanager
def _open_executor(
    workers: int, address: str, prepare: Callable[..., None] | None, arguments: tuple[Any, ...]
) -> Iterator[Executor]:
    if address:
        yield _connect_dask(address, prepare, arguments)
        return
    # Spawned, not forked: a fork would share the parent's database connections.
    context = get_context("spawn")
    with ProcessPoolExecutor(workers, context, prepare, arguments) as pool:
        yield pool


def _connect_dask(address: str, prepare: Callable[..., None] | None, arguments: tuple[Any, ...]) -> Executor:
    try:
        from distributed import Client
    except ImportError as error:
        raise GrilseError("--engine needs Dask: pip install 'grilse[dask]'") from error
    client = Client(address)
    if prepare is not None:
        client.run(prepare, *arguments)
    executor: Executor = client.get_executor()
    return executor
