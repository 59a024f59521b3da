"""Growth learned from a company's own harvests, from the day on which it may be known."""

from dataclasses import replace

import numpy as np
import pytest

from grilse.science.estimation import ModelVersion, Provenance, default_priors, estimate_group
from grilse.science.estimation.growth_base import build_grid, build_growth_base

PRIORS = default_priors()
NAMES = ("mean_weight", "mean_weight_sd", "count_estimate", "count_sd", "biomass_sd", "multiplier", "fcr")


def build_version(from_day, tgc, *, bias=0.0, bias_sd=PRIORS.company_bias_sd):
    temperatures, weights = build_grid()
    table = np.full((temperatures.size, weights.size), tgc)
    return ModelVersion(
        from_day=from_day,
        base=build_growth_base([table] * 5, table),
        catch_bias=bias,
        catch_bias_sd=bias_sd,
        unrecorded_loss=PRIORS.unrecorded_loss,
        unrecorded_loss_sd=PRIORS.unrecorded_loss_sd,
    )


@pytest.fixture
def pen(story):
    """A pen at sea that is weighed now and then."""
    story.stock(story.pen(), 1000, 500.0)
    for day in (20, 45, 70):
        story.weigh(0, day, 500.0 * 1.008**day)
    return story


def test_without_a_version_growth_is_the_literature_s_and_the_state_says_so(pen):
    states = estimate_group(pen.group()).placements
    assert (states.model == -1).all()
    assert ((states.provenance & int(Provenance.STAGE_DEFAULTS)) > 0).all()


def test_constant_growth_meets_the_check_values(story):
    story.stock(story.pen(), 1000, 100.0)
    weight = estimate_group(story.group(), [build_version(-10, 2.75)]).placements.mean_weight
    # A multiplier of 1 with an uncertain future still expects what multiplier 1 brings.
    assert weight[0] == pytest.approx(100.0)
    assert weight[1] == pytest.approx(101.788, abs=1e-3)
    assert weight[100] == pytest.approx(403.84, abs=0.01)


def test_two_kilograms_at_eleven_and_a_half_degrees(story):
    story.warmth = 11.5
    story.stock(story.pen(), 1000, 2000.0)
    weight = estimate_group(story.group(), [build_version(-10, 2.75)]).placements.mean_weight
    assert weight[1] == pytest.approx(2015.10, abs=0.005)


@pytest.mark.parametrize("day", [42, 45, 50])
def test_a_version_is_used_from_its_day_on_and_changes_no_bit_before(pen, day):
    group = pen.group()
    old, new = build_version(-10, 2.5), build_version(day, 1.0, bias=0.01, bias_sd=0.002)
    without, with_it = estimate_group(group, [old]).placements, estimate_group(group, [old, new]).placements
    for name in NAMES:
        first_value, other = getattr(without, name), getattr(with_it, name)
        assert first_value[:day].tobytes() == other[:day].tobytes(), name
    assert with_it.model.tolist() == [0] * day + [1] * (101 - day)
    # The pen was seen to grow faster than the new table has it, and goes on so for the most part.
    slower = np.diff(with_it.mean_weight)[day] / np.diff(without.mean_weight)[day]
    assert 1.0 / 2.5 < slower < 0.95


def test_fish_that_were_never_weighed_grow_by_the_new_table_at_once(story):
    story.stock(story.pen(), 1000, 500.0)
    old, new = build_version(-10, 2.5), build_version(50, 1.0)
    without, with_it = (estimate_group(story.group(), versions).placements for versions in ([old], [old, new]))
    slower = np.diff(with_it.mean_weight)[50] / np.diff(without.mean_weight)[50]
    assert slower == pytest.approx(1.0 / 2.5, rel=0.02)
    assert not (with_it.provenance & int(Provenance.STAGE_DEFAULTS)).any()


def test_the_first_version_takes_over_from_the_literature(pen):
    states = estimate_group(pen.group(), [build_version(30, 2.5)]).placements
    assert states.model.tolist() == [-1] * 30 + [0] * 71
    defaults = (states.provenance & int(Provenance.STAGE_DEFAULTS)) > 0
    assert defaults.tolist() == [True] * 30 + [False] * 71


def test_a_catch_bias_that_was_learned_is_taken_off_every_later_sample(pen):
    group = pen.group()
    results = [
        estimate_group(
            group, [build_version(-10, 2.5), build_version(40, 2.5, bias=bias, bias_sd=0.001)]
        ).placements.mean_weight
        for bias in (0.0, 0.04)
    ]
    # Samples before that day were biased as well.
    assert (results[1][40:] < results[0][40:]).all()
    assert (results[1][:40] == results[0][:40]).all()
    assert results[1][71] / results[0][71] == pytest.approx(0.965, abs=0.02)


def test_a_version_from_before_the_first_day_brings_its_bias_and_its_loss(story):
    story.stock(story.pen(), 10_000)
    for day in range(0, 100, 5):
        story.die(0, day, 1)
    story.weigh(0, 10, 1000.0, 10_000)
    group = story.group()
    plain = build_version(0, 2.5, bias_sd=0.001)
    learned = replace(plain, catch_bias=0.05, unrecorded_loss=0.05)
    before, after = (estimate_group(group, [versions_used]).placements for versions_used in (plain, learned))
    assert after.mean_weight[10] / before.mean_weight[10] == pytest.approx(0.95, abs=0.01)
    assert after.count_estimate[-1] < before.count_estimate[-1] - 25


def test_a_recomputation_that_knows_more_versions_later_changes_nothing(pen):
    group = pen.group()
    old, new = build_version(-10, 2.5), build_version(101, 1.0)
    first_result, other = estimate_group(group, [old]), estimate_group(group, [old, new])
    for states, same in ((first_result.placements, other.placements), (first_result.batches, other.batches)):
        for name in (*NAMES, "smoothed_weight", "smoothed_weight_sd", "model"):
            assert getattr(states, name).tobytes() == getattr(same, name).tobytes(), name
