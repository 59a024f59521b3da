"""What is written down of a batch holds together, and differs from the truth as people and sensors do."""

import importlib
from datetime import date

import numpy as np
import pytest

from grilse.generator.observation.batch_records import observe_batch
from grilse.generator.observation.readings import PARAMETERS, SensorFault, find_faults, simulate_sensor
from grilse.generator.schedule.scheduler import ScheduleRequest, schedule_batches
from grilse.generator.truth.simulation import simulate_truth

SEED = 11
DAY = 86_400_000_000
EPOCH = date(1970, 1, 1)
ON_LAND = ("co2_mg_l", "ammonium_mg_l", "nitrite_mg_l", "nitrate_mg_l")


@pytest.fixture(scope="module")
def plan(world):
    return schedule_batches(world, ScheduleRequest(ages=(890, 600))).plan


@pytest.fixture(scope="module", params=[0, 1], ids=["harvested", "at sea"])
def observed_batch(request, world, plan):
    """A batch with its truth and its records."""
    batch = plan.batches[request.param]
    truth = simulate_truth(world, batch, plan.until, SEED, plan)
    return batch, truth, observe_batch(world, batch, truth, plan.until, SEED)


def get_table(records, name):
    return records[2].tables[name]


def list_container_names(records, columns):
    """Name of the container of each row."""
    return get_table(records, "stock_placement")["container"][columns["container"]]


def compute_first_day(records):
    return (records[1].start - EPOCH).days


def find_truth_rows(records, placement, dates):
    """Placement-days of the truth."""
    truth = records[1]
    return truth.offset[placement] + dates - compute_first_day(records) - truth.start_day[placement]


def compute_balances(records):
    """Fish in each ledger at the end of each day, shape (placements, days)."""
    truth, moved = records[1], get_table(records, "stock_movement")
    changes = np.zeros((truth.stage.size, truth.days + 2), np.int64)
    for side, sign in (("target", 1), ("source", -1)):
        there = moved[side] >= 0
        where = (moved[side][there], moved["date"][there] - compute_first_day(records))
        np.add.at(changes, where, sign * moved["count"][there])
    return np.cumsum(changes, axis=1)


def test_a_closed_placement_sums_to_zero(observed_batch):
    closed = observed_batch[1].stop_day >= 0
    assert closed.any()
    assert (compute_balances(observed_batch)[closed, -1] == 0).all()


def test_no_ledger_is_negative_on_any_day(observed_batch):
    assert (compute_balances(observed_batch) >= 0).all()


def test_the_ledger_of_standing_fish_is_within_a_few_percent_of_the_truth(observed_batch):
    truth = observed_batch[1]
    standing_fish = np.flatnonzero(truth.stop_day < 0)
    last = truth.count[truth.offset[standing_fish + 1] - 1]
    error = compute_balances(observed_batch)[standing_fish, -1] / last - 1.0
    assert (np.abs(error) < 0.05).all()


def test_every_movement_lies_inside_its_placements(observed_batch):
    placed, moved = get_table(observed_batch, "stock_placement"), get_table(observed_batch, "stock_movement")
    stop = np.where(placed["stop"] < 0, np.iinfo(np.int32).max, placed["stop"])
    left, came = moved["source"] >= 0, moved["target"] >= 0
    source, target = moved["source"][left], moved["target"][came]
    assert (moved["date"][left] >= placed["start"][source]).all()
    assert (moved["date"][left] <= stop[source]).all()
    assert (moved["date"][came] >= placed["start"][target]).all()
    assert (moved["date"][came] < stop[target]).all()
    assert (moved["count"] > 0).all()


def test_each_kind_of_movement_has_its_sides(observed_batch):
    moved = get_table(observed_batch, "stock_movement")
    has_source, has_target = moved["source"] >= 0, moved["target"] >= 0
    kind = moved["kind"]
    assert (has_target & ~has_source)[kind == "STOCKING"].all()
    assert (has_target & has_source)[kind == "TRANSFER"].all()
    assert (has_source & ~has_target)[np.isin(kind, ["MORTALITY", "CULL", "HARVEST"])].all()
    assert (has_source ^ has_target)[kind == "COUNT_CORRECTION"].all()


def test_some_dead_are_never_found(observed_batch):
    truth, moved = observed_batch[1], get_table(observed_batch, "stock_movement")
    recorded = moved["count"][moved["kind"] == "MORTALITY"].sum()
    missed = (truth.dead.sum() - recorded) / observed_batch[0].eggs
    assert 0.002 < missed < 0.03


