"""The complete estimated history of a batch or of one placement; one statement."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from grilse.farm.site_names import CONTAINER_LABEL, SITE_NAME
from grilse.growth.models import STATE_COLUMNS
from grilse.growth.states import StateSeries, build_daily_series
from grilse.listing.sql import fetch_rows
from grilse.stock.queries import SITE_JOINS

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
class StagePeriod:
    """The days of a placement, with its site and stage."""

    start: date
    stop: date | None
    """Half-open; None while the placement is active."""
    site: str
    stage_order: int
    stage: str
    water: str

    def is_active(self, day: date) -> bool:
        """Tell whether the placement is active on a day."""
        return self.start <= day and (self.stop is None or day < self.stop)

    def is_part_of(self, other: "StagePeriod") -> bool:
        """Tell whether two placements are at one stage, or both at sea."""
        return self.stage_order == other.stage_order or self.water == other.water == "sea"


@dataclass(frozen=True, kw_only=True, slots=True)
class LatestState:
    """The state of the last day that records reach, in hindsight."""

    stage: str
    stage_start: date
    """The first day at the stage; at sea the day of the sea transfer."""
    site: str
    date: date
    day: int
    """The day of the batch; day 0 is its start."""
    count: int
    """Fish by the ledger."""
    mean_weight_g: float
    mean_weight_sd_g: float
    biomass_kg: float
    biomass_sd_kg: float


@dataclass(frozen=True, kw_only=True, slots=True)
class StateHistory:
    """Daily states with the flagged records, and the growth models that they used."""

    states: StateSeries | None
    """None before the first estimate."""
    flags: list[WeightFlag]
    models: dict[int, date]
    """Day before which a version's training batches were harvested, by the version's id."""
    periods: list[StagePeriod]

    def find_latest(self, batch_start: date) -> LatestState | None:
        """Return the state of the last day that records reach, None without one."""
        index = None if self.states is None else self.states.last_recorded
        if self.states is None or index is None:
            return None
        day = self.states.find_date(index)
        here = [period for period in self.periods if period.is_active(day)]
        newest = max(here, key=lambda period: period.stage_order, default=None)
        starts = [period.start for period in self.periods if newest and period.is_part_of(newest)]
        value = {name: float(column[index]) for name, column in self.states.columns.items()}
        return LatestState(
            date=day,
            day=(day - batch_start).days,
            stage=newest.stage if newest else "",
            stage_start=min(starts, default=batch_start),
            site=", ".join(sorted({period.site for period in here})),
            count=round(value["count"]),
            mean_weight_g=value["hindsight_weight_g"],
            mean_weight_sd_g=value["hindsight_weight_sd_g"],
            biomass_kg=value["hindsight_biomass_kg"],
            biomass_sd_kg=value["hindsight_biomass_sd_kg"],
        )


def read_history(batch_id: int, placement_id: int | None = None) -> StateHistory:
    """Return the daily states of a batch, or of one of its placements."""
    table = "growth_batchstate" if placement_id is None else "growth_dailystate"
    with connection.cursor() as cursor:
        cursor.execute(HISTORY[table], {"batch": batch_id, "placement": placement_id})
        days, *values, flags, models, periods = cursor.fetchone()
    return StateHistory(
        states=build_daily_series(days or [], dict(zip(STORED_COLUMNS, values, strict=True))),
        flags=[_parse_flag(row) for row in flags],
        models={int(version): date.fromisoformat(before) for version, before in models.items()},
        periods=[_parse_period(row) for row in periods],
    )


def read_periods(batch_id: int, placement_id: int | None = None) -> list[StagePeriod]:
    """Return the placements of a batch, or one of them, with their sites and stages; one statement."""
    [row] = fetch_rows(PERIODS, {"batch": batch_id, "placement": placement_id})
    return [_parse_period(period) for period in row["periods"]]


def _parse_period(row: dict[str, Any]) -> StagePeriod:
    stop = row["stop"] and date.fromisoformat(row["stop"])
    return StagePeriod(**{**row, "start": date.fromisoformat(row["start"]), "stop": stop})


def _parse_flag(row: dict[str, Any]) -> WeightFlag:
    return WeightFlag(**{**row, "date": date.fromisoformat(row["date"])})


MINE = f"""
WITH mine AS (
  SELECT p.id, {CONTAINER_LABEL} AS container, {SITE_NAME} AS site, p.start, p.stop, g."order" AS stage_order,
         g.name AS stage, g.water
    FROM stock_placement p
    JOIN stock_stage g ON g.id = p.stage_id
    JOIN farm_container c ON c.id = p.container_id
    {SITE_JOINS}
   WHERE p.batch_id = %(batch)s AND (%(placement)s::bigint IS NULL OR p.id = %(placement)s)
)"""
PERIOD_ROWS = """
       (SELECT coalesce(json_agg(json_build_object('start', start, 'stop', stop, 'site', site, 'stage_order',
                                                   stage_order, 'stage', stage, 'water', water)), '[]')
          FROM mine) AS periods"""
PERIODS = f"{MINE} SELECT {PERIOD_ROWS}"


def _build_statement(table: str, of: str) -> str:
    columns = ", ".join(f"array_agg({name})" for name in STORED_COLUMNS)
    return f"""
{MINE},
state AS MATERIALIZED (SELECT * FROM {table} WHERE {of} ORDER BY date),
flags AS (
  SELECT f.date, mine.container, f.record, f.record_id, f.measured_g, f.expected_g, f.sigmas, f.verdict
    FROM mine JOIN growth_flaggedrecord f ON f.placement_id = mine.id
)
SELECT array_agg(date - DATE '1970-01-01'), {columns},
       (SELECT coalesce(json_agg(flags ORDER BY date, container), '[]') FROM flags),
       (SELECT coalesce(json_object_agg(id, learned_before), '{{}}') FROM growth_growthmodel
         WHERE learned_before IS NOT NULL AND id IN (SELECT growth_model_id FROM state)),{PERIOD_ROWS}
  FROM state
"""


# States of placements have no batch column, so the batch is a condition on the placements.
HISTORY = {
    "growth_batchstate": _build_statement("growth_batchstate", "batch_id = %(batch)s"),
    "growth_dailystate": _build_statement("growth_dailystate", "placement_id IN (SELECT id FROM mine)"),
}
