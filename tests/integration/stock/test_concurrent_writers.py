"""Two writers of one placement at the same moment, two hundred times: no fish lost, none made."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from tests.edited_farm import on

from grilse.access.tenancy import tenant_transaction
from grilse.growth.models import DailyState
from grilse.stock.actions import harvests, losses, transfer_orders
from grilse.stock.actions.balance import read_ledgers
from grilse.stock.actions.batches import BatchStartOutcome, NewBatch, NewStocking, start_batch
from grilse.stock.models import Movement, Species
from grilse.stock.rules import find_placements

ROUNDS = 200
PATIENCE = 60  # seconds after which somebody waits for ever
STOCKED, DEAD, CULLED, SOLD, MOVED = 10_000, 1, 2, 3, 5


@pytest.fixture
def executors() -> Iterator[list[ThreadPoolExecutor]]:
    """Two writers' desks, each with a connection of its own."""
    executors = [ThreadPoolExecutor(1), ThreadPoolExecutor(1)]
    yield executors
    for desk in executors:
        # The name stands for another connection in every thread.
        desk.submit(lambda: connection.close()).result()
        desk.shutdown()
    connection.close()


@pytest.fixture
def tank(farm) -> BatchStartOutcome:
    """Ten thousand fish in a tank, of a batch that began a few days before the last reading."""
    stocked = [NewStocking(container=farm.containers["T1"], stage=5, count=STOCKED, mean_weight_g=90.0)]
    with tenant_transaction(farm.company, farm.user):
        return start_batch(NewBatch(number="D", species=Species.objects.get().pk, start=on(41), stocked=stocked))


@pytest.fixture
def order(farm, tank) -> transfer_orders.OrderPlanOutcome:
    """From the tank into the next, a few at a time."""
    line = transfer_orders.NewLine(source=tank.placements[0], container=farm.containers["T2"], count=1_000)
    with tenant_transaction(farm.company, farm.user):
        return transfer_orders.plan_order(transfer_orders.NewOrder(batch=tank.batch, date=on(42), lines=[line]))


def record_loss(tank, kind, count):
    [placement] = tank.placements
    loss = losses.Loss(placement=placement, count=count)
    losses.record_losses(losses.NewLosses(date=on(42), kind=kind, losses=[loss]))


def sell_fish(tank):
    [placement] = tank.placements
    harvests.record_harvests([harvests.NewHarvest(placement=placement, date=on(42), count=SOLD, kind="SALE")])


def execute_move(order):
    transfer_orders.execute_transfer(
        order.order, [transfer_orders.Move(line=order.lines[0], date=on(42), count=MOVED, more=True)]
    )


def run_write(farm, begin, verb, *given):
    """Write in a transaction of its own, the moment that the other writer begins too."""
    begin.wait()
    with tenant_transaction(farm.company, farm.user):
        verb(*given)


def test_two_writers_of_one_placement_lose_and_make_no_fish(farm, executors, tank, order):
    second = ((record_loss, tank, "CULL", CULLED), (sell_fish, tank), (execute_move, order), (execute_move, order))
    begin = Barrier(2)
    for i in range(ROUNDS):
        mine, second_write = (record_loss, tank, "MORTALITY", DEAD), second[i % len(second)]
        begun = [
            desk.submit(run_write, farm, begin, *job) for desk, job in zip(executors, (mine, second_write), strict=True)
        ]
        for done in begun:
            done.result(timeout=PATIENCE)

    quarter = ROUNDS // len(second)
    moved, left = 2 * quarter * MOVED, ROUNDS * DEAD + quarter * (CULLED + SOLD)
    with tenant_transaction(farm.company, farm.user):
        [target] = {row.target_id for row in Movement.objects.filter(order=order.order)}
        [source] = tank.placements
        ledgers = read_ledgers(find_placements([source, target]).values())
        counts = [ledgers.get_count_on(id, on(44)) for id in (source, target)]
        assert counts == [STOCKED - left - moved, moved]
        assert Movement.objects.filter(source=source).count() == 2 * ROUNDS
        states = DailyState.objects.filter(placement__in=(source, target), date=on(44)).order_by("placement")
        assert [state.count for state in states] == [STOCKED - left - moved, moved]
