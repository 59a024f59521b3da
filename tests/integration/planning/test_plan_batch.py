"""A batch without a plan is planned from what it did so far."""

import pytest
from tests.edited_farm import on
from tests.farm_edits import lose_fish

from grilse.errors import GrilseError
from grilse.planning import queries
from grilse.planning.actions import plan_batch
from grilse.planning.models import PlannedStage
from grilse.stock.models import Batch


def test_entered_stages_begin_when_they_were_entered_and_the_plan_ends_with_the_harvest(farm, acting):
    assert queries.find_plan(farm.batches["A"]) is None
    ids = plan_batch(farm.batches["A"])
    planned = PlannedStage.objects.filter(pk__in=ids).order_by("start").values_list("stage__order", "start", "stop")
    assert list(planned) == [(5, on(0), on(20)), (6, on(20), on(470))]
    plan = queries.find_plan(farm.batches["A"])
    assert (plan.first, plan.first.toordinal() + len(plan.course.weight_g)) == (on(0), on(470).toordinal())


def test_a_batch_is_planned_once(farm, acting):
    plan_batch(farm.batches["A"])
    with pytest.raises(GrilseError, match="batch A has a plan already"):
        plan_batch(farm.batches["A"])
    assert PlannedStage.objects.filter(batch=farm.batches["B"]).count() == 0


def test_a_closed_batch_is_not_planned_afterwards(farm, acting):
    lose_fish(farm, ("C/P4", 40), "HARVEST", 2_488)
    Batch.objects.filter(pk=farm.batches["C"]).update(status=Batch.Status.CLOSED)
    with pytest.raises(GrilseError, match="batch C is closed"):
        plan_batch(farm.batches["C"])


def test_a_batch_without_fish_is_not_planned(farm, acting):
    empty = Batch.objects.create(
        company_id=farm.company,
        number="D",
        species_id=Batch.objects.get(pk=farm.batches["A"]).species_id,
        start_date=on(3),
    )
    with pytest.raises(GrilseError, match="batch D has no fish yet"):
        plan_batch(empty.pk)
