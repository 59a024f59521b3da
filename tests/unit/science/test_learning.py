"""Growth learned from batches that were grown with a table that is known here."""

from dataclasses import replace

import numpy as np
import pytest

from grilse.science.estimation import default_growth_base
from grilse.science.growth_table import literature_table
from grilse.science.learning import SEA, GrowthDays, base_gain, bin_growth_days, learn_growth_table, learning_priors

SEASON = 365.25


def compute_season(days, mean=10.0, swing=3.0, start=0.0):
    """Temperatures of a site through the year, °C."""
    return mean + swing * np.sin(2 * np.pi * (np.arange(days) + start) / SEASON)


def build_sea_batch(truth, *, water, first_weight=150.0, pens=1):
    """Days of a batch whose fish grow `truth(root, temperature)` times as fast as the literature says."""
    root, days = np.cbrt(first_weight), []
    for temperature in water:
        gain = base_gain(default_growth_base(), grow_one_day(root, temperature))[0]
        factor = truth(root, temperature)
        days.append((root, temperature, factor))
        root += gain * factor
    roots, temperatures, factors = np.repeat(np.array(days), pens, axis=0).T
    return bin_days(roots, temperatures, factors, np.repeat(np.arange(len(days)), pens))


def grow_one_day(root, temperature):
    return build_growth_days(np.array([root]), np.array([temperature]), np.ones(1), np.zeros(1, dtype=np.int64))


def build_growth_days(roots, temperatures, multiplier, day, stage=6):
    """Days of fish that gain the multiplier times what the literature says."""
    days = GrowthDays(
        root=roots,
        temperature=temperatures,
        stage=np.full(roots.size, stage),
        sea=np.full(roots.size, stage == 6),
        gain=np.zeros(roots.size),
        day=day,
    )
    return replace(days, gain=base_gain(default_growth_base(), days) * multiplier)


def bin_days(*columns, **stage):
    return bin_growth_days(build_growth_days(*columns, **stage), default_growth_base())


def learn_table(batches):
    return learn_growth_table(batches, literature_table(), learning_priors())


def compare_at_sea(table):
    """Learned over the literature's TGC, shape (temperatures, weights)."""
    return table.sea / literature_table().sea


def test_nothing_harvested_leaves_the_literature():
    table = learn_table([])
    np.testing.assert_array_equal(table.sea, literature_table().sea)
    np.testing.assert_array_equal(table.fresh, literature_table().fresh)


def test_fish_that_grew_by_a_known_table_give_it_back():
    random = np.random.default_rng(5)

    def compute_true_factor(root, temperature):
        return 1.0 + 0.12 * np.sin((root - 5.0) / 4.0) - 0.02 * (temperature - 10.0)

    batches = []
    for _ in range(60):
        luck = np.exp(0.07 * random.standard_normal())
        water = compute_season(480, start=random.uniform(0, SEASON))
        batches.append(build_sea_batch(lambda x, t, luck=luck: luck * compute_true_factor(x, t), water=water))
    table = learn_table(batches)

    inside = (table.sea_weight >= 300) & (table.sea_weight <= 4000)
    warm = (table.sea_temperature >= 7.0) & (table.sea_temperature <= 12.0)
    roots, temperatures = np.meshgrid(np.cbrt(table.sea_weight[inside]), table.sea_temperature[warm])
    error = compare_at_sea(table)[np.ix_(warm, inside)] / compute_true_factor(roots, temperatures) - 1.0
    assert np.abs(error).mean() < 0.015
    assert np.abs(error).max() < 0.04


def test_little_moves_the_table_little_and_more_moves_it_more():
    fast = [
        build_sea_batch(lambda x, t: 1.2, water=compute_season(60 * months), first_weight=800.0)
        for months in (1, 2, 4, 8)
    ]
    moved = [compare_at_sea(learn_table([batch]))[5, 6] for batch in fast] + [compare_at_sea(learn_table(fast))[5, 6]]
    assert 1.0 < moved[0] < moved[1] < moved[-1]
    assert moved[0] < 1.12
    assert moved[-1] > 1.14


def test_many_days_and_pens_of_one_batch_do_not_outweigh_others():
    odd = build_sea_batch(lambda x, t: 1.3, water=compute_season(480), pens=12)
    usual = [build_sea_batch(lambda x, t: 1.0, water=compute_season(240, start=30 * k)) for k in range(9)]
    level = compare_at_sea(learn_table([odd, *usual]))[5, 6] - 1.0
    assert abs(level) < 2.0 * 0.3 / 10

    alone = build_sea_batch(lambda x, t: 1.3, water=compute_season(480), pens=1)
    np.testing.assert_allclose(learn_table([odd]).sea, learn_table([alone]).sea, rtol=1e-9)


def test_water_and_weights_never_seen_take_on_the_level_without_turning():
    mild = [
        build_sea_batch(lambda x, t: 1.15 - 0.03 * (t - 10.0), water=compute_season(300, swing=1.5, start=30 * k))
        for k in range(20)
    ]
    ratio = compare_at_sea(learn_table(mild))
    warm = literature_table().sea_temperature >= 12.0
    heavy = literature_table().sea_weight >= 4000.0
    assert (np.diff(ratio[warm], axis=0) >= 0.0).all()
    assert (ratio > 1.0).all()
    for row in np.diff(ratio[:, heavy], axis=1):
        assert (row <= 1e-12).all() or (row >= -1e-12).all()


def test_a_stage_on_land_learns_its_level_and_no_other_s():
    def build_parr(luck):
        roots = np.linspace(1.8, 3.9, 90)
        return bin_days(roots, np.full(90, 12.0), np.full(90, luck), np.arange(90), stage=3)

    table = learn_table([build_parr(1.1) for _ in range(12)])
    ratio = table.fresh[:, 3] / literature_table().fresh[:, 3]
    assert ratio[2] == pytest.approx(1.1, abs=0.02)
    np.testing.assert_allclose(ratio[[0, 1, 3, 4]], 1.0)
    np.testing.assert_array_equal(table.sea, literature_table().sea)


def test_eggs_and_water_without_growth_teach_nothing():
    eggs = build_growth_days(np.full(9, 0.5), np.full(9, 7.0), np.ones(9), np.arange(9), stage=1)
    frozen = build_growth_days(np.full(9, 10.0), np.full(9, -1.0), np.ones(9), np.arange(9))
    for days in (eggs, frozen):
        assert bin_growth_days(days, default_growth_base()).stage.size == 0


def test_pens_side_by_side_are_days_of_one_batch():
    batch = build_sea_batch(lambda x, t: 1.0, water=compute_season(100), pens=1)
    many = build_sea_batch(lambda x, t: 1.0, water=compute_season(100), pens=12)
    assert set(many.stage) == {SEA}
    np.testing.assert_allclose(many.days, batch.days)
    assert many.days.sum() == pytest.approx(100.0)
