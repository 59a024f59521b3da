"""Plans: as many batches as the time and the places allow, and never two in one place."""

import re
from collections import Counter, defaultdict
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grilse.errors import GrilseError
from grilse.generator.schedule.plan import HistoryPlan
from grilse.generator.schedule.plan_file import check_plan, format_plan, parse_plan
from grilse.generator.schedule.scheduler import ScheduleRequest, schedule_batches
from grilse.generator.schedule.utilisation import compute_use
from grilse.generator.world.world import World, parse_world

requests = st.builds(
    ScheduleRequest,
    stagger=st.integers(1, 120),
    saturation=st.floats(0.05, 1),
    years=st.floats(0.2, 12),
    batches=st.none() | st.integers(1, 60),
    until=st.dates(date(2014, 1, 1), date(2026, 1, 1)),
    pens_per_batch=st.none() | st.integers(16, 20),
    seed=st.integers(0, 9),
)


@pytest.fixture(scope="module")
def reference(world) -> HistoryPlan:
    return schedule_batches(world, ScheduleRequest(batches=144)).plan


def list_reserved_days(plan: HistoryPlan, world: World) -> dict[str, list[tuple[date, date]]]:
    """Days on which each container is kept for a batch: fish that come early, and the fallow days."""
    days: dict[str, list[tuple[date, date]]] = defaultdict(list)
    for batch in plan.batches:
        for stage in batch.stages:
            start = stage.start - timedelta(days=world.early_days[stage.order - 1])
            stop = stage.stop + timedelta(days=world.get_site(stage.site).fallow_days)
            for name in stage.containers:
                days[name].append((start, stop))
    return days


@given(request=requests)
@settings(max_examples=60, deadline=None)
def test_no_container_is_kept_for_two_batches_on_one_day(world, request):
    try:
        plan = schedule_batches(world, request).plan
    except GrilseError:
        return
    for reserved in list_reserved_days(plan, world).values():
        for (_, stop), (start, _) in pairwise(sorted(reserved)):
            assert stop <= start


@given(request=requests)
@settings(max_examples=40, deadline=None)
def test_a_plan_that_is_made_passes_its_own_check_and_survives_its_file(world, request):
    try:
        plan = schedule_batches(world, request).plan
    except GrilseError:
        return
    check_plan(plan, world)
    assert parse_plan(format_plan(plan), "plan.yaml") == plan


@given(request=requests)
@settings(max_examples=40, deadline=None)
def test_every_refusal_offers_what_then_succeeds(world, request):
    try:
        schedule_batches(world, request)
    except GrilseError as refused:
        offers = re.findall(r"--(batches|stagger|years) ([\d.]+)", str(refused).partition("nearest possible")[2])
        assert offers
        for option, value in offers:
            change = {option: float(value) if option == "years" else int(value)}
            options = {field: getattr(request, field) for field in ScheduleRequest.__slots__}
            schedule_batches(world, ScheduleRequest(**{**options, **change}))


@given(request=requests)
@settings(max_examples=30, deadline=None)
def test_every_stage_stands_in_a_place_that_serves_it(world, request):
    try:
        plan = schedule_batches(world, request).plan
    except GrilseError:
        return
    for batch in plan.batches:
        for stage in batch.stages:
            places = {site.name for site in world.get_sites(batch.geography, stage.order)}
            container_names = {container.name for container in world.get_containers(stage.site)}
            assert stage.site in places
            assert set(stage.containers) <= container_names


def test_the_reference_history_is_72_and_72_batches_in_5_2_years(reference):
    assert Counter(batch.geography for batch in reference.batches) == {"Faroe Islands": 72, "Scotland": 72}
    assert (reference.until - reference.batches[0].start).days == 1899
    gaps = {(later.start - earlier.start).days for earlier, later in pairwise(reference.batches)}
    assert gaps == {13}


def test_the_reference_history_stands_in_every_stage_on_the_last_day(reference, world):
    use = compute_use(reference, world)
    assert all(stage.last_day > 0 for stage in use.stages)
    assert (use.harvested_batches, use.count_active_batches(at_sea=True), use.count_active_batches(at_sea=False)) == (
        83,
        29,
        32,
    )


def test_the_reference_history_has_12_to_17_pens_and_3_to_3_5_million_eggs(reference):
    pens = {len(batch.stages[5].containers) for batch in reference.batches}
    eggs = [batch.eggs for batch in reference.batches]
    assert pens <= set(range(12, 18))
    assert 3_000_000 <= min(eggs) < 3_020_000
    assert 3_480_000 < max(eggs) <= 3_500_000