def test_causes_of_death_are_codes_of_the_tree(observed_batch):
    rules = importlib.import_module("grilse.health.migrations.0002_rules")
    moved = get_table(observed_batch, "stock_movement")
    written = set(moved["cause"][moved["kind"] == "MORTALITY"].tolist())
    assert written <= {code for code, _, _ in rules.CAUSES}
    assert {"INFECTIOUS", "UNKNOWN"} <= written


def test_every_transfer_belongs_to_an_order_of_its_batch(observed_batch):
    moved, orders = get_table(observed_batch, "stock_movement"), get_table(observed_batch, "stock_transferorder")
    transfers = moved["kind"] == "TRANSFER"
    assert (moved["order"][~transfers] == -1).all()
    days = moved["date"][transfers] - compute_first_day(observed_batch)
    for order, number in enumerate(orders["number"].tolist()):
        begun = days[moved["order"][transfers] == order].min()
        assert number == f"TRF-{observed_batch[0].number}-D{begun:03d}"
    assert len(set(orders["number"].tolist())) == orders["number"].size == 5


def test_fish_over_20_g_are_weighed_when_they_move(observed_batch):
    truth, moved = observed_batch[1], get_table(observed_batch, "stock_movement")
    transfers = moved["kind"] == "TRANSFER"
    weighed = ~np.isnan(moved["mean_weight_g"][transfers])
    stage = truth.stage[moved["source"][transfers]]
    assert weighed[stage >= 3].all()
    assert not weighed[stage == 1].any()
    assert (moved["fish_weighed"][transfers][weighed] >= 1).all()
    assert (moved["fish_weighed"][transfers][~weighed] == -1).all()
    assert set(moved["weight_method"][transfers].tolist()) == {"", "GRADER"}


def test_harvest_tells_the_truth_and_its_grades_sum_to_it(observed_batch):
    truth, moved, grades = (
        observed_batch[1],
        get_table(observed_batch, "stock_movement"),
        get_table(observed_batch, "stock_harvestgrade"),
    )
    harvest = moved["kind"] == "HARVEST"
    assert moved["count"][harvest].sum() == truth.harvests["count"].sum() == grades["count"].sum()
    live = (truth.harvests["count"] * truth.harvests["weight_g"]).sum() / 1000.0
    assert grades["gutted_kg"].sum() == pytest.approx(0.83 * live, rel=1e-4)


def test_weight_samples_scatter_around_the_truth(observed_batch):
    truth, samples = observed_batch[1], get_table(observed_batch, "stock_weightsample")
    row = find_truth_rows(observed_batch, samples["placement"], samples["date"])
    error = samples["mean_weight_g"] / truth.weight_g[row] - 1.0
    assert abs(error.mean()) < 0.01
    assert 0.035 < error.std() < 0.06
    assert samples["fish_weighed"].min() >= 30
    assert samples["fish_weighed"].max() <= 100
    assert (truth.stage[samples["placement"]] > 1).all()


def test_samples_of_a_container_are_two_to_four_weeks_apart(observed_batch):
    samples = get_table(observed_batch, "stock_weightsample")
    order = np.lexsort((samples["date"], samples["placement"]))
    placement, dates = samples["placement"][order], samples["date"][order]
    gaps = np.diff(dates)[np.diff(placement) == 0]
    assert gaps.min() >= 14
    assert gaps.max() <= 28


def test_a_catch_bias_of_the_company_shows_in_every_sample(world, plan, observed_batch):
    batch, truth, records = observed_batch
    heavy = observe_batch(world, batch, truth, plan.until, SEED, catch_bias=np.log(1.02))
    plain, biased = (sample.tables["stock_weightsample"]["mean_weight_g"] for sample in (records, heavy))
    large = plain > 300.0
    assert biased[large] / plain[large] == pytest.approx(1.02, abs=0.004)


