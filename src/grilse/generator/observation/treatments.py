"""Delousings and vaccinations."""

import numpy as np

from grilse.generator.observation.context import BatchContext
from grilse.generator.observation.records import Columns, repeat_text
from grilse.generator.truth.batch_truth import DELOUSING, VACCINES
from grilse.science.parameters import load_parameters

_HEALTH = load_parameters("observation")["health"]


def build_treatment_rows(context: BatchContext) -> Columns:
    """All treatments, by day and placement."""
    parts = (_build_delousings(context), _build_vaccinations(context))
    rows = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    order = np.lexsort((rows["placement"], rows["start"]))
    return {name: column[order] for name, column in rows.items()}


def _build_delousings(context: BatchContext) -> Columns:
    treatments = context.truth.treatments
    method = np.array(DELOUSING)[treatments["method"]]
    error = _HEALTH["efficacy_sd"] * context.create_generator("efficacy").standard_normal(method.size)
    efficacy = np.clip(treatments["efficacy"] + error, 0.0, 1.0)
    reason = "adult females above the limit"
    return _build_rows(context, "delousing", treatments, method, reason, np.round(efficacy, 2))


def _build_vaccinations(context: BatchContext) -> Columns:
    vaccinations = context.truth.vaccinations
    method = np.array(VACCINES)[vaccinations["kind"]]
    unknown = np.full(method.size, np.nan)
    return _build_rows(context, "vaccination", vaccinations, method, "protection at sea", unknown)


def _build_rows(
    context: BatchContext, kind: str, events: Columns, method: np.ndarray, reason: str, efficacy: np.ndarray
) -> Columns:
    day = (events["day"] + context.first_day).astype(np.int32)
    withdrawal = _HEALTH["withdrawal_days"]
    return {
        "placement": events["placement"].astype(np.int64),
        "kind": repeat_text(kind, day.size),
        "method": method,
        "start": day,
        "stop": day,
        "withdrawal_days": np.array([withdrawal[name] for name in method.tolist()], np.int64),
        "reason": repeat_text(reason, day.size),
        "efficacy": efficacy,
    }
