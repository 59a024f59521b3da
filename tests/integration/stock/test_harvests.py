"""Harvests and sales: grades, lots, and pens that are emptied by them."""

from dataclasses import replace

import pytest
from tests.edited_farm import on
from tests.farm_edits import record_meal

from grilse.errors import GrilseError
from grilse.health.actions import lice, treatments
from grilse.stock.actions.harvests import Grade, NewHarvest, correct_harvest, record_harvests, withdraw_harvest
from grilse.stock.actions.movements import NewMovement
from grilse.stock.actions.movements import record_movements as enter
from grilse.stock.models import Batch, HarvestGrade, Movement, Placement

REASON = {"reason": "the plant counted again"}


@pytest.fixture
def harvest(farm):
    """Fish of a pen that holds 5,975 of them."""
    return NewHarvest(
        placement=farm.placements["A/P1"],
        date=on(42),
        count=1_000,
        mean_weight_g=180.0,
        fish_weighed=1_000,
        grades=[Grade(grade="superior", count=900, gutted_kg=135.0), Grade(grade="ordinary", count=80, gutted_kg=11.5)],
        lot="NO-24-117",
    )


def list_grades(harvest):
    rows = HarvestGrade.objects.filter(placement=harvest.placement, date=harvest.date)
    return sorted(rows.values_list("grade", "count", "lot"))


def list_corrections(harvest):
    """Counts of the corrections that count, below 0 where fish were taken out."""
    replaced = Movement.objects.filter(replaces__isnull=False).values("replaces")
    rows = Movement.objects.filter(kind="COUNT_CORRECTION", count__gt=0).exclude(pk__in=replaced)
    return [row.count if row.source_id is None else -row.count for row in rows.order_by("pk")]


def test_a_harvest_has_its_grades_and_their_lot(farm, acting, harvest):
    [done] = record_harvests([harvest])

    row = Movement.objects.get(pk=done.movement)
    assert (row.kind, row.count, row.mean_weight_g, row.weight_method) == ("HARVEST", 1_000, 180, "HARVEST")
    assert list_grades(harvest) == [("ordinary", 80, "NO-24-117"), ("superior", 900, "NO-24-117")]
    assert not done.emptied
    assert Placement.objects.get(pk=harvest.placement).stop is None


def test_the_last_harvest_ends_the_pen_and_corrects_its_count(farm, acting, harvest):
    [done] = record_harvests([replace(harvest, count=5_970, last=True)])

    assert (done.emptied, done.corrected, list_corrections(harvest)) == (True, 5, [-5])
    assert done.said == "A/P1 is empty; its ledger had 5 fish more than left: taken out as a count correction"
    assert Placement.objects.get(pk=harvest.placement).stop == on(42)
    assert Batch.objects.get(pk=farm.batches["A"]).status == "active", "another pen of it stands"


def test_more_fish_than_the_ledger_had_are_added_the_day_before(farm, acting, harvest):
    [done] = record_harvests([replace(harvest, count=5_980, last=True)])

    assert (done.corrected, list_corrections(harvest)) == (-5, [5])
    assert Movement.objects.get(kind="COUNT_CORRECTION").date == on(41)


def test_the_batch_is_closed_with_its_last_pen_and_nothing_new_happens_to_it(farm, acting, harvest):
    other = replace(harvest, placement=farm.placements["A/P2"], count=2_900, grades=[], lot="", last=True)
    record_harvests([replace(harvest, count=5_975, last=True), other])

    assert Batch.objects.get(pk=farm.batches["A"]).status == "closed"
    with pytest.raises(GrilseError, match="batch A is closed: withdraw or correct the row that emptied"):
        record_harvests([replace(harvest, date=on(43))])


def test_a_withdrawn_harvest_lets_pen_and_batch_stand_again(farm, acting, harvest):
    other = replace(harvest, placement=farm.placements["A/P2"], count=2_900, grades=[], lot="", last=True)
    first, _ = record_harvests([replace(harvest, count=5_970, last=True), other])

    withdraw_harvest(first.movement, **REASON)

    assert Placement.objects.get(pk=harvest.placement).stop is None
    assert Batch.objects.get(pk=farm.batches["A"]).status == "active"
    assert (list_grades(harvest), list_corrections(harvest)) == ([], [])
    assert Movement.objects.get(replaces=first.movement).reason == REASON["reason"]


def test_a_corrected_harvest_has_new_grades_and_a_new_count_at_the_end(farm, acting, harvest):
    [done] = record_harvests([replace(harvest, count=5_970, last=True)])

    fewer = [Grade(grade="production", count=20, gutted_kg=3.0)]
    again = correct_harvest(done.movement, replace(harvest, count=5_960, grades=fewer, last=True), **REASON)

    assert (again.corrected, list_corrections(harvest)) == (15, [-15])
    assert list_grades(harvest) == [("production", 20, "NO-24-117")]
    assert Placement.objects.get(pk=harvest.placement).stop == on(42)
    correct_harvest(again.movement, replace(harvest, count=5_960, date=on(41)), **REASON)
    assert list_corrections(harvest) == []
    assert Placement.objects.get(pk=harvest.placement).stop is None


