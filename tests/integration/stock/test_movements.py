"""The ledger written by actions: rows, corrections, withdrawals and refusals."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from tests.edited_farm import on

from grilse.errors import GrilseError
from grilse.stock.actions.movements import NewMovement, correct_movement, record_movements, withdraw_movements
from grilse.stock.models import Batch, Movement, TransferOrder

REASON = {"reason": "counted again"}


@pytest.fixture
def death(farm):
    """Five dead in a pen."""
    return NewMovement(date=on(32), kind="MORTALITY", count=5, source=farm.placements["A/P1"], cause="CMS")


def list_transfers(farm):
    """The rows that emptied the first tank, which has ended."""
    return list(Movement.objects.filter(source=farm.placements["A/T1"], kind="TRANSFER").order_by("pk"))


def build_replacement(row, count):
    return NewMovement(
        date=row.date, kind=row.kind, count=count, source=row.source_id, target=row.target_id, replaces=row.pk
    )


def test_a_row_is_entered_with_its_author_and_time(farm, acting, death):
    [id] = record_movements([death])

    row = Movement.objects.get(pk=id)
    assert (row.count, row.cause, row.author_id) == (5, "CMS", farm.user)
    assert datetime.now(UTC) - row.entered_at < timedelta(minutes=5)


def test_a_correction_is_a_row_that_replaces_and_the_old_one_stays(farm, acting, death):
    [id] = record_movements([death])

    new = correct_movement(id, replace(death, count=7), **REASON)

    assert Movement.objects.get(pk=new).replaces_id == id
    assert Movement.objects.get(pk=id).count == 5


def test_a_withdrawal_is_a_row_of_no_fish(farm, acting, death):
    [id] = record_movements([death])

    [new] = withdraw_movements([id], **REASON)

    row = Movement.objects.get(pk=new)
    assert (row.count, row.replaces_id, row.cause, row.source_id) == (0, id, "CMS", death.source)


def test_a_correction_has_a_reason_which_stays_with_the_row(farm, acting, death):
    [id] = record_movements([death])

    for edit in (lambda: correct_movement(id, death, reason=" "), lambda: withdraw_movements([id], reason="")):
        with pytest.raises(GrilseError, match="say why: a correction or withdrawal needs a reason"):
            edit()
    new = correct_movement(id, replace(death, count=7), reason=" two more below the net ")
    assert Movement.objects.get(pk=new).reason == "two more below the net"
    assert Movement.objects.get(pk=id).reason == ""


def test_what_is_replaced_already_is_not_replaced_again(farm, acting, death):
    [id] = record_movements([death])
    withdraw_movements([id], **REASON)

    with pytest.raises(GrilseError, match=f"movement {id} is replaced by"):
        correct_movement(id, death, **REASON)


def test_rows_that_balance_only_together_are_corrected_together(farm, acting):
    first, second = list_transfers(farm)

    record_movements([build_replacement(first, first.count - 7), build_replacement(second, second.count + 7)], **REASON)

    assert not Movement.objects.filter(kind="COUNT_CORRECTION").exists()


def test_the_end_of_a_pen_is_a_count_of_no_fish(farm, acting):
    first, second = list_transfers(farm)

    record_movements([build_replacement(first, first.count - 7)], **REASON)

    row = Movement.objects.get(kind="COUNT_CORRECTION")
    assert (row.source_id, row.date, row.count, row.cause) == (farm.placements["A/T1"], on(20), 7, "COUNTING")
    record_movements([build_replacement(second, second.count + 7)], **REASON)
    assert Movement.objects.get(replaces=row).count == 0


def test_fish_that_died_before_the_pen_was_emptied_are_entered_afterwards(farm, acting):
    lost = NewMovement(date=on(17), kind="MORTALITY", count=12, source=farm.placements["A/T1"])

    record_movements([lost])
    record_movements([replace(lost, date=on(20), count=3)])

    rows = Movement.objects.filter(kind="COUNT_CORRECTION").exclude_replaced()
    assert [(row.target_id, row.date, row.count) for row in rows] == [(lost.source, on(19), 15)]


def test_what_is_refused_leaves_nothing(farm, acting, death):
    before = Movement.objects.count()

    with pytest.raises(GrilseError):
        record_movements([death, replace(death, count=99_999)])

    assert Movement.objects.count() == before


REFUSED = {
    "before its placement: A/P1 starts on 2024-01-21": {"date": on(19)},
    "later than tomorrow": {"date": datetime.now(UTC).date() + timedelta(days=2)},
    "5,976 fish missing on 2024-02-02": {"count": 11_951},
    "only a row that replaces another may have 0": {"count": 0},
    "is no kind of movement": {"kind": "LOST"},
    "STOCKING has no source": {"kind": "STOCKING"},
    "TRANSFER must have a target": {"kind": "TRANSFER"},
    "there is no placement 999999": {"source": 999_999},
    "there is no movement 999999 to replace": {"replaces": 999_999},
    "there is no transfer order 7": {"order": 7},
    "a mean weight of -1 g": {"mean_weight_g": -1.0},
    "mean weight of nan": {"mean_weight_g": float("nan")},
    "there is no cause of death BAD_LUCK": {"cause": "BAD_LUCK"},
    "weight method: Ensure this value has at most 12 characters": {"weight_method": "x" * 13},
    "fish weighed: Ensure this value is greater than": {"fish_weighed": -3},
}


@pytest.mark.parametrize("why", REFUSED)
def test_a_row_that_the_ledger_does_not_take_is_refused(farm, acting, death, why):
    with pytest.raises(GrilseError) as refused:
        record_movements([replace(death, **REFUSED[why])])

    assert why in str(refused.value)
    assert "\n" not in str(refused.value)


def test_fish_leave_on_the_last_day_and_do_not_come_on_it(farm, acting):
    leaving = NewMovement(date=on(20), kind="CULL", count=1, source=farm.placements["A/T1"])
    coming = NewMovement(date=on(20), kind="STOCKING", count=1, target=farm.placements["A/T1"])

    record_movements([leaving])
    with pytest.raises(GrilseError, match="after its placement: A/T1 ends on 2024-01-21"):
        record_movements([coming])


def test_a_correction_is_of_the_same_kind(farm, acting, death):
    [id] = record_movements([death])

    with pytest.raises(GrilseError, match="a MORTALITY is corrected by another, not by a CULL"):
        correct_movement(id, replace(death, kind="CULL"), **REASON)


def test_the_fish_do_not_go_where_they_were(farm, acting, death):
    with pytest.raises(GrilseError, match="the fish go where they were"):
        record_movements([replace(death, kind="TRANSFER", target=death.source)])


def test_a_count_correction_has_one_side(farm, acting, death):
    record_movements([replace(death, kind="COUNT_CORRECTION")])
    record_movements([replace(death, kind="COUNT_CORRECTION", source=None, target=death.source)])

    with pytest.raises(GrilseError, match="a source or a target, not both"):
        record_movements([replace(death, kind="COUNT_CORRECTION", target=farm.placements["A/P2"])])


def test_an_order_is_of_the_batch_that_moves(farm, acting, death):
    order = TransferOrder.objects.create(
        company_id=farm.company,
        batch_id=farm.batches["B"],
        number="TRF-B-D030",
        planned_date=on(34),
        status="completed",
    )
    moved = replace(death, kind="TRANSFER", target=farm.placements["A/P2"], order=order.pk)

    with pytest.raises(GrilseError, match="TRF-B-D030 is an order of another batch"):
        record_movements([moved])
    with pytest.raises(GrilseError, match="only a TRANSFER belongs to an order"):
        record_movements([replace(death, order=order.pk)])


def test_a_cause_that_came_from_elsewhere_stays_with_a_correction(farm, acting, death):
    # As an import writes it, without the actions.
    old = Movement.objects.create(
        company_id=farm.company, date=on(31), kind="MORTALITY", source_id=death.source, count=4, cause="Sårskade"
    )

    new = correct_movement(old.pk, replace(build_replacement(old, 20), cause="Sårskade"), **REASON)

    assert Movement.objects.get(pk=new).cause == "Sårskade"


def test_nothing_new_happens_to_a_closed_batch_after_its_fish_left(farm, acting, death):
    late = replace(death, date=on(21), source=farm.placements["A/T1"])
    Batch.objects.filter(pk=farm.batches["A"]).update(status="closed")

    with pytest.raises(GrilseError, match="batch A is closed"):
        record_movements([late])
    record_movements([replace(late, date=on(20))])


def test_outside_of_a_company_nothing_is_entered(farm, death):
    with pytest.raises(GrilseError, match=r"no placement|no company is acted for"):
        record_movements([death])
