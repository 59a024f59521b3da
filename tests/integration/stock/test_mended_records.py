"""Records of yesterday that people mend: starts, forgotten moves, counts, batches entered by mistake."""

from dataclasses import replace

import pytest
from tests.edited_farm import on
from tests.integration.api.conftest import Program, create_key

from grilse.errors import GrilseError
from grilse.farm.models import Container
from grilse.growth.models import BatchState, DailyState
from grilse.stock.actions import fish_counts, losses, movements, weight_samples
from grilse.stock.actions.batches import NewBatch, NewStocking, start_batch, withdraw_batch
from grilse.stock.actions.fish_counts import NewFishCount
from grilse.stock.actions.harvests import NewHarvest, record_harvests
from grilse.stock.actions.movements import NewMovement
from grilse.stock.actions.transfer_orders import Move, NewLine, NewOrder, execute_transfer, plan_order
from grilse.stock.models import Batch, FishCount, Movement, Placement, Species

REASON = {"reason": "the protocol of the well boat"}


@pytest.fixture
def pens(farm, acting):
    """Two empty pens."""
    area = Container.objects.get(pk=farm.containers["P1"]).area_id
    made = [
        Container.objects.create(company_id=farm.company, name=name, kind="pen", area_id=area, volume_m3=1000)
        for name in ("Q1", "Q2")
    ]
    return [pen.pk for pen in made]


@pytest.fixture
def batch(pens):
    """A batch of 10,000 fish in the first pen, from day 30 on."""
    return start_batch(build_batch("D", pens[0]))


def build_batch(number, pen, day=30):
    stocked = [NewStocking(container=pen, stage=6, count=10_000, mean_weight_g=300.0)]
    return NewBatch(number=number, species=Species.objects.get().pk, start=on(day), stocked=stocked)


def move_fish(batch, pen, day, count, **options):
    line = NewLine(source=batch.placements[0], container=pen, count=count)
    planned = plan_order(NewOrder(batch=batch.batch, date=on(day), lines=[line]))
    [moved] = execute_transfer(planned.order, [Move(line=planned.lines[0], date=on(day), count=count, **options)])
    return moved


def correct_stocking(batch, day, count=10_000):
    [row] = Movement.objects.filter(target=batch.placements[0], kind="STOCKING").exclude_replaced()
    entry = NewMovement(date=on(day), kind="STOCKING", count=count, target=batch.placements[0])
    return movements.correct_movement(row.pk, entry, **REASON)


def list_corrections(placement):
    """Return day and count of the effective count corrections, below 0 where fish were taken out."""
    rows = Movement.objects.filter(kind="COUNT_CORRECTION", count__gt=0).exclude_replaced()
    both = rows.filter(source=placement) | rows.filter(target=placement)
    return [(row.date, -row.count if row.source_id else row.count) for row in both.order_by("date", "pk")]


def read_period(placement):
    return Placement.objects.values_list("start", "stop").get(pk=placement)


def test_a_placement_and_its_batch_start_with_the_stocking(batch):
    [pen] = batch.placements

    for day in (28, 33, 31):
        correct_stocking(batch, day)
        assert read_period(pen) == (on(day), None)
        assert Batch.objects.get(pk=batch.batch).start_date == on(day)
        assert DailyState.objects.filter(placement=pen).earliest("date").date == on(day)


def test_an_earlier_stocking_moves_the_start_and_its_withdrawal_moves_it_back(batch):
    [pen] = batch.placements

    [early] = movements.record_movements([NewMovement(date=on(26), kind="STOCKING", count=500, target=pen)])
    assert read_period(pen) == (on(26), None)
    movements.withdraw_movements([early], **REASON)

    assert read_period(pen) == (on(30), None)
    assert Batch.objects.get(pk=batch.batch).start_date == on(30)


def test_a_start_does_not_pass_a_record_or_another_batch(batch, pens):
    [pen] = batch.placements
    sample = weight_samples.NewSample(placement=pen, date=on(31), fish_weighed=20, mean_weight_g=310.0)
    [id] = weight_samples.record_samples([sample])

    with pytest.raises(GrilseError, match="D/6/Q1 cannot start on 2024-02-03: there is a weight sample of 2024-02-01"):
        correct_stocking(batch, 33)
    weight_samples.withdraw_sample(id, **REASON)
    [row] = Movement.objects.filter(target=pen)
    movements.correct_movement(row.pk, NewMovement(date=on(33), kind="STOCKING", count=9, target=pen), **REASON)
    other = start_batch(build_batch("E", pens[1], 20))
    record_harvests([NewHarvest(placement=other.placements[0], date=on(25), count=10_000, last=True)])
    second = start_batch(build_batch("F", pens[1], 29))
    with pytest.raises(GrilseError, match="Q2 is not free on 2024-01-25: batch E is there from 2024-01-21"):
        correct_stocking(second, 24)
    correct_stocking(second, 25)


