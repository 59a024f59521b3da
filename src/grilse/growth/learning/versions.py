"""Stored versions of the growth base that was learned from a company's harvests."""

import json
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

import numpy as np
from psycopg import Connection

from grilse.bulk.copy import open_server_binding_cursor
from grilse.science.calibration import CompanyMean
from grilse.science.days import from_epoch_day, to_epoch_day
from grilse.science.estimation.growth_base import ModelVersion
from grilse.science.growth_table import GrowthTable

DECIMALS = 6


@dataclass(frozen=True, kw_only=True, slots=True)
class LearnedParameters:
    """Parameters learned from harvests, before they become a version."""

    table: GrowthTable
    catch_bias: CompanyMean
    unrecorded_loss: CompanyMean
    batches: int
    pens: int
    """Pens whose harvest was weighed."""
    days: int
    """Placement-days from which growth was learned."""


def read_versions(connection: Connection[Any], company: int) -> list[tuple[int, ModelVersion]]:
    """Return the versions of a company by their days, each with its id; one statement.

    Of several for one day the newest is used.
    """
    rows = open_server_binding_cursor(connection).execute(VERSIONS, [company]).fetchall()
    return [(id, _parse_version(to_epoch_day(before), learned)) for id, before, learned in rows]


def build_version(before: date, learned: dict[str, Any]) -> ModelVersion:
    """Build the estimator's version from stored parameters."""
    table = learned["table"]
    sea, fresh = table["sea"], table["fresh"]
    return ModelVersion(
        from_day=to_epoch_day(before),
        base=GrowthTable(
            sea_weight=np.array(sea["weight_g"]),
            sea_temperature=np.array(sea["temperature_c"]),
            sea=np.array(sea["tgc"]),
            fresh_temperature=np.array(fresh["temperature_c"]),
            fresh=np.array(fresh["tgc"]),
        ).build_growth_base(),
        **{name: learned[name] for name in FIGURES},
    )


def serialize_parameters(parameters: LearnedParameters) -> dict[str, Any]:
    """Return parameters as they are stored: TGC by temperature and weight, and the figures with it."""
    table, bias, loss = parameters.table, parameters.catch_bias, parameters.unrecorded_loss
    figures = (bias.mean, bias.sd, loss.mean, float(np.hypot(loss.sd, loss.between)))
    return {
        "table": {
            "sea": {
                "weight_g": _convert_to_list(table.sea_weight),
                "temperature_c": _convert_to_list(table.sea_temperature),
                "tgc": _convert_to_list(table.sea),
            },
            "fresh": {"temperature_c": _convert_to_list(table.fresh_temperature), "tgc": _convert_to_list(table.fresh)},
        },
        **{name: round(value, DECIMALS) for name, value in zip(FIGURES, figures, strict=True)},
        "batches": parameters.batches,
        "pens": parameters.pens,
        "days": parameters.days,
    }


@lru_cache(maxsize=32)  # 6 MB each
def _parse_version(from_day: int, learned: str) -> ModelVersion:
    """Build a version once: it never changes, and every estimate needs it."""
    return build_version(from_epoch_day(from_day), json.loads(learned))


def _convert_to_list(values: Any) -> Any:
    return np.round(values, DECIMALS).tolist()


FIGURES = ("catch_bias", "catch_bias_sd", "unrecorded_loss", "unrecorded_loss_sd")

VERSIONS = """
SELECT DISTINCT ON (learned_before) id, learned_before, learned::text
  FROM growth_growthmodel
 WHERE company_id = %s AND learned_before IS NOT NULL
 ORDER BY learned_before, id DESC
"""
