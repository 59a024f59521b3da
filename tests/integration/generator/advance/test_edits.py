"""After people have worked in a company, its history goes on, and the laws hold."""

from datetime import timedelta

import pytest
from django.db.models import Sum
from tests.company_work import work_in_company
from tests.integration.generator.advance.conftest import build_run, load_company

from grilse.access.tenancy import tenant_transaction
from grilse.confirmation import accept_confirmed
from grilse.farm.models import Container
from grilse.generator.advance.batch_days import EDITED
from grilse.generator.advance.run import advance_history
from grilse.generator.check import run_checks
from grilse.stock.actions import batches, losses
from grilse.stock.models import Batch, Movement, Placement, Species

DB = "owner"
BY_PEOPLE = "SELECT * FROM stock_movement WHERE company_id = %s AND author_id IS NOT NULL ORDER BY id"
CORRECTIONS = "SELECT count(*), sum(count) FROM stock_movement WHERE company_id = %s AND reason = %s"


@pytest.fixture(scope="module")
def used_company(database):
    """A company in which somebody has worked, and in which other fish are where a batch was to go."""
    company = load_company("Used")
    here = work_in_company(company.id)
    batch = build_run("Used").plan.batches[2]
    with tenant_transaction(company.id, here.user), accept_confirmed(True):
        container = Container.objects.get(name=batch.stages[4].containers[0]).pk
        stocked = [batches.NewStocking(container=container, stage=5, count=1000, mean_weight_g=200.0)]
        species = Species.objects.get(name="Atlantic Salmon").pk
        batches.start_batch(batches.NewBatch(number="Guests", species=species, start=here.day, stocked=stocked))
        # Of one pen nearly all fish are said to be dead; the generated ones go on dying.
        pens = Placement.objects.filter(batch=here.pen.batch_id, stop=None).order_by("-pk")
        count = count_fish(pens[0].pk) - 10
        losses.record_losses(
            losses.NewLosses(date=here.at.date(), losses=[losses.Loss(placement=pens[0].pk, count=count)])
        )
    return company, here, batch.number


def count_fish(placement):
    rows = Movement.objects.exclude_replaced()
    came, went = (
        rows.filter(**{side: placement}).aggregate(Sum("count"))["count__sum"] for side in ("target", "source")
    )
    return came - went


def list_failures(connection):
    return {check.name: check.detail for check in run_checks(connection) if not check.ok}


def test_the_laws_hold_after_each_advance_and_entries_stay(used_company, owner):
    company, here, blocked = used_company
    entered = owner.execute(BY_PEOPLE, [company.id]).fetchall()
    assert len(entered) > 5
    assert list_failures(owner) == {}
    for days in (1, 9, 21):
        result = advance_history(company.name, here.at.date() + timedelta(days=days), workers=1)
        assert result.rows["stock_movement"] > 0
        assert list_failures(owner) == {}, days
        assert owner.execute(BY_PEOPLE, [company.id]).fetchall() == entered
    place = build_run("Used").plan.batches[2].stages[4].containers[0]
    assert result.left == [f"{blocked}: batch Guests is in {place}, where its fish go next"]


def test_a_count_correction_says_what_no_longer_adds_up(used_company, owner):
    company, _, _ = used_company
    corrections, fish = owner.execute(CORRECTIONS, [company.id, EDITED]).fetchone()
    assert corrections > 0
    assert fish > 0


def test_a_batch_goes_on_once_its_next_container_is_free(used_company, owner):
    company, here, blocked = used_company
    guests = Batch.objects.using(DB).get(company=company.id, number="Guests").pk
    with tenant_transaction(company.id, here.user):
        batches.withdraw_batch(guests, reason="entered wrongly")
    result = advance_history(company.name, here.at.date() + timedelta(days=23), workers=1)
    assert result.left == []
    assert Placement.objects.using(DB).filter(batch__number=blocked, batch__company=company.id, stage__order=5).exists()
    assert list_failures(owner) == {}
