"""Looking ahead: an ensemble of futures from what the filter believes last, and what it says of every day."""

from grilse.science.projection.departures import AnomalyState, AnomalyModel, AnomalySegment, filter_anomaly, prior_anomaly
from grilse.science.projection.ensemble import ProjectionConditions, Ensemble, ProjectionStart, WaterConditions, draw_ensemble
from grilse.science.projection.habits import land_anomaly_model, sea_anomaly_model
from grilse.science.projection.losses import LossConditions, gradual_hazard, filter_hazard_anomaly, hazard_anomaly_model
from grilse.science.projection.quantiles import daily_probability, date_quantiles, quantiles_on_days, daily_quantiles, days_to_target

__all__ = [
    "ProjectionConditions",
    "AnomalyState",
    "Ensemble",
    "AnomalyModel",
    "LossConditions",
    "ProjectionStart",
    "AnomalySegment",
    "WaterConditions",
    "daily_probability",
    "date_quantiles",
    "draw_ensemble",
    "gradual_hazard",
    "land_anomaly_model",
    "filter_hazard_anomaly",
    "hazard_anomaly_model",
    "quantiles_on_days",
    "daily_quantiles",
    "days_to_target",
    "sea_anomaly_model",
    "filter_anomaly",
    "prior_anomaly",
]
