"""Deaths, culls and escapes of many pens, entered at once."""

from dataclasses import replace

import pytest
from tests.edited_farm import on

from grilse.errors import GrilseError
from grilse.stock.actions.losses import Loss, NewLosses, record_losses
from grilse.stock.models import Movement


@pytest.fixture
def round_of_pens(farm):
    """What a morning's round found."""
    round_losses = (("A/P1", 5, "CMS"), ("A/P2", 3, ""), ("B/P3", 8, "AGD"))
    losses = [Loss(placement=farm.placements[name], count=count, cause=cause) for name, count, cause in round_losses]
    return NewLosses(date=on(40), losses=losses)


def test_the_deaths_of_a_round_are_entered_at_once(farm, acting, round_of_pens):
    ids = record_losses(round_of_pens)

    rows = [Movement.objects.get(pk=id) for id in ids]
    assert [(row.kind, row.date, row.count, row.cause, row.source_id) for row in rows] == [
        ("MORTALITY", on(40), loss.count, loss.cause, loss.placement) for loss in round_of_pens.losses
    ]


def test_one_wrong_pen_leaves_the_whole_round_out(farm, acting, round_of_pens):
    before = Movement.objects.count()
    wrong = Loss(placement=farm.placements["C/P4"], count=9_000)

    with pytest.raises(GrilseError, match="C/P4 would not balance: 6,512 fish missing on 2024-02-10"):
        record_losses(replace(round_of_pens, losses=[*round_of_pens.losses, wrong]))

    assert Movement.objects.count() == before


def test_culls_and_escapes_go_the_same_way(farm, acting, round_of_pens):
    for kind, cause in (("CULL", "GRADING"), ("ESCAPE", "")):
        [id] = record_losses(replace(round_of_pens, kind=kind, losses=[replace(round_of_pens.losses[0], cause=cause)]))
        assert Movement.objects.get(pk=id).kind == kind


REFUSED = {
    "HARVEST is none of MORTALITY, CULL, ESCAPE": {"kind": "HARVEST"},
    "there is no cause of death SADNESS": {"cause": "SADNESS"},
    "too small is no code of a cause": {"kind": "CULL", "cause": "too small"},
    "0 fish, A/P1: only a row that replaces another may have 0": {"count": 0},
    "there is no placement 999999": {"placement": 999_999},
}


@pytest.mark.parametrize("why", REFUSED)
def test_a_loss_that_cannot_be_is_refused(farm, acting, round_of_pens, why):
    given = dict(REFUSED[why])
    kind = given.pop("kind", "MORTALITY")

    with pytest.raises(GrilseError, match=why):
        record_losses(replace(round_of_pens, kind=kind, losses=[replace(round_of_pens.losses[0], **given)]))