def test_a_harvest_of_the_wrong_pen_goes_to_the_right_one(farm, acting, harvest):
    [done] = record_harvests([replace(harvest, count=2_000)])

    other = farm.placements["A/P2"]
    correct_harvest(done.movement, replace(harvest, placement=other, count=2_000), **REASON)

    assert list_grades(harvest) == []
    assert HarvestGrade.objects.filter(placement=other).count() == 2


def test_fish_are_sold_alive_without_grades(farm, acting, harvest):
    sale = replace(harvest, kind="SALE", grades=[], lot="")

    [done] = record_harvests([sale])

    assert Movement.objects.get(pk=done.movement).kind == "SALE"
    with pytest.raises(GrilseError, match="fish of A/P1 that are sold alive have no grades"):
        record_harvests([replace(harvest, kind="SALE")])


def test_a_pen_does_not_end_before_what_is_recorded_of_it(farm, acting, harvest):
    enter([NewMovement(date=on(43), kind="MORTALITY", count=2, source=harvest.placement)])

    with pytest.raises(GrilseError, match=r"A/P1 cannot end on 2024-02-12: there is MORTALITY of 2024-02-13"):
        record_harvests([replace(harvest, last=True)])


def test_a_pen_does_not_end_before_it_was_fed_or_its_lice_were_counted(farm, acting, harvest):
    emptying = replace(harvest, count=5_975, last=True)
    [id] = lice.record_lice_counts(
        [lice.NewLiceCount(placement=harvest.placement, date=on(43), fish_counted=20, adult_female=2)]
    )
    with pytest.raises(GrilseError, match="there is a lice count of 2024-02-13"):
        record_harvests([emptying])
    lice.withdraw_lice_count(id, reason="of another pen")
    record_meal(farm, ("A/P1", 42), 10_000)
    with pytest.raises(GrilseError, match="there is a meal of 2024-02-12"):
        record_harvests([emptying])


def test_treated_fish_are_held_back(farm, acting, harvest):
    treatments.record_treatments(
        [
            treatments.NewTreatment(
                placement=harvest.placement,
                kind="medication",
                method="feed",
                start=on(40),
                stop=on(41),
                withdrawal_days=30,
            )
        ]
    )

    with pytest.raises(GrilseError, match="A/P1"):
        record_harvests([harvest])
    record_harvests([replace(harvest, kind="SALE", grades=[], lot="")])


REFUSED = {
    "the grades of A/P1 hold 980 fish, harvested were 979": {"count": 979},
    "lot NO-24-117 of A/P1 has no grades": {"grades": []},
    "MORTALITY is none of HARVEST, SALE": {"kind": "MORTALITY"},
    "24,025 fish missing on 2024-02-12": {"count": 30_000},
    "grade: Ensure this value has at most 20 characters": {"grades": [Grade(grade="x" * 21, count=1, gutted_kg=1.0)]},
    "A/P1 starts on 2024-01-21: it can be emptied from the day after": {"date": on(20), "last": True},
    "-1 kg gutted of grade superior: it cannot be below 0": {
        "grades": [Grade(grade="superior", count=1, gutted_kg=-1.0)]
    },
    "there is no placement 999999": {"placement": 999_999},
}


@pytest.mark.parametrize("why", REFUSED)
def test_a_harvest_that_cannot_be_is_refused(farm, acting, harvest, why):
    with pytest.raises(GrilseError, match=why):
        record_harvests([replace(harvest, **REFUSED[why])])


def test_two_boats_of_a_day_have_their_own_lots_and_grades(farm, acting, harvest):
    for lots in (("NO-24-117", "NO-24-118"), ("", "")):
        [first], [second] = (record_harvests([replace(harvest, lot=lot)]) for lot in lots)

        fewer = [Grade(grade="production", count=20, gutted_kg=3.0)]
        again = correct_harvest(first.movement, replace(harvest, grades=fewer, lot=lots[0]), **REASON)
        rows = HarvestGrade.objects.filter(movement__in=(again.movement, second.movement)).order_by("movement", "grade")
        assert [(row.movement_id, row.grade, row.lot) for row in rows] == [
            (second.movement, "ordinary", lots[1]),
            (second.movement, "superior", lots[1]),
            (again.movement, "production", lots[0]),
        ]
        withdraw_harvest(second.movement, **REASON)
        assert not HarvestGrade.objects.filter(movement=second.movement).exists()
        withdraw_harvest(again.movement, **REASON)


def test_grades_without_a_harvest_belong_to_the_harvest_of_the_day(farm, acting, harvest):
    [done] = record_harvests([harvest])
    HarvestGrade.objects.update(movement=None)

    record_harvests([replace(harvest, lot="NO-24-118")])

    assert HarvestGrade.objects.filter(movement=done.movement, lot="NO-24-117").count() == 2


def test_a_harvest_that_is_not_there_is_not_withdrawn(farm, acting):
    with pytest.raises(GrilseError, match="there is no harvest 999999"):
        withdraw_harvest(999_999, **REASON)
