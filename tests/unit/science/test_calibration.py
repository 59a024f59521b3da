"""What harvests say of the samples and counts before them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grilse.science.calibration import HarvestEvidence, pool_batch_figures

KNOWN = {"prior": 0.0, "prior_sd": 0.02, "between": 0.02, "worth": 4.0}


def build_evidence(sampled, weighed, ledger=1000.0, missing=0.0, life=0.5):
    return HarvestEvidence(
        pens=2,
        sampled=np.array(sampled, dtype=np.float64),
        weighed=np.array(weighed, dtype=np.float64),
        ledger=np.full(2, ledger),
        missing=np.full(2, missing),
        life=np.full(2, life),
    )


def test_bias_is_how_far_samples_lay_above_the_harvest():
    assert build_evidence([5100.0, 5202.0], [5000.0, 5100.0]).estimate_catch_bias() == pytest.approx(np.log(1.02))
    assert np.isnan(build_evidence([], []).estimate_catch_bias())


def test_samples_that_scatter_around_the_truth_are_not_biased():
    assert build_evidence([4500.0, 5500.0], [5000.0, 5000.0]).estimate_catch_bias() == pytest.approx(0.0)


def test_loss_is_told_per_life():
    assert build_evidence([1.0], [1.0], missing=10.0, life=0.5).estimate_loss() == pytest.approx(0.02)
    assert np.isnan(build_evidence([1.0], [1.0], life=0.0).estimate_loss())


def test_no_batch_leaves_the_prior_and_each_more_is_believed_more():
    assert pool_batch_figures([], **KNOWN).mean == 0.0
    assert pool_batch_figures([float("nan")], **KNOWN).sd == 0.02
    means = [pool_batch_figures([0.02] * n, **KNOWN).mean for n in (1, 3, 10, 50)]
    assert means == sorted(means)
    assert 0.005 < means[0] < 0.015
    assert means[-1] == pytest.approx(0.02, abs=0.0005)


def test_twenty_batches_show_how_biased_samples_are():
    random = np.random.default_rng(3)
    figures = 0.02 + 0.012 * random.standard_normal(20)
    pooled = pool_batch_figures(figures, **KNOWN)
    assert pooled.batches == 20
    assert pooled.mean == pytest.approx(0.02, abs=0.006)
    assert 0.002 < pooled.sd < 0.005
    assert pooled.between == pytest.approx(0.012, abs=0.006)


@given(st.lists(st.floats(-0.1, 0.1), min_size=1, max_size=40))
def test_the_mean_lies_between_the_prior_and_the_figures(figures):
    pooled = pool_batch_figures(figures, **KNOWN)
    low, high = sorted((0.0, float(np.mean(figures))))
    assert low - 1e-12 <= pooled.mean <= high + 1e-12
    assert 0.0 < pooled.sd < 0.02
