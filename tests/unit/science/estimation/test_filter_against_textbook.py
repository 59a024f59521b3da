"""The filter against the textbook: dense matrices, one matrix product a step, growth made linear."""

import numpy as np

from grilse.science.estimation import default_priors, estimate
from grilse.science.estimation.base import ROOT_POINTS, TEMPERATURE_POINTS, growth_base

TGC = 2.5
PRIORS = default_priors()


def constant_base():
    table = np.full((TEMPERATURE_POINTS, ROOT_POINTS), TGC)
    return growth_base([table], table)


class Textbook:
    """State [batch multiplier, roots…, multipliers…] with a full covariance."""

    def __init__(self, weights, count_of_pens):
        self.k = count_of_pens
        spread = np.sqrt(PRIORS.stocking_sd**2 + PRIORS.pen_bias_sd**2 + (PRIORS.scale_sd_g / weights) ** 2)
        root = np.cbrt(weights)
        self.mean = np.concatenate([[1.0], root, np.ones(self.k)])
        size = 1 + 2 * self.k
        self.covariance = np.zeros((size, size))
        self.covariance[range(1, self.k + 1), range(1, self.k + 1)] = (root * spread / 3) ** 2
        self.covariance += self.shared() * PRIORS.batch_multiplier_sd**2
        pens = range(self.k + 1, size)
        self.covariance[pens, pens] += PRIORS.pen_multiplier_sd**2

    def shared(self):
        members = np.concatenate([[1.0], np.zeros(self.k), np.ones(self.k)])
        return np.outer(members, members)

    def predict(self, gain):
        k, keep = self.k, PRIORS.keep
        step = np.eye(1 + 2 * k)
        step[1 : k + 1, k + 1 :] = gain * np.eye(k)
        step[0, 0] = keep
        step[k + 1 :, k + 1 :] = keep * np.eye(k)
        pull = np.concatenate([[1 - keep], np.zeros(k), np.full(k, 1 - keep)])
        noise = self.shared() * PRIORS.batch_multiplier_sd**2
        noise[k + 1 :, k + 1 :] += PRIORS.pen_multiplier_sd**2 * np.eye(k)
        self.mean = step @ self.mean + pull
        self.covariance = step @ self.covariance @ step.T + (1 - keep**2) * noise

    def observe(self, pen, weight, fish):
        row = np.zeros((1, self.mean.size))
        row[0, 1 + pen] = 1.0
        relative = PRIORS.fish_cv**2 / fish + PRIORS.catch_bias_sd**2 + (PRIORS.scale_sd_g / weight) ** 2
        noise = (self.mean[1 + pen] / 3) ** 2 * relative
        surprise = row @ self.covariance @ row.T + noise
        gain = self.covariance @ row.T / surprise
        self.mean = self.mean + gain[:, 0] * (np.cbrt(weight) - self.mean[1 + pen])
        self.covariance = (np.eye(self.mean.size) - gain @ row) @ self.covariance


def test_means_and_variances_are_those_of_the_textbook_on_every_day(story):
    story.through = 40
    weights = np.array([900.0, 1000.0, 1150.0])
    for weight in weights:
        story.stock(story.pen(), 1000, weight)
    records = [(0, 9, 1050.0, 40), (1, 9, 1090.0, 80), (2, 17, 1400.0, 60), (0, 30, 1320.0, 50)]
    for pen, day, weight, fish in records:
        story.weigh(pen, day, weight, fish)
    group = story.group()
    states = estimate(group, base=constant_base()).placements

    textbook = Textbook(weights, 3)
    for day in range(41):
        textbook.predict(0.0 if day == 0 else TGC * story.warmth / 1000)
        for pen, weighed, weight, fish in records:
            if weighed == day:
                textbook.observe(pen, weight, fish)
        rows = group.rows.offset[:-1] + day
        root = textbook.mean[1:4]
        variance = np.diag(textbook.covariance)[1:4] + (root * PRIORS.pen_bias_sd / 3) ** 2
        np.testing.assert_allclose(states.mean_weight[rows], root**3, rtol=1e-10)
        np.testing.assert_allclose(states.mean_weight_sd[rows], 3 * root**2 * np.sqrt(variance), rtol=1e-8)
        np.testing.assert_allclose(states.multiplier[rows], textbook.mean[4:], rtol=1e-10)


def test_the_batch_has_the_joint_variance_of_its_pens(story):
    story.through = 60
    for weight in (900.0, 1000.0, 1150.0):
        story.stock(story.pen(), 1000, weight)
    result = estimate(story.group(), base=constant_base())
    of_pens = result.placements.biomass_sd.reshape(3, -1)
    together = result.batches.biomass_sd
    # Pens share the batch's multiplier: more than independent errors, less than one error.
    assert (together[30:] > np.sqrt((of_pens**2).sum(axis=0))[30:]).all()
    assert (together <= of_pens.sum(axis=0) * (1 + 1e-12)).all()
    np.testing.assert_allclose(result.batches.biomass, result.placements.biomass.reshape(3, -1).sum(axis=0))


def test_constant_growth_meets_the_check_values(story):
    story.stock(story.pen(), 1000, 100.0)
    table = np.full((TEMPERATURE_POINTS, ROOT_POINTS), 2.75)
    states = estimate(story.group(), base=growth_base([table], table)).placements
    assert abs(states.mean_weight[0] - 100.0) < 1e-9
    assert abs(states.mean_weight[1] - 101.788) < 1e-3
    assert abs(states.mean_weight[100] - 403.84) < 1e-2
