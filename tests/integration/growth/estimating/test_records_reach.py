"""Where the records of a batch end, its estimates are carried forward and are no figures of today."""

from datetime import timedelta

import pytest
from tests.edited_farm import on
from tests.farm_edits import lose_fish, record_sample

from grilse.farm.models import Container
from grilse.growth.history import read_history
from grilse.growth.models import BatchState, DailyState
from grilse.growth.queries import list_current_batches, list_monthly_stock
from grilse.science.estimation import Provenance
from grilse.stock.models import Batch

TODAY = 380  # 11 months after the last record


@pytest.fixture
def batch(farm, acting):
    return farm.batches["B"]


def read_head(batch):
    [current] = list_current_batches(batch).batches
    return current


def list_carried_days(model, **of):
    rows = model.objects.filter(**of).order_by("date").values_list("date", "provenance")
    return [day for day, flags in rows if flags & Provenance.CARRIED_FORWARD]


def test_todays_dead_after_eleven_months_make_no_actual(farm, batch):
    before = read_head(batch)
    lose_fish(farm, ("B/P3", TODAY), "MORTALITY", 14)

    last = BatchState.objects.filter(batch=batch).latest("date")
    assert last.date == on(TODAY)
    assert last.hindsight_weight_g > 5 * before.mean_weight_g
    assert list_carried_days(BatchState, batch=batch)[-1] == on(TODAY)
    now = read_head(batch)
    assert now.date == before.date
    assert (now.mean_weight_g, now.biomass_kg) == (before.mean_weight_g, before.biomass_kg)
    latest = read_history(batch).find_latest(on(4))
    assert (latest.date, latest.mean_weight_g) == (before.date, before.mean_weight_g)
    assert BatchState.objects.get(batch=batch, date=on(TODAY)).deaths == 14


def test_the_numbers_before_a_gap_are_those_of_before_and_a_weight_ends_it(farm, batch):
    day = on(TODAY)
    lose_fish(farm, ("B/P3", TODAY), "MORTALITY", 14)
    known = dict(BatchState.objects.filter(batch=batch).values_list("date", "mean_weight_g"))

    record_sample(farm, ("B/P3", TODAY), 2_000.0)

    assert read_head(batch).date == day
    assert read_head(batch).mean_weight_g == pytest.approx(2_000, rel=0.2)
    carried = list_carried_days(BatchState, batch=batch)
    assert (carried[0], carried[-1]) == (on(45), day - timedelta(days=1))
    after = dict(BatchState.objects.filter(batch=batch, date__lt=day).values_list("date", "mean_weight_g"))
    assert after == {date: known[date] for date in after}


def test_late_records_in_the_gap_close_it(farm, batch):
    lose_fish(farm, ("B/P3", TODAY), "MORTALITY", 14)
    for day in range(80, TODAY, 40):
        record_sample(farm, ("B/P3", day), 200.0 + 4 * day)
    assert list_carried_days(BatchState, batch=batch) == []
    assert read_head(batch).date == on(TODAY)


def test_the_months_of_a_gap_have_no_stock_and_keep_their_deaths(farm, batch):
    lose_fish(farm, ("B/P3", TODAY), "MORTALITY", 14)
    months = list_monthly_stock([Container.objects.get(pk=farm.containers["P3"]).area_id])
    assert months[0].biomass_kg > 0
    assert {month.fish for month in months[2:]} == {None}
    assert sum(month.deaths for month in months[2:]) == 14


def test_all_pens_of_a_batch_are_carried_on_the_same_days(farm, acting):
    lose_fish(farm, ("A/P1", TODAY), "MORTALITY", 5)
    days = [list_carried_days(DailyState, placement=farm.placements[name]) for name in ("A/P1", "A/P2")]
    assert days[0] == days[1] == list_carried_days(BatchState, batch=farm.batches["A"])
    assert Batch.objects.count() == 3
