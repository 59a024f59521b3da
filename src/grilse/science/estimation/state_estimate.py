"""The joint Gaussian estimate of all active placements of a group, and its updates."""

from dataclasses import dataclass

import numpy as np
from scipy.linalg.blas import dger

from grilse.science.arrays import Floats, Indices, Mask
from grilse.science.estimation.growth_base import ModelVersion
from grilse.science.estimation.priors import Priors
from grilse.science.estimation.smoother import JointUpdate, SmootherLog
from grilse.science.estimation.state_layout import StateLayout, build_layout


@dataclass(slots=True)
class StateEstimate:
    """Mean (d,) and covariance (d, d) of the state that `layout` describes."""

    layout: StateLayout
    active: Indices
    """Positions of the placements, shape (k,)."""
    batch: Indices
    """Of the placements."""
    membership: Floats
    """1 where a placement belongs to a batch, else 0, (b, k)."""
    mean: Floats
    covariance: Floats
    degree_days: Floats
    weight_known: Mask
    """Whether any weight of these fish was ever measured or recorded."""

    def update(
        self, smoother_log: SmootherLog, observation: "LinearObservation", difference: float, variance: float
    ) -> None:
        """Update from one observation: the innovation `difference` and its variance, measurement error included."""
        gain = observation.cross_covariance / variance
        self.mean += gain * difference
        dger(-1.0, observation.cross_covariance, gain, a=self.covariance.T, overwrite_a=1)
        smoother_log.add_update(observation.indices, observation.coefficients, gain, difference, variance)

    def predict_observation(self, indices: list[int], slope: list[float]) -> "LinearObservation":
        """Return the expected distribution of a weighted sum of components."""
        by = np.array(slope)
        cross_covariance = by @ self.covariance.take(indices, axis=0)
        return LinearObservation(indices, slope, cross_covariance, float(by @ cross_covariance[indices]))

    def update_jointly(
        self, smoother_log: SmootherLog, slope: Floats, cross_covariance: Floats, difference: Floats, variance: Floats
    ) -> None:
        """Update from observations with independent errors.

        Parameters
        ----------
        slope, cross_covariance : observation matrix and its product with the covariance, (n, d).
        difference, variance : innovations, and variances of the measurement errors, shape (n,).
        """
        innovation_covariance = cross_covariance @ slope.T
        innovation_covariance.reshape(-1)[:: variance.size + 1] += variance
        inverse = np.asarray(np.linalg.inv(innovation_covariance), dtype=np.float64)
        gain = inverse @ cross_covariance
        self.mean += difference @ gain
        self.covariance -= cross_covariance.T @ gain
        smoother_log.add(JointUpdate(slope, gain, difference, inverse))


@dataclass(slots=True)
class LinearObservation:
    """A weighted sum of a few components of the state."""

    indices: list[int]
    coefficients: list[float]
    cross_covariance: Floats
    """Its covariance with the state, (d,)."""
    variance: float


def build_initial_state(batches: int, priors: Priors, version: ModelVersion | None) -> StateEstimate:
    """Return the state before the first fish arrive: the shared components, from their priors or the model version."""
    layout_without_pens = build_layout(batches, 0)
    mean, sd = np.zeros(layout_without_pens.size), np.zeros(layout_without_pens.size)
    mean[layout_without_pens.batch_multiplier], sd[layout_without_pens.batch_multiplier] = (
        1.0,
        priors.batch_multiplier_sd,
    )
    mean[layout_without_pens.unrecorded_loss] = version.unrecorded_loss if version else priors.unrecorded_loss
    sd[layout_without_pens.unrecorded_loss] = version.unrecorded_loss_sd if version else priors.unrecorded_loss_sd
    sd[layout_without_pens.feed_conversion] = priors.conversion_sd
    mean[layout_without_pens.company_bias] = version.catch_bias if version else 0.0
    sd[layout_without_pens.company_bias] = version.catch_bias_sd if version else priors.company_bias_sd
    return StateEstimate(
        layout=layout_without_pens,
        active=np.zeros(0, dtype=np.int64),
        batch=np.zeros(0, dtype=np.int64),
        membership=np.zeros((batches, 0)),
        mean=mean,
        covariance=np.diag(sd**2),
        degree_days=np.zeros(0),
        weight_known=np.zeros(0, dtype=np.bool_),
    )
