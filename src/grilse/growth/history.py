"""The complete estimated history of a batch or of one placement; one statement."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from grilse.farm.site_names import CONTAINER_LABEL
from grilse.growth.models import STATE_COLUMNS
from grilse.growth.states import StateSeries, build_daily_series

# Charts show neither degree-days nor the multiplier.
STORED_COLUMNS = tuple(name for name in STATE_COLUMNS if name not in ("degree_days", "tgc_multiplier"))


@dataclass(frozen=True, kw_only=True, slots=True)
class WeightFlag:
    """A flagged weight record."""

    date: date
    container: str
    record: str
    record_id: int
    measured_g: float
    expected_g: float
    sigmas: float
    verdict: str


@dataclass(frozen=True, kw_only=True, slots=True)
class StateHistory:
    """Daily states with the flagged records, and the growth models that they used."""

    states: StateSeries | None
    """None before the first estimate."""
    flags: list[WeightFlag]
    models: dict[int, date]
    """Day before which a version's training batches were harvested, by the version's id."""


def read_history(batch_id: int, placement_id: int | None = None) -> StateHistory:
    """Return the daily states of a batch, or of one of its placements."""
    table = "growth_batchstate" if placement_id is None else "growth_dailystate"
    with connection.cursor() as cursor:
        cursor.execute(HISTORY[table], {"batch": batch_id, "placement": placement_id})
        days, *values, flags, models = cursor.fetchone()
    return StateHistory(
        states=build_daily_series(days or [], dict(zip(STORED_COLUMNS, values, strict=True))),
        flags=[_parse_flag(row) for row in flags],
        models={int(version): date.fromisoformat(before) for version, before in models.items()},
    )


def _parse_flag(row: dict[str, Any]) -> WeightFlag:
    return WeightFlag(**{**row, "date": date.fromisoformat(row["date"])})


def _build_statement(table: str, of: str) -> str:
    columns = ", ".join(f"array_agg({name})" for name in STORED_COLUMNS)
    return f"""
WITH mine AS (
  SELECT p.id, {CONTAINER_LABEL} AS container FROM stock_placement p JOIN farm_container c ON c.id = p.container_id
   WHERE p.batch_id = %(batch)s AND (%(placement)s::bigint IS NULL OR p.id = %(placement)s)
),
state AS MATERIALIZED (SELECT * FROM {table} WHERE {of} ORDER BY date),
flags AS (
  SELECT f.date, mine.container, f.record, f.record_id, f.measured_g, f.expected_g, f.sigmas, f.verdict
    FROM mine JOIN growth_flaggedrecord f ON f.placement_id = mine.id
)
SELECT array_agg(date - DATE '1970-01-01'), {columns},
       (SELECT coalesce(json_agg(flags ORDER BY date, container), '[]') FROM flags),
       (SELECT coalesce(json_object_agg(id, learned_before), '{{}}') FROM growth_growthmodel
         WHERE learned_before IS NOT NULL AND id IN (SELECT growth_model_id FROM state))
  FROM state
"""


# States of placements have no batch column, so the batch is a condition on the placements.
HISTORY = {
    "growth_batchstate": _build_statement("growth_batchstate", "batch_id = %(batch)s"),
    "growth_dailystate": _build_statement("growth_dailystate", "placement_id IN (SELECT id FROM mine)"),
}