def test_meals_add_up_to_the_feed_delivered_each_day(observed_batch):
    truth, meals = observed_batch[1], observed_batch[2].meals
    row = find_truth_rows(observed_batch, meals["placement"], meals["at"] // DAY)
    assert np.bincount(row, meals["grams"], truth.feed_g.size).astype(np.int64).tolist() == truth.feed_g.tolist()
    assert np.bincount(row).max() == 2
    assert (meals["grams"] > 0).all()
    pairs = np.stack([meals["placement"], meals["at"]])
    assert np.unique(pairs, axis=1).shape == pairs.shape


def test_readings_are_taken_only_where_fish_stand(observed_batch):
    truth, readings = observed_batch[1], get_table(observed_batch, "environment_reading")
    days = set(
        zip(
            truth.container[truth.placement].tolist(),
            (truth.day + compute_first_day(observed_batch)).tolist(),
            strict=True,
        )
    )
    stood = list_container_names(observed_batch, readings).tolist()
    read = set(zip(stood, (readings["at"] // DAY).tolist(), strict=True))
    assert read <= days
    assert len(read) > 0.95 * len(days)
    moments = list(zip(stood, readings["at"].tolist(), strict=True))
    assert len(set(moments)) == len(moments)


def test_land_and_sea_are_measured_for_what_matters_there(observed_batch, world):
    readings = get_table(observed_batch, "environment_reading")
    sea = np.array(
        [world.get_container(name).area is not None for name in list_container_names(observed_batch, readings).tolist()]
    )
    assert np.isnan(readings["salinity_ppt"][~sea]).all()
    for name in ON_LAND:
        assert np.isnan(readings[name][sea]).all()
    per_day = {name: np.count_nonzero(~np.isnan(readings[name])) for name in PARAMETERS}
    land_days, sea_days = (np.count_nonzero(where) / 6 for where in (~sea, sea))
    assert per_day["temperature_c"] == pytest.approx(6 * (land_days + sea_days), rel=0.04)
    assert per_day["salinity_ppt"] == pytest.approx(6 * sea_days, rel=0.06)
    assert per_day["ph"] == pytest.approx(2 * land_days + 6 * sea_days, rel=0.06)
    assert per_day["nitrate_mg_l"] == pytest.approx(land_days, rel=0.06)


def test_readings_follow_the_true_water(observed_batch):
    truth, days = observed_batch[1], get_table(observed_batch, "environment_dailyenvironment")
    true = {
        (name, day): (temperature, oxygen)
        for name, day, temperature, oxygen in zip(
            truth.container[truth.placement].tolist(),
            (truth.day + compute_first_day(observed_batch)).tolist(),
            truth.temperature_c.tolist(),
            truth.oxygen_pct.tolist(),
            strict=True,
        )
    }
    at = zip(list_container_names(observed_batch, days).tolist(), days["date"].tolist(), strict=True)
    temperature, oxygen = np.array([true[key] for key in at]).T
    assert np.nanpercentile(np.abs(days["temperature_mean"] - temperature), 95) < 0.1
    assert np.nanpercentile(np.abs(days["oxygen_mean"] - oxygen), 95) < 3.0


def test_a_day_is_the_mean_lowest_highest_and_number_of_its_readings(observed_batch):
    readings, days = (
        get_table(observed_batch, "environment_reading"),
        get_table(observed_batch, "environment_dailyenvironment"),
    )
    for index in np.linspace(0, days["date"].size - 1, 25).astype(int).tolist():
        own = readings["container"] == days["container"][index]
        values = readings["oxygen_pct"][own & (readings["at"] // DAY == days["date"][index])]
        values = values[~np.isnan(values)].astype(float)
        assert days["oxygen_n"][index] == values.size
        if values.size:
            shown_day = [days[f"oxygen_{what}"][index] for what in ("mean", "min", "max")]
            assert shown_day == pytest.approx([values.mean(), values.min(), values.max()], rel=1e-6)


def test_lice_counts_are_those_on_which_decisions_were_taken(observed_batch):
    truth, counts = observed_batch[1].lice_counts, get_table(observed_batch, "health_licecount")
    pairs = np.stack([counts["placement"], counts["date"]])
    assert np.unique(pairs, axis=1).shape == pairs.shape
    for figure in ("fish_counted", "adult_female", "mobile", "attached", "total", "caligus"):
        assert counts[figure].sum() == truth[figure].sum()


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("stock_weightsample", "date"),
        ("health_licecount", "date"),
        ("health_treatment", "start"),
        ("health_healthsample", "date"),
    ],
)
def test_what_is_done_with_fish_is_done_where_they_stand(observed_batch, name, day):
    placed, events = get_table(observed_batch, "stock_placement"), get_table(observed_batch, name)
    stop = np.where(placed["stop"] < 0, np.iinfo(np.int32).max, placed["stop"])
    assert (events[day] >= placed["start"][events["placement"]]).all()
    assert (events[day] < stop[events["placement"]]).all()


def test_placements_have_names_of_their_own_and_are_open_while_fish_stand(observed_batch):
    truth, placed = observed_batch[1], get_table(observed_batch, "stock_placement")
    assert len(set(placed["name"].tolist())) == placed["name"].size
    assert placed["name"][0] == f"{observed_batch[0].number}/1/{truth.container[0]}"
    assert ((placed["stop"] == -1) == (truth.stop_day < 0)).all()


def test_both_vaccines_are_given_and_only_delousings_have_an_efficacy(observed_batch):
    treatments = get_table(observed_batch, "health_treatment")
    vaccinated = treatments["kind"] == "vaccination"
    assert set(treatments["method"][vaccinated].tolist()) == {"dip", "injection"}
    assert np.isnan(treatments["efficacy"][vaccinated]).all()
    assert not np.isnan(treatments["efficacy"][~vaccinated]).any()


def test_each_fish_of_a_health_sample_has_one_score_for_each_parameter(observed_batch):
    samples, scores = get_table(observed_batch, "health_healthsample"), get_table(observed_batch, "health_healthscore")
    total = sum(scores[f"score_{score}"] for score in range(4))
    assert (total == samples["fish"][scores["sample"]]).all()
    assert (np.bincount(scores["sample"]) == 5).all()
    pairs = np.stack([samples["placement"], samples["date"]])
    assert np.unique(pairs, axis=1).shape == pairs.shape


def test_the_plan_has_all_six_stages(observed_batch):
    planned = get_table(observed_batch, "planning_plannedstage")
    assert planned["stage"].tolist() == [1, 2, 3, 4, 5, 6]
    assert (planned["start"][1:] == planned["stop"][:-1]).all()


def test_nothing_is_dated_after_the_last_day(observed_batch, plan):
    last = (plan.until - EPOCH).days
    for name, columns in observed_batch[2].tables.items():
        for column in ("date", "start"):
            if column in columns and name != "planning_plannedstage":
                assert columns[column].max(initial=0) <= last, name
    assert get_table(observed_batch, "environment_reading")["at"].max() // DAY <= last
    assert observed_batch[2].meals["at"].max() // DAY <= last


def test_the_same_seed_writes_the_same_and_another_another(observed_batch, world, plan):
    batch, truth, records = observed_batch
    again, other = (observe_batch(world, batch, truth, plan.until, seed) for seed in (SEED, SEED + 1))
    for name, columns in records.tables.items():
        for column, values in columns.items():
            np.testing.assert_array_equal(values, again.tables[name][column])
    assert (
        other.tables["stock_movement"]["count"].tolist()
        != get_table(observed_batch, "stock_movement")["count"].tolist()
    )


def test_readings_a_day_can_be_asked_for(observed_batch, world, plan):
    batch, truth, _ = observed_batch
    records = observe_batch(world, batch, truth, plan.until, SEED, readings_per_day=1)
    readings = records.tables["environment_reading"]
    moments = np.unique(np.stack([readings["container"], readings["at"] // DAY]), axis=1)
    assert moments.shape[1] == readings["at"].size


def test_a_sensor_fails_at_the_same_time_whoever_stands_there():
    year = int((date(2024, 1, 1) - EPOCH).days) * DAY
    all_faults = find_faults(SEED, "FO-FW-01-B-01", "oxygen_pct", year, year + 700 * DAY)
    half = find_faults(SEED, "FO-FW-01-B-01", "oxygen_pct", year + 350 * DAY, year + 700 * DAY)
    assert half == [fault for fault in all_faults if fault.end > year + 350 * DAY]


def test_a_stuck_sensor_shows_one_value_and_a_silent_one_none():
    at = np.arange(200) * DAY // 6
    true = np.linspace(5.0, 10.0, at.size)
    stuck, silent = (
        simulate_sensor(
            "temperature_c",
            true,
            at,
            np.zeros(at.size),
            [build_fault("stuck", 20, 40), build_fault("silent", 100, 110)],
        )[part]
        for part in (slice(20, 40), slice(100, 110))
    )
    assert np.unique(stuck).size == 1
    assert np.isnan(silent).all()


def build_fault(kind, begin, end):
    return SensorFault(kind, begin * DAY // 6, end * DAY // 6, 1.0)
