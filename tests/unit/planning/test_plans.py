"""Planned stages, and the water they are planned in."""

from datetime import date

import numpy as np
import pytest

from grilse.growth.states import PartWeek
from grilse.planning.plans import GrowthPlan, build_planned_spans, build_typical_water
from grilse.science.planned_growth import build_trajectory

STAGES = [
    {"order": order, "name": name, "water": "sea" if order == 6 else "fresh"}
    for order, name in enumerate(("Egg&Alevin", "Fry", "Parr", "Smolt", "Post-Smolt", "Adult"), start=1)
]


def list_spans(planned=(), actual=()):
    return [(span.order, span.start, span.stop) for span in build_planned_spans(STAGES, planned, actual)]


def test_planned_dates_are_taken_as_they_are():
    planned = [{"order": 6, "start": "2024-01-01", "stop": "2025-02-01"}]
    actual = [{"order": 6, "start": "2024-01-09"}]
    assert list_spans(planned, actual) == [(6, date(2024, 1, 1), date(2025, 2, 1))]


def test_without_a_plan_stages_start_with_their_first_placement_and_go_on_by_usual_lengths():
    spans_found = list_spans(actual=[{"order": 4, "start": "2024-01-01"}, {"order": 5, "start": "2024-03-01"}])
    assert spans_found == [
        (4, date(2024, 1, 1), date(2024, 3, 1)),
        (5, date(2024, 3, 1), date(2024, 5, 30)),
        (6, date(2024, 5, 30), date(2025, 8, 23)),
    ]


def test_a_batch_stocked_at_sea_is_planned_for_450_days():
    [(_, start, stop)] = list_spans(actual=[{"order": 6, "start": "2024-01-01"}])
    assert (stop - start).days == 450


def test_two_stages_entered_on_one_day_do_not_make_an_empty_span():
    spans_found = list_spans(actual=[{"order": 4, "start": "2024-01-01"}, {"order": 5, "start": "2024-01-01"}])
    assert all(stop > start for _, start, stop in spans_found)


def test_water_is_cold_for_eggs_controlled_on_land_and_the_seasons_at_sea():
    planned = [
        {"order": 1, "start": "2024-01-01", "stop": "2024-01-03"},
        {"order": 2, "start": "2024-01-03", "stop": "2024-01-05"},
        {"order": 6, "start": "2024-01-05", "stop": "2025-01-05"},
    ]
    climate = [[day, float(day)] for day in range(1, 367)]
    water = build_typical_water(build_planned_spans(STAGES, planned, []), climate)
    assert water[:6].tolist() == [7, 7, 12, 12, 5, 6]
    assert water[-1] == 4


def test_a_geography_without_climate_gets_the_yearly_mean():
    water = build_typical_water(build_planned_spans(STAGES, [], [{"order": 6, "start": "2024-01-01"}]), [])
    assert set(water) == {9.0}


@pytest.fixture
def plan() -> GrowthPlan:
    weight = np.arange(1.0, 31.0)
    return GrowthPlan(
        first=date(2024, 1, 3), step=1, spans=(), rates={}, course=build_trajectory(weight, np.full(30, 100.0))
    )


def test_a_plan_knows_its_weight_inside_its_dates_only(plan):
    assert plan.find_weight(date(2024, 1, 3)) == 1
    assert plan.find_weight(date(2024, 2, 1)) == 30
    assert plan.find_weight(date(2024, 1, 2)) is None
    assert plan.find_weight(date(2024, 2, 2)) is None


def test_a_plan_by_weeks_has_its_sundays(plan):
    weeks = plan.aggregate_weeks()
    assert weeks.first == date(2024, 1, 7)
    assert weeks.course.weight_g.tolist() == [5, 12, 19, 26]


def test_a_plan_by_weeks_stands_at_the_last_day_of_a_part_week(plan):
    part = PartWeek(sunday=date(2024, 1, 21), last=date(2024, 1, 17), days=3)
    assert plan.aggregate_weeks([part]).course.weight_g.tolist() == [5, 12, 15, 26]


def test_a_plan_that_ends_in_a_part_week_reaches_its_last_day(plan):
    part = PartWeek(sunday=date(2024, 2, 4), last=date(2024, 1, 31), days=3)
    assert plan.aggregate_weeks([part]).course.weight_g.tolist() == [5, 12, 19, 26, 29]
    beyond = PartWeek(sunday=date(2024, 2, 11), last=date(2024, 2, 7), days=3)
    assert plan.aggregate_weeks([beyond]).course.weight_g.tolist() == [5, 12, 19, 26]


def test_a_part_of_a_plan_keeps_to_its_dates(plan):
    part = plan.select_dates(date(2024, 1, 10), date(2024, 1, 12))
    assert part.first == date(2024, 1, 10)
    assert part.course.weight_g.tolist() == [8, 9, 10]
    assert plan.select_dates(date(2023, 1, 1), date(2024, 1, 4)).course.weight_g.tolist() == [1, 2]
    assert plan.select_dates(date(2025, 1, 1), date(2025, 1, 4)).course.weight_g.tolist() == []
