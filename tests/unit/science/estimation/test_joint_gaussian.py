"""Filter and smoother against one Gaussian over all that chance has a part in, on a farm with everything."""

from dataclasses import replace

import numpy as np
import pytest
from tests.unit.science.estimation.joint_gaussian import FISH, JointGaussian

from grilse.science.estimation import ModelVersion, MovementKind, default_priors, estimate_group
from grilse.science.estimation.growth_base import build_grid, build_growth_base

FALLING, CONSTANT = (3.4, -0.08), (2.6, 0.0)
"""TGC at no weight, and its change with the cube root of weight."""


def build_version(tgc):
    """A growth base of that TGC from before the first day; all else as in the priors."""
    priors = default_priors()
    temperatures, weights = build_grid()
    table = np.tile(tgc[0] + tgc[1] * np.cbrt(weights), (temperatures.size, 1))
    return ModelVersion(
        from_day=0,
        base=build_growth_base([table] * 5, table),
        catch_bias=0.0,
        catch_bias_sd=priors.company_bias_sd,
        unrecorded_loss=priors.unrecorded_loss,
        unrecorded_loss_sd=priors.unrecorded_loss_sd,
    )


def build_farm(story):
    """Two batches: two pens become three in a new stage, one is recounted, all are harvested in the end."""
    story.through = 85
    small, large = story.pen(stop=30, stage=5), story.pen(start=2, stop=30, stage=5)
    other = story.pen(start=5, stop=86, batch=1)
    near, far = story.pen(start=30, stop=80), story.pen(start=30, stop=86)
    story.stock(small, 20_000, 250.0)
    story.stock(large, 15_000, 310.0, day=2)
    story.stock(other, 9_000, 400.0, day=5)
    story.transfer(30, small, near, 12_000, 330.0)
    story.transfer(30, small, far, 7_800)
    story.correct(small, 30, 47)
    story.transfer(30, large, near, 14_850)
    story.correct(large, 30, -61)
    story.transfer(51, far, other, 1_500)
    story.correct(near, 44, -180)
    story.move(60, MovementKind.HARVEST, near, -1, 9_000, 820.0)
    story.move(80, MovementKind.HARVEST, near, -1, 17_400, 1050.0)
    for pen, days in ((small, (3, 9, 20)), (large, (4, 5, 29)), (other, (6, 40, 70)), (near, (33, 58)), (far, (62,))):
        for day in days:
            story.die(pen, day, 20 + day)
    story.weigh(small, 11, 285.0, 40)
    story.weigh(large, 11, 330.0, 80)
    story.weigh(small, 26, 370.0)
    story.weigh(large, 30, 420.0)
    story.weigh(other, 37, 640.0)
    story.weigh(near, 48, 560.0)
    story.weigh(far, 48, 530.0)
    story.weigh(far, 77, 800.0)
    story.feed(small, range(9, 30), 110.0)
    story.feed(near, range(38, 80), 190.0)
    story.feed(other, range(20, 86), 85.0)
    return story


@pytest.fixture(scope="module", params=[CONSTANT, FALLING], ids=["constant TGC", "TGC falls with weight"])
def compared_results(request, new_story):
    story = build_farm(new_story())
    group = story.group()
    # How noise and errors follow a batch's own past is another matter.
    priors = replace(default_priors(), scale_range=(1.0, 1.0), feed_scale_range=(1.0, 1.0))
    result = estimate_group(group, [build_version(request.param)], priors)
    return group, result, JointGaussian(story, priors, request.param).run()


def iter_rows(group, textbook):
    for row, (pen, day) in enumerate(zip(group.rows.placement.tolist(), group.rows.day.tolist(), strict=True)):
        yield row, pen, day, textbook.stood[pen, day]


