"""Weight samples recorded by actions."""

from dataclasses import replace

import pytest
from tests.edited_farm import on

from grilse.errors import GrilseError
from grilse.stock.actions.weight_samples import (
    MeasuredFish,
    NewSample,
    correct_sample,
    exclude_sample,
    include_sample,
    record_samples,
    withdraw_sample,
)
from grilse.stock.models import WeightSample

REASON = {"reason": "scale was off"}


@pytest.fixture
def fish_weights(farm):
    """Fish of a pen on a day without a sample."""
    return NewSample(placement=farm.placements["A/P1"], date=on(33), fish_weighed=60, mean_weight_g=152.0, sd_g=30.0)


def test_a_sample_is_entered_corrected_and_withdrawn(farm, acting, fish_weights):
    [id] = record_samples([fish_weights])
    assert WeightSample.objects.get(pk=id).mean_weight_g == 152

    correct_sample(id, replace(fish_weights, mean_weight_g=148.0, method="CAMERA", sd_g=None), **REASON)
    row = WeightSample.objects.get(pk=id)
    assert (row.mean_weight_g, row.method, row.sd_g) == (148, "CAMERA", None)

    withdraw_sample(id, **REASON)
    assert not WeightSample.objects.filter(pk=id).exists()


def test_a_sample_is_set_aside_with_a_reason_and_taken_back(farm, acting, fish_weights):
    [id] = record_samples([fish_weights])

    with pytest.raises(GrilseError, match="say why"):
        exclude_sample(id, "  ")
    exclude_sample(id, "sick fish at the surface")
    assert WeightSample.objects.get(pk=id).not_representative == "sick fish at the surface"
    correct_sample(id, replace(fish_weights, mean_weight_g=148.0), **REASON)
    assert WeightSample.objects.get(pk=id).not_representative, "a correction does not take it back"
    include_sample(id)
    assert not WeightSample.objects.get(pk=id).not_representative


def test_the_day_on_which_the_fish_left_can_have_a_sample(farm, acting, fish_weights):
    record_samples([replace(fish_weights, placement=farm.placements["A/T1"], date=on(20))])

    with pytest.raises(GrilseError, match="after its placement: A/T1 ends on 2024-01-21"):
        record_samples([replace(fish_weights, placement=farm.placements["A/T1"], date=on(21))])


def test_a_second_sample_of_one_kind_and_day_is_a_correction(farm, acting, fish_weights):
    [id] = record_samples([fish_weights])

    for again in ([fish_weights], [replace(fish_weights, date=on(34))] * 2):
        with pytest.raises(GrilseError, match="is there already: correct it"):
            record_samples(again)
    [other] = record_samples([replace(fish_weights, method="CAMERA")])
    with pytest.raises(GrilseError, match="is there already: correct it"):
        correct_sample(other, fish_weights, **REASON)
    correct_sample(id, replace(fish_weights, fish_weighed=61), **REASON)


def test_fish_weighed_one_by_one_give_number_mean_spread_and_k(farm, acting, fish_weights):
    sizes = [(100.0, 20.0), (140.0, 22.0), (120.0, None)]
    fish = [MeasuredFish(weight_g=grams, length_cm=cm) for grams, cm in sizes]
    single = NewSample(placement=fish_weights.placement, date=fish_weights.date, fish=fish)

    [id] = record_samples([single])

    row = WeightSample.objects.get(pk=id)
    assert (row.fish_weighed, row.mean_weight_g, row.sd_g, row.mean_length_cm) == (3, 120, 20, 21)
    assert row.k_factor == pytest.approx((100 * 100 / 20**3 + 100 * 140 / 22**3) / 2)
    assert [(measurement.weight_g, measurement.length_cm) for measurement in row.fish.all()] == sizes
    correct_sample(id, replace(single, fish=fish[1:]), **REASON)
    row.refresh_from_db()
    assert (row.fish_weighed, row.mean_weight_g, row.fish.count()) == (2, 130, 2)
    correct_sample(id, fish_weights, **REASON)
    assert not row.fish.exists()
    withdraw_sample(id, **REASON)


def test_a_mean_length_gives_k(farm, acting, fish_weights):
    [id] = record_samples([replace(fish_weights, mean_weight_g=150.0, mean_length_cm=25.0)])

    row = WeightSample.objects.get(pk=id)
    assert (row.mean_length_cm, row.k_factor) == (25, pytest.approx(0.96))


def test_a_correction_and_a_withdrawal_of_a_sample_need_a_reason(farm, acting, fish_weights):
    [id] = record_samples([fish_weights])

    for edit in (lambda: correct_sample(id, fish_weights, reason=""), lambda: withdraw_sample(id, reason="  ")):
        with pytest.raises(GrilseError, match="say why: a correction or withdrawal needs a reason"):
            edit()


REFUSED = {
    "0 fish weighed": {"fish_weighed": 0},
    "a mean weight of 0 g": {"mean_weight_g": 0.0},
    "a standard deviation of -1 g": {"sd_g": -1.0},
    "sd g: inf is no number": {"sd_g": float("inf")},
    "EYE is none of HAND": {"method": "EYE"},
    "nicest is none of random": {"selection": "nicest"},
    "before its placement": {"date": on(3)},
    "a sample needs its fish": {"mean_weight_g": None},
    "leave one of them out": {"fish": [MeasuredFish(weight_g=150.0)]},
    "a length of 0 cm": {"mean_length_cm": 0.0},
    "there is no placement": {"placement": 999_999},
}


@pytest.mark.parametrize("why", REFUSED)
def test_a_sample_that_cannot_be_is_refused(farm, acting, fish_weights, why):
    with pytest.raises(GrilseError, match=why):
        record_samples([replace(fish_weights, **REFUSED[why])])


def test_a_sample_that_is_not_there_is_not_edited(farm, acting, fish_weights):
    for edit in (
        lambda id: withdraw_sample(id, **REASON),
        include_sample,
        lambda id: correct_sample(id, fish_weights, **REASON),
    ):
        with pytest.raises(GrilseError, match="there is no weight sample 999999"):
            edit(999_999)