def test_batches_are_numbered_by_geography_and_year_of_their_start(reference):
    numbers = [batch.number for batch in reference.batches]
    assert numbers[:4] == ["FO-2020-001", "SC-2020-001", "FO-2020-002", "SC-2020-002"]
    assert len(set(numbers)) == 144
    assert all(batch.number[3:7] == str(batch.start.year) for batch in reference.batches)


def test_a_batch_stays_in_one_station_until_it_goes_to_sea(reference, world):
    for batch in reference.batches:
        assert len({world.get_site(stage.site).station for stage in batch.stages[:5]}) == 1


def test_the_place_that_has_rested_longest_is_taken(reference):
    areas = [batch.stages[5].site for batch in reference.batches if batch.geography == "Scotland"]
    assert areas[:20] == [f"SC-SEA-{number:02d}" for number in range(1, 21)]
    assert areas[20:40] == areas[:20]


def test_the_same_request_gives_the_same_plan_and_another_seed_other_eggs(world, reference):
    assert schedule_batches(world, ScheduleRequest(batches=144)).plan == reference
    other = schedule_batches(world, ScheduleRequest(batches=144, seed=2)).plan
    assert [batch.start for batch in other.batches] == [batch.start for batch in reference.batches]
    assert [batch.eggs for batch in other.batches] != [batch.eggs for batch in reference.batches]


def test_the_bottleneck_of_the_reference_history_are_the_scottish_areas(reference, world):
    bottleneck = compute_use(reference, world).bottleneck
    assert (bottleneck.geography, bottleneck.order) == ("Scotland", 6)
    assert (bottleneck.most, bottleneck.reserved, bottleneck.places) == (17, 20, 20)


def test_use_counts_site_days_and_container_days(world):
    plan = schedule_batches(world, ScheduleRequest(ages=(89,))).plan
    eggs = compute_use(plan, world).stages[0]
    assert eggs.average == 1
    assert eggs.saturation == pytest.approx(1 / 12)
    assert eggs.containers == pytest.approx(10 / 120)
    assert eggs.months == dict.fromkeys(("2025-10", "2025-11", "2025-12"), pytest.approx(1 / 12, abs=1e-4))


def test_a_place_lies_fallow_after_the_fish_and_then_is_free(world):
    plan = schedule_batches(world, ScheduleRequest(ages=(99,))).plan
    eggs = compute_use(plan, world).stages[0]
    assert eggs.average == pytest.approx((90 + 7) / 100)
    assert eggs.containers == pytest.approx(10 * 90 / (120 * 100))


def test_years_give_as_many_batches_as_start_within_them(world):
    plan_made = schedule_batches(world, ScheduleRequest(years=4))
    assert len(plan_made.plan.batches) == 110
    assert (plan_made.plan.until - plan_made.plan.batches[0].start).days == 1461
    assert plan_made.note is None


def test_a_lower_saturation_spaces_the_starts_and_says_why(world):
    plan_made = schedule_batches(world, ScheduleRequest(years=4, saturation=0.5))
    assert plan_made.stagger == 22
    assert plan_made.note == (
        "a batch every 22 days, not 13: Adult in Scotland has 20 areas, each used for 440 days, which else passes 50%"
    )
    assert max(stage.peak_share for stage in compute_use(plan_made.plan, world).stages) <= 0.5


@pytest.mark.parametrize("saturation", [0.3, 0.85, 1.0])
def test_a_long_history_keeps_the_saturation(world, saturation):
    plan_made = schedule_batches(world, ScheduleRequest(years=10, stagger=1, saturation=saturation))
    for stage in compute_use(plan_made.plan, world).stages:
        assert max(stage.months.values()) <= saturation + 0.01


def test_batches_override_years(world):
    assert (
        schedule_batches(world, ScheduleRequest(years=1, batches=30)).plan
        == schedule_batches(world, ScheduleRequest(batches=30)).plan
    )


def test_few_batches_have_time_to_be_harvested(world):
    plan = schedule_batches(world, ScheduleRequest(batches=4)).plan
    assert (plan.until - plan.batches[0].start).days == 900


