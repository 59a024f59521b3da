"""Delousings and vaccinations."""

import numpy as np

from grilse.generator.observation.records import Columns, repeated
from grilse.generator.observation.scene import Scene
from grilse.generator.truth.record import DELOUSING, VACCINES
from grilse.science.parameters import load

_HEALTH = load("observation")["health"]


def treatment_rows(scene: Scene) -> Columns:
    """All treatments, by day and placement."""
    parts = (_delousings(scene), _vaccinations(scene))
    rows = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    order = np.lexsort((rows["placement"], rows["start"]))
    return {name: column[order] for name, column in rows.items()}


def _delousings(scene: Scene) -> Columns:
    treatments = scene.truth.treatments
    method = np.array(DELOUSING)[treatments["method"]]
    error = _HEALTH["efficacy_sd"] * scene.random("efficacy").standard_normal(method.size)
    efficacy = np.clip(treatments["efficacy"] + error, 0.0, 1.0)
    reason = "adult females above the limit"
    return _rows(scene, "delousing", treatments, method, reason, np.round(efficacy, 2))


def _vaccinations(scene: Scene) -> Columns:
    vaccinations = scene.truth.vaccinations
    method = np.array(VACCINES)[vaccinations["kind"]]
    unknown = np.full(method.size, np.nan)
    return _rows(scene, "vaccination", vaccinations, method, "protection at sea", unknown)


def _rows(
    scene: Scene, kind: str, events: Columns, method: np.ndarray, reason: str, efficacy: np.ndarray
) -> Columns:
    day = (events["day"] + scene.first).astype(np.int32)
    withdrawal = _HEALTH["withdrawal_days"]
    return {
        "placement": events["placement"].astype(np.int64),
        "kind": repeated(kind, day.size),
        "method": method,
        "start": day,
        "stop": day,
        "withdrawal_days": np.array([withdrawal[name] for name in method.tolist()], np.int64),
        "reason": repeated(reason, day.size),
        "efficacy": efficacy,
    }
