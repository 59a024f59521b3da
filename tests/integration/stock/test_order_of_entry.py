"""The ledger does not depend on the order in which facts are entered, corrected and withdrawn.

2,000 random histories with every run of the tests, each in two orders; `make fuzz` tries 50,000.
"""

import os
from collections import Counter
from copy import deepcopy
from dataclasses import replace
from itertools import count, islice

import pytest
from django.db import connections, transaction
from tests.edited_farm import on
from tests.stock_histories import END, History, describe_history, draw_history
from tests.stock_runs import Run, enter_runs, read_states, write_runs

from grilse.access.models import Company
from grilse.access.tenancy import tenant_transaction
from grilse.confirmation import accept_confirmed
from grilse.errors import GrilseError
from grilse.exchange.exports import export_package
from grilse.exchange.imports import import_package
from grilse.farm.models import Area, Container
from grilse.growth.estimating.triggers import reestimate_batches
from grilse.growth.models import DailyState
from grilse.stock import changes, hooks
from grilse.stock.actions import count_corrections, harvests, movements
from grilse.stock.ledger import COUNTING_CAUSE
from grilse.stock.models import Movement, Placement

ESTIMATED = 40  # histories that are estimated in both orders
HISTORIES = int(os.environ.get("GRILSE_FUZZ_CASES", "2000"))
AT_ONCE = 1_000


@pytest.fixture(autouse=True)
def confirmed():
    """Confirm unlikely values: whether one is asked about depends on what is entered before it."""
    with accept_confirmed(True):
        yield


@pytest.fixture
def ledger_only(monkeypatch):
    """Estimates are not part of this comparison."""
    monkeypatch.setattr(hooks, "change_handlers", [])
    # One person enters all: nobody else waits for a lock.
    monkeypatch.setattr(changes, "_lock_batches", lambda placements: set())
    # Withdrawal periods are read for each day.
    monkeypatch.setattr(hooks, "harvest_checks", [])


def check_histories(farm, seeds):
    """Enter histories in both orders and check what the ledger says; only their pens stay."""
    histories = [draw_history(seed) for seed in seeds]
    runs = commit_runs(farm, histories)
    with tenant_transaction(farm.company, farm.user):
        enter_runs(runs)
        states = list(read_states(runs))
        transaction.set_rollback(True)
    for history, (first, second), (one, other) in zip(
        histories, zip(runs[::2], runs[1::2], strict=True), zip(states[::2], states[1::2], strict=True), strict=True
    ):
        check_run(history, first, one)
        refused = [run.refusals.get(history.impossible) for run in (first, second)]
        assert refused[0] == refused[1], (describe_history(history), refused)
        assert one == other, describe_difference(history, one, other)


def commit_runs(farm, histories) -> list[Run]:
    """Stock the pens of histories; the planner has statistics of rows that are committed only."""
    with tenant_transaction(farm.company, farm.user):
        runs = write_runs(farm.company, Area.objects.get().pk, histories)
    with connections["owner"].cursor() as cursor:
        cursor.execute("ANALYZE farm_container, stock_batch, stock_placement, stock_movement")
    return runs


def check_run(history: History, run: Run, pens) -> None:
    """Check that a run took every fact, and that counts, starts and ends agree with them."""
    open_facts = [number for number in run.list_open() if number != history.impossible]
    assert not open_facts, (describe_history(history), run.refusals)
    assert history.impossible is None or history.impossible in run.refusals
    for pen, state in pens.items():
        start = history.find_start(pen)
        if start is None:
            assert state.stop == state.start, describe_history(history)
            assert not state.rows
            continue
        assert state.start == on(start), describe_history(history)
        for day, counted in state.counts.items():
            added = sum(
                number * row[-1]
                for row, number in state.rows.items()
                if row[0] == day and row[2] == COUNTING_CAUSE and row[-1] > 0
            )
            # Fish that the end of the pen brought too few are added on the day before it.
            is_before_end = state.stop is not None and (state.stop - day).days == 1
            assert 0 <= state.count_on(day) - counted <= (added if is_before_end else 0), describe_history(history)
        assert state.stop is None or state.count_on(state.stop) == 0, describe_history(history)


def describe_difference(history: History, one, other) -> str:
    """Return the history, and what the pens of its two orders do not share."""
    lines = [str(describe_history(history))]
    for pen in one:
        for name in ("start", "stop", "counts", "rows", "grades", "meals", "moved_lines"):
            mine, others = getattr(one[pen], name), getattr(other[pen], name)
            if mine != others:
                shown = (mine - others, others - mine) if name in ("rows", "grades") else (mine, others)
                lines.append(f"{pen} {name}: {shown}")
    return "\n".join(lines)


@pytest.mark.parametrize("first", range(0, HISTORIES, AT_ONCE))
def test_every_order_of_entry_gives_one_ledger(committed_farm, ledger_only, first):
    check_histories(committed_farm, range(first, min(first + AT_ONCE, HISTORIES)))


def test_every_order_of_entry_gives_one_estimate(committed_farm, ledger_only):
    farm = committed_farm
    runs = commit_runs(farm, [draw_history(seed) for seed in range(ESTIMATED)])
    with tenant_transaction(farm.company, farm.user):
        enter_runs(runs)
        reestimate_batches(dict.fromkeys((id for run in runs for id in run.placements.values()), on(0)))
        for first, second in zip(runs[::2], runs[1::2], strict=True):
            for pen in first.placements:
                one, other = (read_estimate(run.placements[pen]) for run in (first, second))
                assert one.keys() == other.keys(), describe_history(first.history)
                same = one == {day: pytest.approx(values, rel=1e-4) for day, values in other.items()}
                assert same, describe_history(first.history)
        assert DailyState.objects.filter(placement__in=[run.placements["X"] for run in runs]).count() > 500
        transaction.set_rollback(True)