def test_ages_give_one_batch_for_each_standing_at_that_age(world):
    plan = schedule_batches(world, ScheduleRequest(ages=(25, 45, 65, 45))).plan
    assert [(plan.until - batch.start).days for batch in plan.batches] == [65, 45, 45, 25]


@pytest.mark.parametrize(
    ("request_", "words"),
    [
        (
            ScheduleRequest(batches=144, pens_per_batch=10),
            "304,500 fish a pen (limit 200,000) and 33.6 kg/m³ at harvest",
        ),
        (ScheduleRequest(batches=144, pens_per_batch=10), "the nearest possible is --pens-per-batch 16"),
        (ScheduleRequest(batches=144, pens_per_batch=21), "area FO-SEA-01 has 20; the nearest possible is"),
        (ScheduleRequest(batches=1000), "1000 batches do not fit: the history would begin on 1990-05-02"),
        (ScheduleRequest(batches=1000), "the nearest possible is --batches 728"),
        (ScheduleRequest(batches=144, stagger=5), "all 10 halls for Parr in Scotland are taken on"),
        (ScheduleRequest(batches=144, stagger=5), "the nearest possible is --batches 21 or --stagger 13"),
        (ScheduleRequest(years=40), "the nearest possible is --years 25.9"),
        (ScheduleRequest(years=0.1), "--years 0.1 must lie between 0.2 and 1000"),
        (ScheduleRequest(years=float("nan")), "--years nan must lie between"),
        (ScheduleRequest(batches=0), "--batches 0 must lie between 1 and"),
        (ScheduleRequest(stagger=0), "--stagger 0 must lie between 1 and"),
        (ScheduleRequest(saturation=1.2), "--saturation 1.2 must lie between 0.01 and 1"),
        (ScheduleRequest(ages=(30, 900)), "no batch stands at 900 days; the ages must lie between 0 and 899"),
        (ScheduleRequest(ages=(25,) * 30), "the nearest possible is the 21 oldest of these ages"),
        (ScheduleRequest(batches=2, until=date(2031, 1, 1)), "--until 2031-01-01 is in the future"),
        (ScheduleRequest(batches=2, until=date(2001, 1, 1)), "the nearest possible is a last day of 2002-06-19"),
    ],
)
def test_what_cannot_be_is_refused_with_the_reason(world, request_, words):
    with pytest.raises(GrilseError) as refused:
        schedule_batches(world, request_)
    assert words in str(refused.value)
    assert "\n" not in str(refused.value)


def test_twenty_pens_a_batch_fit(world):
    plan = schedule_batches(world, ScheduleRequest(batches=144, pens_per_batch=20)).plan
    assert {len(batch.stages[5].containers) for batch in plan.batches} == {20}


def test_a_company_of_its_own_is_planned_by_its_own_limits(small_world):
    plan = schedule_batches(small_world, ScheduleRequest(batches=2, stagger=600)).plan
    for batch in plan.batches:
        # 250,000 eggs are 1,200 t at harvest: four pens of 25,000 m³ at 14 kg/m³ hold 1,400 t.
        assert batch.stages[5].containers in {("Fyne 1", "Fyne 2", "Fyne 3"), ("Fyne 1", "Fyne 2", "Fyne 3", "Fyne 4")}
    check_plan(plan, small_world)


def test_a_world_without_a_place_for_a_stage_is_refused(small_text):
    world = parse_world(small_text.replace("letter: E, stage: 5", "letter: E, stage: 4"), "w.yaml")
    for request in (ScheduleRequest(batches=1), ScheduleRequest(years=3), ScheduleRequest(ages=(25,))):
        with pytest.raises(GrilseError, match="has no hall for Post-Smolt in Argyll"):
            schedule_batches(world, request)


def test_more_biomass_than_an_area_may_hold_is_refused(small_text):
    world = parse_world(small_text.replace("2500000", "900000"), "w.yaml")
    with pytest.raises(GrilseError, match=r"t in area Loch Fyne, whose limit is 900 t; the nearest possible"):
        schedule_batches(world, ScheduleRequest(batches=1))


def test_more_fish_than_the_tanks_hold_are_refused(small_text):
    world = parse_world(small_text.replace("[200000, 250000]", "[380000, 380000]"), "w.yaml")
    with pytest.raises(GrilseError, match=r"does not fit into the 2 containers of AR-FW-01-E: 82.7 kg/m³ at 500 g"):
        schedule_batches(world, ScheduleRequest(batches=1))
