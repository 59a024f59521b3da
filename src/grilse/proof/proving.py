"""Hot queries run, each as those who ask it do, and nothing of it stays."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from statistics import median
from time import perf_counter
from typing import Any

from django.db import transaction

from grilse.proof import conf
from grilse.proof.asking import fetched
from grilse.proof.capture import Statement, captured
from grilse.proof.judge import BROKEN, UNPROVEN, Figure, Ran, judged, without_run
from grilse.proof.kept import Proof
from grilse.proof.plan import explain
from grilse.proof.registry import Hot
from grilse.proof.surroundings import blocks, commit, pace, rows, versions

MOST_RUNS, ENOUGH_MS = 7, 400.0
"""A query is timed this often, or until its runs took so long together."""
Advance = Callable[[float], None]


def prove(hot: Iterable[Hot], advance: Advance = lambda _: None) -> Proof:
    """Run hot queries, and return what each used beside its budget."""
    at = datetime.now(UTC)
    figures = []
    for one in hot:
        figures.append(figure(one))
        advance(1)
    return Proof(
        at=at.isoformat(timespec="seconds"),
        versions=versions(),
        commit=commit(),
        rows=rows(),
        pace=pace(),
        figures=tuple(figures),
    )


def figure(hot: Hot) -> Figure:
    """Run one hot query in a transaction that is rolled back, and return what it used."""
    with transaction.atomic():
        try:
            with conf.entered(), transaction.atomic():
                return _figure(hot)
        except Exception as error:
            # One that fails must not hide what the others show.
            return without_run(hot, BROKEN, f"failed: {type(error).__name__}: {error}".split("\n")[0])
        finally:
            transaction.set_rollback(True)


def _figure(hot: Hot) -> Figure:
    given = hot.example()
    if given is None:
        return without_run(hot, UNPROVEN, "not asked: this database has nothing to ask it")
    with _undone(), captured() as statements:
        fetched(hot.run(**given))
    taken = sorted(_times(hot, given))
    return judged(hot, list(_ran(statements)), blocks(hot.unscanned), median(taken))


def _times(hot: Hot, given: Mapping[str, Any]) -> Iterator[float]:
    spent = 0.0
    for _ in range(MOST_RUNS):
        with _undone():
            begun = perf_counter()
            fetched(hot.run(**given))
            took = 1000 * (perf_counter() - begun)
        yield took
        spent += took
        if spent > ENOUGH_MS:
            return


def _ran(statements: Iterable[Statement]) -> Iterator[Ran]:
    """Yield the statements with their plans, each run after those before it, as in the function."""
    with _undone():
        for one in statements:
            yield Ran(text=one.text, plan=explain(one, analyze=True))


@contextmanager
def _undone() -> Iterator[None]:
    """Roll back what the block changes."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
