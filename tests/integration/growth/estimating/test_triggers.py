"""A correction is in the states before its transaction ends: forward, backward and across transfers."""

from tests.edited_farm import on
from tests.farm_edits import lose_fish, record_readings, record_sample, withdraw_mixing

from grilse.growth.models import BatchState, DailyState
from grilse.stock.actions import weight_samples


def read_column(farm, name, column):
    """Return a column of a placement by day."""
    states = DailyState.objects.filter(placement=farm.placements[name]).order_by("date")
    return dict(states.values_list("date", column))


def list_differing_days(before, after):
    assert before.keys() == after.keys()
    return sorted(day for day in before if before[day] != after[day])


def test_a_late_sample_moves_every_later_day_and_no_earlier_one_as_it_was_known(farm, acting):
    known, best = read_column(farm, "B/P3", "mean_weight_g"), read_column(farm, "B/P3", "hindsight_weight_g")

    record_sample(farm, ("B/P3", 37), 1.4 * known[on(37)])

    days = list_differing_days(known, read_column(farm, "B/P3", "mean_weight_g"))
    assert days == [day for day in known if day >= on(37)]
    assert min(list_differing_days(best, read_column(farm, "B/P3", "hindsight_weight_g"))) < on(37)


def test_a_sample_set_aside_is_as_none(farm, acting):
    with_it = read_column(farm, "A/P1", "mean_weight_g")
    [id] = weight_samples.record_samples(
        [weight_samples.NewSample(placement=farm.placements["A/P1"], date=on(34), fish_weighed=40, mean_weight_g=120.0)]
    )
    assert read_column(farm, "A/P1", "mean_weight_g") != with_it

    weight_samples.exclude_sample(id, "sick fish")

    assert read_column(farm, "A/P1", "mean_weight_g") == with_it
    weight_samples.include_sample(id)
    assert read_column(farm, "A/P1", "mean_weight_g") != with_it


def test_what_happens_to_one_batch_reaches_those_its_fish_went_to_and_came_from(farm, acting):
    before = {name: read_column(farm, name, "hindsight_weight_g") for name in ("A/P2", "B/P3", "C/P4")}

    record_sample(farm, ("C/P4", 33), 180.0)

    assert all(list_differing_days(before[name], read_column(farm, name, "hindsight_weight_g")) for name in before)


def test_batches_without_a_transfer_are_estimated_apart(farm, acting):
    record_sample(farm, ("B/P3", 30), 90.0)
    tied = {name: read_column(farm, name, "hindsight_weight_g") for name in ("B/P3", "C/P4")}
    withdraw_mixing(farm, 1)

    after = {name: read_column(farm, name, "hindsight_weight_g") for name in tied}
    assert all(list_differing_days(tied[name], after[name]) for name in tied)
    record_sample(farm, ("B/P3", 39), 300.0)
    assert read_column(farm, "C/P4", "hindsight_weight_g") == after["C/P4"]
    assert read_column(farm, "B/P3", "hindsight_weight_g") != after["B/P3"]


def test_the_states_are_those_of_the_ledger_in_the_same_transaction(farm, acting):
    lose_fish(farm, ("A/P1", 40), "HARVEST", 5_000)

    state = DailyState.objects.get(placement=farm.placements["A/P1"], date=on(40))
    assert state.count == 6_000 - 25 - 5_000
    batch_state = BatchState.objects.get(batch=farm.batches["A"], date=on(40))
    assert batch_state.count == 975 + 2_900


def test_a_reading_moves_the_line_of_its_container_only(farm, acting):
    first, other = read_column(farm, "A/P1", "temperature_c"), read_column(farm, "B/P3", "temperature_c")

    record_readings(farm, "A/P1", 34, [15.0])

    assert list_differing_days(first, read_column(farm, "A/P1", "temperature_c"))
    assert read_column(farm, "B/P3", "temperature_c") == other
