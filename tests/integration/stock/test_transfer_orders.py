"""Transfer orders: planned, carried out pen by pen, partly, late, or cancelled."""

from dataclasses import replace

import pytest
from django.db import transaction
from tests.edited_farm import DB, on, write_farm

from grilse.access.models import Company
from grilse.access.tenancy import tenant_transaction
from grilse.confirmation import accept_confirmed
from grilse.errors import GrilseError
from grilse.farm.models import Container, Geography
from grilse.stock.actions import harvests, losses, movements, weight_samples
from grilse.stock.actions.batches import NewBatch, NewStocking, start_batch
from grilse.stock.actions.transfer_orders import Move, NewLine, NewOrder, cancel_order, execute_transfer, plan_order
from grilse.stock.models import Batch, Movement, Placement, Species, TransferLine, TransferOrder

REASON = {"reason": "the boat did not come"}


@pytest.fixture
def empty_pens(farm, acting):
    """Two empty pens."""
    area = Container.objects.get(pk=farm.containers["P1"]).area_id
    containers = [
        Container.objects.create(company_id=farm.company, name=name, kind="pen", area_id=area, volume_m3=1000)
        for name in ("P5", "P6")
    ]
    return [container.pk for container in containers]


@pytest.fixture
def order(farm, empty_pens):
    """Both pens of a batch into empty ones."""
    lines = [
        NewLine(source=farm.placements[source], container=container, count=count)
        for source, container, count in (("A/P1", empty_pens[0], 5_975), ("A/P2", empty_pens[1], 2_900))
    ]
    return NewOrder(batch=farm.batches["A"], date=on(40), lines=lines)


def build_move(line, **given):
    return Move(**{"line": line, "date": on(40), "count": 500, **given})


def read_order_status(planned):
    return TransferOrder.objects.get(pk=planned.order).status


def list_line_statuses(planned):
    return [TransferLine.objects.get(pk=line).status for line in planned.lines]


def test_an_order_is_planned_line_by_line_and_numbered_by_its_day(farm, acting, order):
    first, second = plan_order(order), plan_order(order)

    assert (first.number, second.number) == ("TRF-A-D040", "TRF-A-D040-2")
    assert (read_order_status(first), list_line_statuses(first)) == ("planned", ["planned"] * 2)
    assert TransferLine.objects.get(pk=first.lines[0]).stage.order == 6, "the one that the fish are at"


def test_an_order_is_carried_out_pen_by_pen(farm, acting, order, empty_pens):
    planned = plan_order(order)

    [first] = execute_transfer(
        planned.order, [build_move(planned.lines[0], count=5_970, mean_weight_g=171.5, fish_weighed=90, last=True)]
    )
    assert (read_order_status(planned), list_line_statuses(planned)) == ("in progress", ["done", "planned"])
    assert (first.opened, first.emptied, first.corrected) == (True, True, 5)
    target = Placement.objects.get(pk=first.placement)
    assert (target.name, target.container_id, target.start) == ("A/6/P5", empty_pens[0], on(40))
    assert Placement.objects.get(pk=farm.placements["A/P1"]).stop == on(40)
    row = Movement.objects.get(pk=first.movement)
    assert (row.kind, row.order_id, row.mean_weight_g) == ("TRANSFER", planned.order, 171.5)

    execute_transfer(planned.order, [build_move(planned.lines[1], date=on(41), count=2_900, last=True)])
    assert (read_order_status(planned), list_line_statuses(planned)) == ("completed", ["done", "done"])
    assert Batch.objects.get(pk=farm.batches["A"]).status == "active"


def test_a_line_may_take_several_days_and_may_be_entered_late(farm, acting, order):
    planned = plan_order(order)

    [first] = execute_transfer(planned.order, [build_move(planned.lines[0], date=on(35), more=True)])
    [second] = execute_transfer(planned.order, [build_move(planned.lines[0], date=on(37))])

    assert (first.opened, second.opened) == (True, False)
    assert first.placement == second.placement
    assert list_line_statuses(planned) == ["done", "planned"]
    with pytest.raises(GrilseError, match="TRF-A-D040, A/P1 to P5, is done already"):
        execute_transfer(planned.order, [build_move(planned.lines[0])])