def compute_figures(textbook, pens, day, hindsight):
    """Count, weight (g) and biomass (kg) of some pens together, each with its SD."""
    mean, covariance = textbook.compute_answer(pens, day, hindsight=hindsight)
    root = mean[0::3]
    fish = mean[2::3] * FISH + np.array([textbook.stood[pen, day] for pen in pens])
    weight, biomass = root**3, fish * root**3 / 1000
    of_fish, of_mass = np.zeros((2, mean.size))
    of_fish[2::3] = FISH
    of_mass[0::3], of_mass[2::3] = 3 * biomass / root, weight * FISH / 1000
    mean_weight = 1000 * biomass.sum() / fish.sum()
    of_weight = (1000 * of_mass - mean_weight * of_fish) / fish.sum()
    spread = [np.sqrt(slope @ covariance @ slope) for slope in (of_fish, of_weight, of_mass)]
    return [fish.sum(), spread[0], mean_weight, spread[1], biomass.sum(), spread[2]]


KNOWN = ("count_estimate", "count_sd", "mean_weight", "mean_weight_sd", "biomass", "biomass_sd")
OBSERVED = tuple(f"smoothed_{name}" for name in ("count", "count_sd", "weight", "weight_sd", "biomass", "biomass_sd"))


@pytest.mark.parametrize(("names", "hindsight"), [(KNOWN, False), (OBSERVED, True)], ids=["as known", "hindsight"])
def test_every_pen_on_every_day_is_as_the_textbook_has_it(compared_results, names, hindsight):
    group, result, textbook = compared_results
    expected = np.array(
        [compute_figures(textbook, [pen], day, hindsight) for _, pen, day, _ in iter_rows(group, textbook)]
    )
    for column, name in enumerate(names):
        np.testing.assert_allclose(getattr(result.placements, name), expected[:, column], rtol=1e-8, err_msg=name)


@pytest.mark.parametrize(("names", "hindsight"), [(KNOWN, False), (OBSERVED, True)], ids=["as known", "hindsight"])
def test_every_batch_has_the_joint_spread_of_its_pens(compared_results, names, hindsight):
    group, result, textbook = compared_results
    states = result.batches
    expected = []
    for batch, day in zip(states.position.tolist(), states.day.tolist(), strict=True):
        here = group.rows.placement[group.rows.day == day]
        pens = here[group.placements.batch[here] == batch].tolist()
        expected.append(compute_figures(textbook, pens, day, hindsight))
    for column, name in enumerate(names):
        np.testing.assert_allclose(getattr(states, name), np.array(expected)[:, column], rtol=1e-8, err_msg=name)


def test_what_is_believed_of_multipliers_is_as_the_textbook_has_it(compared_results):
    group, result, textbook = compared_results
    known, smoothed_multiplier = result.filtered, result.smoothed_multiplier
    for row, pen, day, _ in iter_rows(group, textbook):
        mean, covariance = textbook.compute_answer([pen], day, hindsight=False)
        assert known.root[row] == pytest.approx(mean[0], rel=1e-9)
        assert known.multiplier[row] == pytest.approx(mean[1], rel=1e-9)
        assert known.root_variance[row] == pytest.approx(covariance[0, 0], rel=1e-8)
        assert known.root_multiplier_covariance[row] == pytest.approx(covariance[0, 1], rel=1e-7, abs=1e-12)
        assert known.multiplier_variance[row] == pytest.approx(covariance[1, 1], rel=1e-8)
        later, _ = textbook.compute_answer([pen], day, hindsight=True)
        assert smoothed_multiplier[row] == pytest.approx(later[1], rel=1e-9)


def test_the_last_day_has_the_covariance_its_pens_share(compared_results):
    group, result, textbook = compared_results
    last, day = result.final_state, int(group.rows.day.max())
    mean, covariance = textbook.compute_answer(last.active.tolist(), day, hindsight=False)
    np.testing.assert_allclose(last.root, mean[0::3], rtol=1e-9)
    np.testing.assert_allclose(last.multiplier, mean[1::3], rtol=1e-9)
    stood = [textbook.stood[pen, day] for pen in last.active.tolist()]
    np.testing.assert_allclose(last.count, mean[2::3] * FISH + stood, rtol=1e-9)
    order = np.concatenate([np.arange(part, mean.size, 3) for part in range(3)])
    scale = np.repeat([1.0, 1.0, FISH], last.active.size)
    expected = covariance[order[:, None], order] * scale * scale[:, None]
    np.testing.assert_allclose(last.covariance, expected, rtol=1e-7, atol=1e-9 * np.abs(expected).max())
