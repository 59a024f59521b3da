"""Projection: an ensemble of futures drawn from the filter's last state, and its quantiles by day."""

from grilse.science.projection.anomalies import (
    AnomalyModel,
    AnomalySegment,
    AnomalyState,
    filter_anomaly,
    land_anomaly_model,
    prior_anomaly,
    sea_anomaly_model,
)
from grilse.science.projection.ensemble import (
    Ensemble,
    ProjectionConditions,
    ProjectionStart,
    WaterConditions,
    draw_ensemble,
)
from grilse.science.projection.losses import LossConditions, filter_hazard_anomaly, gradual_hazard, hazard_anomaly_model
from grilse.science.projection.quantiles import (
    daily_probability,
    daily_quantiles,
    date_quantiles,
    days_to_target,
    quantiles_on_days,
)

__all__ = [
    "AnomalyModel",
    "AnomalySegment",
    "AnomalyState",
    "Ensemble",
    "LossConditions",
    "ProjectionConditions",
    "ProjectionStart",
    "WaterConditions",
    "daily_probability",
    "daily_quantiles",
    "date_quantiles",
    "days_to_target",
    "draw_ensemble",
    "filter_anomaly",
    "filter_hazard_anomaly",
    "gradual_hazard",
    "hazard_anomaly_model",
    "land_anomaly_model",
    "prior_anomaly",
    "quantiles_on_days",
    "sea_anomaly_model",
]