def test_fish_join_their_own_batch_and_others_only_on_purpose(farm, acting, order):
    own, other = farm.containers["P2"], farm.containers["P3"]
    first = order.lines[0]
    planned = plan_order(replace(order, lines=[replace(first, container=own), replace(first, container=other)]))

    [joined] = execute_transfer(planned.order, [build_move(planned.lines[0])])
    assert (joined.opened, joined.placement) == (False, farm.placements["A/P2"])
    with pytest.raises(GrilseError, match="P3 is not free on 2024-02-10: batch B is there from 2024-01-25 on"):
        execute_transfer(planned.order, [build_move(planned.lines[1])])
    [mixed] = execute_transfer(planned.order, [build_move(planned.lines[1], mix=True)])
    assert mixed.placement == farm.placements["B/P3"]


def test_fish_stay_in_their_container_at_the_next_stage(farm, acting):
    stocked = [NewStocking(container=farm.containers["T1"], stage=5, count=9_900, mean_weight_g=90.0)]
    started = start_batch(NewBatch(number="D", species=Species.objects.get().pk, start=on(30), stocked=stocked))
    line = NewLine(source=started.placements[0], container=farm.containers["T1"], count=9_900, stage=6)
    planned = plan_order(NewOrder(batch=started.batch, date=on(40), lines=[line]))

    with pytest.raises(GrilseError, match="the fish of D/5/T1 go where they were"):
        execute_transfer(planned.order, [build_move(planned.lines[0], count=9_900)])
    [done] = execute_transfer(planned.order, [build_move(planned.lines[0], count=9_900, last=True)])

    assert Placement.objects.get(pk=done.placement).name == "D/6/T1"
    assert Batch.objects.get(pk=started.batch).status == "active"


def test_a_withdrawn_transfer_waits_again_and_its_source_stays_open(farm, acting, order):
    planned = plan_order(order)
    [done] = execute_transfer(planned.order, [build_move(planned.lines[0], count=5_970, last=True)])

    movements.withdraw_movements([done.movement], reason="another pen")

    assert (read_order_status(planned), list_line_statuses(planned)) == ("in progress", ["planned", "planned"])
    assert Placement.objects.get(pk=farm.placements["A/P1"]).stop is None
    [again] = execute_transfer(planned.order, [build_move(planned.lines[0], count=5_971, last=True)])
    assert (again.corrected, again.placement) == (4, done.placement)


def test_a_transfer_that_is_entered_again_completes_its_order(farm, acting, order):
    planned = plan_order(replace(order, lines=order.lines[:1]))
    [moved] = execute_transfer(planned.order, [build_move(planned.lines[0])])
    [withdrawn] = movements.withdraw_movements([moved.movement], **REASON)
    assert (read_order_status(planned), list_line_statuses(planned)) == ("in progress", ["planned"])
    row = Movement.objects.get(pk=moved.movement)
    entry = replace(movements.build_withdrawal(row), count=row.count, replaces=withdrawn, last=None)

    [again] = movements.record_movements([entry], **REASON)

    assert (read_order_status(planned), list_line_statuses(planned)) == ("completed", ["done"])
    movements.record_movements([replace(entry, count=0, replaces=again)], **REASON)
    assert (read_order_status(planned), list_line_statuses(planned)) == ("in progress", ["planned"])


def test_an_order_is_cancelled_whole_or_by_line_for_a_reason(farm, acting, order):
    planned, other = plan_order(order), plan_order(order)

    with pytest.raises(GrilseError, match="say why"):
        cancel_order(planned.order, reason=" ")
    assert cancel_order(planned.order, **REASON) == "cancelled"
    assert list_line_statuses(planned) == ["cancelled"] * 2
    with pytest.raises(GrilseError, match="TRF-A-D040 has no line that is still planned"):
        cancel_order(planned.order, **REASON)
    with pytest.raises(GrilseError, match="TRF-A-D040, A/P1 to P5, is cancelled already"):
        execute_transfer(planned.order, [build_move(planned.lines[0])])

    assert cancel_order(other.order, lines=other.lines[:1], **REASON) == "planned"
    execute_transfer(other.order, [build_move(other.lines[1])])
    assert read_order_status(other) == "completed"


def test_the_rest_of_an_order_that_began_is_given_up_and_it_is_completed(farm, acting, order):
    planned = plan_order(order)
    execute_transfer(planned.order, [build_move(planned.lines[0])])

    assert cancel_order(planned.order, **REASON) == "completed"
    assert list_line_statuses(planned) == ["done", "cancelled"]