def test_fish_join_those_of_their_batch_that_came_later(batch, pens):
    later = move_fish(batch, pens[1], 40, 4_000)

    forgotten = move_fish(batch, pens[1], 35, 1_000)

    assert forgotten.placement == later.placement
    assert read_period(later.placement) == (on(35), None)
    movements.withdraw_movements([forgotten.movement], **REASON)
    assert read_period(later.placement) == (on(40), None)


def test_a_count_is_kept_and_the_difference_follows(batch):
    [pen] = batch.placements
    [count] = fish_counts.record_fish_counts([NewFishCount(placement=pen, date=on(36), count=9_900)])
    assert list_corrections(pen) == [(on(36), -100)]

    losses.record_losses(losses.NewLosses(date=on(34), losses=[losses.Loss(placement=pen, count=30)]))
    assert list_corrections(pen) == [(on(36), -70)]
    losses.record_losses(losses.NewLosses(date=on(37), losses=[losses.Loss(placement=pen, count=30)]))
    assert list_corrections(pen) == [(on(36), -70)], "after the count"
    correct_stocking(batch, 30, count=9_800)
    assert list_corrections(pen) == [(on(36), 130)]
    assert DailyState.objects.get(placement=pen, date=on(36)).count == 9_900

    entry = NewFishCount(placement=pen, date=on(33), count=9_790, method="plant", note="by the plant")
    fish_counts.correct_fish_count(count, entry, **REASON)
    assert list_corrections(pen) == [(on(33), -10)]
    fish_counts.withdraw_fish_count(count, **REASON)
    assert list_corrections(pen) == []
    assert not FishCount.objects.exists()


def test_counts_that_cannot_be_are_refused(batch):
    [pen] = batch.placements
    record_harvests([NewHarvest(placement=pen, date=on(40), count=10_000, last=True)])
    count = NewFishCount(placement=pen, date=on(36), count=9_900)
    fish_counts.record_fish_counts([count])
    [row] = Movement.objects.filter(kind="COUNT_CORRECTION", source=pen).exclude_replaced()

    for new, why in (
        (count, "a fish count of D/6/Q1 on 2024-02-06 is there already"),
        (replace(count, date=on(40), count=0), "2024-02-10 is after its placement"),
        (replace(count, date=on(37), count=-1), "-1 fish counted"),
        (replace(count, date=on(37), method="guess"), "guess is none of counter, plant, hand"),
    ):
        with pytest.raises(GrilseError, match=why):
            fish_counts.record_fish_counts([new])
    with pytest.raises(GrilseError, match="the correction follows from D/6/Q1 on 2024-02-06, its count"):
        movements.withdraw_movements([row.pk], **REASON)
    entered = NewMovement(date=on(36), kind="COUNT_CORRECTION", count=3, source=pen, cause="COUNTING")
    with pytest.raises(GrilseError, match="COUNTING is the cause of corrections that follow from counts"):
        movements.record_movements([entered])
    movements.record_movements([replace(entered, cause="")])
    with pytest.raises(GrilseError, match="a MORTALITY does not empty a placement"):
        movements.record_movements([replace(entered, kind="MORTALITY", cause="", last=True)])


def test_one_of_two_last_boats_is_withdrawn(batch):
    [pen] = batch.placements
    boats = [NewHarvest(placement=pen, date=on(40), count=count, last=count == 4_000) for count in (5_900, 4_000)]
    first, last = record_harvests(boats)
    assert (last.emptied, last.corrected, list_corrections(pen)) == (True, 100, [(on(40), -100)])

    movements.withdraw_movements([first.movement], **REASON)
    assert (read_period(pen), list_corrections(pen)) == ((on(30), on(40)), [(on(40), -6_000)])
    [row] = movements.withdraw_movements([last.movement], **REASON)
    assert (read_period(pen), list_corrections(pen)) == ((on(30), None), [])
    entry = NewMovement(date=on(39), kind="HARVEST", count=9_999, source=pen, last=True)
    movements.correct_movement(row, entry, **REASON)
    assert (read_period(pen), list_corrections(pen)) == ((on(30), on(39)), [(on(39), -1)])