def read_estimate(placement):
    rows = DailyState.objects.filter(placement=placement).values_list("date", "count", "mean_weight_g")
    return {day: values for day, *values in rows}


def test_an_import_and_entries_give_the_ledger_of_entries(committed_farm, ledger_only, owner, tmp_path):
    farm = committed_farm
    histories = [history for history in map(draw_history, range(40)) if history.impossible is None]
    histories = [history for history in histories if history.find_start("X") is not None]
    for history in histories:
        history.orders = history.orders[:1]
    runs = commit_runs(farm, histories)
    with tenant_transaction(farm.company, farm.user):
        entered = deepcopy(runs)
        enter_runs(entered)
        expected = list(read_states(entered))
        transaction.set_rollback(True)
    with tenant_transaction(farm.company, farm.user):
        later = [cut_run(run) for run in runs]
        enter_runs(runs)
    export_package(owner, tmp_path / "part", "Part", farm.company)
    owner.commit()
    import_package(owner, tmp_path / "part", company_name="Part")
    owner.commit()
    with tenant_transaction(Company.objects.using("owner").get(name="Part").pk):
        for run, order in zip(runs, later, strict=True):
            run.placements = {pen: Placement.objects.get(name=f"{run.name}{pen}").pk for pen in run.placements}
            run.containers = {pen: Container.objects.get(name=f"{run.name}{pen}").pk for pen in run.containers}
            run.order, run.rows, run.orders, run.skipped = order, {}, {}, set()
        enter_runs(runs)
        for history, run, state, pens in zip(histories, runs, read_states(runs), expected, strict=True):
            assert not run.list_open(), (describe_history(history), run.refusals)
            assert drop_harvests(state) == drop_harvests(pens), describe_history(history)


def cut_run(run: Run):
    """Leave the first half of the facts of a run to be entered; return the steps of the others.

    A fact is corrected and withdrawn on the side on which it was entered: rows have other ids after an import.
    """
    half = len(run.order) // 2
    run.skipped = {step.fact for step in run.order[half:]} - {0, 1}  # the first stockings are entered
    later = [step for step in run.order if step.fact in run.skipped]
    run.order = [step for step in run.order if step.fact not in run.skipped]
    return later


def drop_harvests(pens):
    """Return pens without the harvest of each grade: a package names it only where there are several."""
    return {
        pen: replace(state, grades=Counter(grade[2:] for grade in state.grades.elements()), moved_lines=0)
        for pen, state in pens.items()
    }


def keep_differences(monkeypatch):
    pair = count_corrections._pair_corrections
    monkeypatch.setattr(
        count_corrections, "_pair_corrections", lambda *both: [(old, new) for old, new in pair(*both) if old is None]
    )


def keep_starts(monkeypatch):
    follow = movements.follow_arrivals

    def keep(ledgers, placements, old):
        starts = {placement.pk: placement.start for placement in ledgers.placements}
        former = follow(ledgers, placements, old)
        for placement in ledgers.placements:
            placement.start = starts[placement.pk]
        return former

    monkeypatch.setattr(movements, "follow_arrivals", keep)


def refuse_second_harvest(monkeypatch):
    record = harvests.record_harvests

    def refuse(new):
        for harvest in new:
            if Movement.objects.filter(kind="HARVEST", source=harvest.placement, date=harvest.date).exists():
                raise GrilseError("the harvest is there already")
        return record(new)

    monkeypatch.setattr(harvests, "record_harvests", refuse)


def count_late_deaths_twice(monkeypatch):
    """The correction at the end of a pen stays as it was when the pen was emptied."""
    pair = count_corrections._pair_corrections

    def leave_ends(*both):
        return [(old, new) for old, new in pair(*both) if old is None or old.day < on(END - 1)]

    monkeypatch.setattr(count_corrections, "_pair_corrections", leave_ends)


def leave_withdrawn_pens(monkeypatch):
    follow = movements.follow_arrivals

    def leave(ledgers, placements, old):
        stops = {placement.pk: placement.stop for placement in ledgers.placements}
        former = follow(ledgers, placements, old)
        for placement in ledgers.placements:
            if placement.stop == placement.start:
                placement.stop = stops[placement.pk]
        return former

    monkeypatch.setattr(movements, "follow_arrivals", leave)


def has_count(history):
    return any(fact.kind == "COUNT" and fact.final is not None for fact in history.facts)


def has_moved_start(history):
    return history.find_start("X") not in (None, history.facts[0].versions[0].day)


def has_two_boats(history):
    days = [fact.final.day for fact in history.facts if fact.kind == "HARVEST" and fact.final is not None]
    return len(set(days)) < len(days)


def has_late_deaths(history):
    return any(fact.kind == "MORTALITY" and fact.final is not None and fact.final.day == END for fact in history.facts)


def has_withdrawn_pen(history):
    return history.find_start("X") is None


@pytest.mark.parametrize(
    ("plant", "is_affected"),
    [
        (keep_differences, has_count),
        (keep_starts, has_moved_start),
        (refuse_second_harvest, has_two_boats),
        (count_late_deaths_twice, has_late_deaths),
        (leave_withdrawn_pens, has_withdrawn_pen),
    ],
)
def test_a_planted_fault_is_found(committed_farm, ledger_only, monkeypatch, plant, is_affected):
    seeds = list(islice((seed for seed in count() if is_affected(draw_history(seed))), 5))
    plant(monkeypatch)

    with pytest.raises((AssertionError, GrilseError)):
        check_histories(committed_farm, seeds)
