"""Batches that begin."""

from dataclasses import replace
from datetime import date

import pytest
from tests.edited_farm import DB, on, write_farm

from grilse.access.models import Company
from grilse.errors import GrilseError
from grilse.farm.models import Container, Hall
from grilse.growth.models import DailyState
from grilse.stock.actions.batches import NewBatch, NewStocking, start_batch
from grilse.stock.models import Batch, Movement, Placement, Species


@pytest.fixture
def new_batch(farm):
    """A batch in the two tanks that stand empty by then."""
    stocked = [
        NewStocking(container=farm.containers[name], stage=5, count=count, mean_weight_g=95.0)
        for name, count in (("T2", 4_000), ("T1", 5_000))
    ]
    return NewBatch(number="D", species=Species.objects.get().pk, start=on(30), stocked=stocked)


def test_a_batch_starts_with_its_placements_and_its_fish(farm, acting, new_batch):
    done = start_batch(new_batch)

    batch = Batch.objects.get(pk=done.batch)
    assert (batch.number, batch.start_date, batch.status) == ("D", on(30), "active")
    placements = Placement.objects.in_bulk(done.placements)
    assert [placements[id].name for id in done.placements] == ["D/5/T2", "D/5/T1"]
    rows = [Movement.objects.get(pk=id) for id in done.movements]
    assert [(row.kind, row.count, row.target_id) for row in rows] == [
        ("STOCKING", 4_000, done.placements[0]),
        ("STOCKING", 5_000, done.placements[1]),
    ]
    assert DailyState.objects.filter(placement__in=done.placements, date=on(30)).count() == 2


def test_a_container_of_another_company_is_not_found(farm, acting, new_batch):
    other = Company.objects.using(DB).create(name=f"Next to {farm.company}").pk
    other_tank = write_farm(other).containers["T1"]
    announcements = []
    for container in (other_tank, 999_999):
        with pytest.raises(GrilseError) as refused:
            start_batch(replace(new_batch, stocked=[replace(new_batch.stocked[0], container=container)]))
        announcements.append(str(refused.value).replace(str(container), "7"))

    assert announcements == ["there is no container 7"] * 2


def test_a_container_that_is_not_free_is_named_with_who_stands_there(farm, acting, new_batch):
    pen = replace(new_batch.stocked[0], container=farm.containers["P3"], stage=6)

    with pytest.raises(GrilseError) as refused:
        start_batch(replace(new_batch, stocked=[pen]))

    assert str(refused.value) == (
        r"P3 is not free on 2024-01-31: batch B is there from 2024-01-25 on (B/P3);"
        " empty it first or choose another container"
    )


def test_a_batch_does_not_start_before_one_that_is_there_later(farm, acting, new_batch):
    early = replace(new_batch, start=date(2023, 12, 1), stocked=[new_batch.stocked[0]])

    with pytest.raises(GrilseError, match="T2 is not free on 2023-12-01: batch B is there from 2024-01-05 to"):
        start_batch(early)


def test_a_site_lies_fallow_after_it_was_emptied(farm, acting, new_batch):
    Hall.objects.filter(name="Hall E").update(fallow_days=10)

    with pytest.raises(GrilseError, match="Burn/Hall E lies fallow until 2024-02-04, 10 days from 2024-01-25"):
        start_batch(new_batch)
    start_batch(replace(new_batch, start=on(34)))


REFUSED = {
    "batch A is there already": {"number": "A"},
    "there is no species 999999": {"species": 999_999},
    "later than tomorrow": {"start": date(2200, 1, 1)},
    "batch D starts with no fish": {"stocked": []},
    "number: This field cannot be blank": {"number": "  "},
}


@pytest.mark.parametrize("why", REFUSED)
def test_a_batch_that_cannot_be_is_refused(farm, acting, new_batch, why):
    with pytest.raises(GrilseError, match=why):
        start_batch(replace(new_batch, **REFUSED[why]))


def test_what_is_stocked_is_checked(farm, acting, new_batch):
    first = new_batch.stocked[0]
    for stocked, why in (
        ([first, first], "is stocked into container .* twice: add the fish up"),
        ([replace(first, stage=9)], "there is no stage 9: 1 Egg&Alevin, 2 Fry"),
        ([replace(first, count=0)], "0 fish, D/5/T2: only a row that replaces another may have 0"),
        ([replace(first, mean_weight_g=-1.0)], "a mean weight of -1 g"),
    ):
        with pytest.raises(GrilseError, match=why):
            start_batch(replace(new_batch, stocked=stocked))


def test_fish_that_come_too_dense_are_refused(farm, acting, new_batch):
    Container.objects.filter(pk=farm.containers["T1"]).update(max_density_kg_m3=0.4)

    with pytest.raises(GrilseError, match=r"T1 would hold 0\.5 kg/m³ on 2024-01-31, its limit is 0\.4"):
        start_batch(new_batch)