def test_a_withdrawn_stocking_frees_the_pen_until_it_is_corrected_back(batch, pens):
    [pen] = batch.placements
    fish_counts.record_fish_counts([NewFishCount(placement=pen, date=on(36), count=9_900)])
    [row] = batch.movements
    with pytest.raises(GrilseError, match="no fish would have come to D/6/Q1, yet there is a fish count of 2024-02-06"):
        movements.withdraw_movements([row], **REASON)
    fish_counts.withdraw_fish_count(FishCount.objects.get().pk, **REASON)

    [withdrawn] = movements.withdraw_movements([row], **REASON)
    assert read_period(pen) == (on(30), on(30))
    assert not BatchState.objects.filter(batch=batch.batch).exists()
    other = start_batch(build_batch("E", pens[0], 32))
    entry = NewMovement(date=on(31), kind="STOCKING", count=8_000, target=pen)
    with pytest.raises(GrilseError, match="Q1 is not free on 2024-02-01: batch E is there"):
        movements.correct_movement(withdrawn, entry, **REASON)
    withdraw_batch(other.batch, **REASON)
    movements.correct_movement(withdrawn, entry, **REASON)

    assert read_period(pen) == (on(31), None)
    assert Batch.objects.get(pk=batch.batch).status == "active"


def test_a_batch_entered_by_mistake_leaves_nothing(batch, pens):
    [pen] = batch.placements
    moved = move_fish(batch, pens[1], 35, 1_000)
    fish_counts.record_fish_counts([NewFishCount(placement=pen, date=on(36), count=8_900)])
    sample = weight_samples.NewSample(placement=pen, date=on(37), fish_weighed=20, mean_weight_g=310.0)
    weight_samples.record_samples([sample])
    record_harvests([NewHarvest(placement=pen, date=on(40), count=8_000, last=True)])

    with pytest.raises(GrilseError, match="say why"):
        withdraw_batch(batch.batch, reason=" ")
    withdraw_batch(batch.batch, **REASON)

    for id in (pen, moved.placement):
        start, stop = read_period(id)
        assert start == stop
    assert not DailyState.objects.filter(placement__in=(pen, moved.placement)).exists()
    rows = Movement.objects.filter(source__batch=batch.batch) | Movement.objects.filter(target__batch=batch.batch)
    assert not rows.filter(count__gt=0).exclude_replaced().exists()
    with pytest.raises(GrilseError, match=f"batch D withdrawn {batch.batch}: it is withdrawn already"):
        withdraw_batch(batch.batch, **REASON)
    again = start_batch(build_batch("D", pens[0], 5))
    assert Placement.objects.get(pk=again.placements[0]).name == "D/6/Q1"
    assert move_fish(again, pens[1], 6, 10).opened


def test_the_api_withdraws_and_counts(committed_farm, database):
    farm = committed_farm
    program = Program(create_key(farm.company, "admin"))
    pen = Container.objects.using("owner").create(
        company_id=farm.company, name="Q1", kind="pen", volume_m3=1000,
        area_id=Container.objects.using("owner").get(pk=farm.containers["P1"]).area_id,
    )  # fmt: skip
    new = {"number": "MISTAKE", "species": 1, "start": str(on(30))}
    new["stocked"] = [{"container": pen.pk, "stage": 6, "count": 5_000, "mean_weight_g": 100}]
    first = program.post("/batches", new).json()
    assert program.delete(f"/movements/{first['movements'][0]}?reason=wrong+day").status_code == 200
    second = program.post("/batches", {**new, "number": "RIGHT"}).json()
    assert program.delete(f"/batches/{second['batch']}?reason=wrong+pen").status_code == 200
    third = program.post("/batches", {**new, "number": "RIGHT"}).json()

    counted = {"placement": third["placements"][0], "date": str(on(33)), "count": 4_900}
    answer = program.post("/fish-counts", {"counts": [counted]})

    assert answer.status_code == 201, answer.content
    [row] = program.get("/fish-counts").json()["items"]
    assert (row["count"], row["placement"], row["method"]) == (4_900, "RIGHT/6/Q1", "counter")