def test_an_order_of_another_company_is_not_there(farm, acting, order):
    other = Company.objects.using(DB).create(name=f"Beside {farm.company}").pk
    other_order = TransferOrder.objects.using(DB).create(
        company_id=other,
        batch_id=write_farm(other).batches["A"],
        number="TRF-A-D040",
        planned_date=on(40),
        status="planned",
    )
    announcements = []
    for id in (other_order.pk, 999_999):
        for verb in (lambda: execute_transfer(id, [build_move(1)]), lambda: cancel_order(id, **REASON)):  # noqa: B023 - called at once
            with pytest.raises(GrilseError) as refused:
                verb()
            announcements.append(str(refused.value).replace(str(id), "7"))

    assert announcements == ["there is no transfer order 7"] * 4


def test_a_plan_that_cannot_be_is_refused(farm, acting, order):
    first = order.lines[0]
    for change, why in (
        ({"batch": 999_999}, "there is no batch 999999"),
        ({"date": on(-2)}, "2023-12-30 is before batch A: it starts on 2024-01-01"),
        ({"lines": []}, "an order of batch A moves no fish"),
        ({"lines": [first, first]}, "A/P1 to P5 is there twice: add the fish up"),
        ({"lines": [replace(first, source=farm.placements["B/P3"])]}, "B/P3 is not a placement of batch A"),
        ({"lines": [replace(first, container=999_999)]}, "there is no container 999999"),
        ({"lines": [replace(first, stage=7)]}, "there is no stage 7"),
        ({"lines": [replace(first, count=0)]}, "0 fish, A/P1"),
        ({"lines": [replace(first, source=farm.placements["A/T1"])]}, "A/T1 ends on 2024-01-21"),
    ):
        with pytest.raises(GrilseError, match=why):
            plan_order(replace(order, **change))


def test_moves_that_cannot_be_are_refused(farm, acting, order):
    planned = plan_order(order)
    line = planned.lines[0]
    for moves, why in (
        ([build_move(line, date=on(10))], "before its placement: A/P1 starts on 2024-01-21"),
        ([build_move(line, count=6_000)], "A/P1 would not balance: 25 fish missing on 2024-02-10"),
        ([build_move(line), build_move(line)], f"line {line} is there twice"),
        ([build_move(999_999)], "there is no line of TRF-A-D040 with the number 999999"),
    ):
        with pytest.raises(GrilseError, match=why):
            execute_transfer(planned.order, moves)
    assert (read_order_status(planned), list_line_statuses(planned)) == ("planned", ["planned"] * 2)


def test_whoever_reaches_one_geography_moves_the_fish_of_it(farm):
    reach = Geography.objects.using(DB).filter(company=farm.company).values_list("pk", flat=True)
    with tenant_transaction(farm.company, farm.user, reach), accept_confirmed(["counts"]):
        line = NewLine(source=farm.placements["A/P1"], container=farm.containers["T2"], count=900)
        planned = plan_order(NewOrder(batch=farm.batches["A"], date=on(40), lines=[line]))
        [done] = execute_transfer(planned.order, [build_move(planned.lines[0], last=True)])
        assert (done.opened, done.corrected) == (True, 5_475)
        transaction.set_rollback(True)
    with tenant_transaction(farm.company, farm.user, []), pytest.raises(GrilseError, match="there is no batch"):
        plan_order(NewOrder(batch=farm.batches["A"], date=on(40), lines=[line]))


def test_nothing_at_all_changes_nothing(farm, acting, order):
    planned = plan_order(order)

    assert execute_transfer(planned.order, []) == []
    assert harvests.record_harvests([]) == []
    assert weight_samples.record_samples([]) == []
    assert losses.record_losses(losses.NewLosses(date=on(40), losses=[])) == []
    assert read_order_status(planned) == "planned"


def test_nothing_is_planned_for_a_closed_batch_after_its_fish_left(farm, acting, order):
    Batch.objects.filter(pk=farm.batches["A"]).update(status="closed")
    lines = [replace(order.lines[0], source=farm.placements["A/T1"])]

    with pytest.raises(GrilseError, match="batch A is closed"):
        plan_order(replace(order, lines=lines))
    plan_order(replace(order, date=on(19), lines=lines))
