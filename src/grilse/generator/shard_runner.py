"""Makes the shards of a history in parallel: first the batches, then their feed and the staff."""

import traceback
from collections.abc import Callable, Collection, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass

from grilse import engine, home
from grilse.errors import GrilseError
from grilse.generator.load import batch_shard, store_shard
from grilse.generator.load.shards import ShardTarget, ShardTask
from grilse.generator.schedule.run import GeneratorRun, has_truth_files
from grilse.generator.staff import staff_shard

OpenProgress = Callable[[str, float, str], AbstractContextManager[Callable[[float], None]]]
LoadShard = Callable[[ShardTask], dict[str, int]]


@dataclass(frozen=True, kw_only=True, slots=True)
class ShardRunner:
    """Makes the shards of a run in several processes, and reports the progress."""

    workers: int
    address: str = ""  # of a Dask scheduler
    watch: OpenProgress
    prepare: Callable[[], None]

    def make_shards(
        self, run: GeneratorRun, target: ShardTarget, done: Collection[tuple[str, str]], staff: Sequence[str] = ()
    ) -> None:
        """Make the unfinished shards, and the missing truth files of finished batches.

        `staff` are the shards of the staff; a folder of files has none.
        """
        batches = [
            ShardTask(run, target, batch.number, (batch_shard.KIND, batch.number) in done)
            for batch in run.plan.batches
            if (batch_shard.KIND, batch.number) not in done or not has_truth_files(run.key, batch.number)
        ]
        parts = [(store_shard.KIND, site) for site in run.list_sites()]
        parts += [(staff_shard.KIND, shard) for shard in staff]
        rest = [ShardTask(run, target, key, kind=kind) for kind, key in parts if (kind, key) not in done]
        self._run_tasks("batches", batch_shard.load_batch, batches)
        self._run_tasks("feed and staff" if staff else "feed", load_store_or_staff, rest)

    def _run_tasks(self, phase: str, make: LoadShard, tasks: Sequence[ShardTask]) -> None:
        """Run the tasks; the error names the shards that failed twice and the folder of their logs."""
        failed: list[str] = []
        workers = min(self.workers, len(tasks))
        with self.watch(phase, len(tasks), "shards") as advance:
            for done in engine.run_tasks(make, tasks, workers=workers, address=self.address, prepare=self.prepare):
                advance(1)
                if done.error is not None:
                    failed.append(f"{done.task.key} ({_format_error(done.error)})")
                    _write_error_log(done.task, done.error)
        if failed:
            where = home.find_home() / "logs" / tasks[0].run.key
            raise GrilseError(
                f"{len(failed)} of {len(tasks)} shards failed: {', '.join(failed[:5])}; logs in {where};"
                " what is loaded stays, the same command goes on"
            )


def load_store_or_staff(task: ShardTask) -> dict[str, int]:
    """Make the feed of a hall or area, or the days of the staff of a site or office."""
    make = staff_shard.load_staff if task.kind == staff_shard.KIND else store_shard.load_store
    return make(task)


def _format_error(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}".splitlines()[0][:200]


def _write_error_log(task: ShardTask, error: BaseException) -> None:
    folder = home.make_folder("logs") / task.run.key
    folder.mkdir(exist_ok=True)
    (folder / f"{task.key}.log").write_text("".join(traceback.format_exception(error)))
