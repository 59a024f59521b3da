"""Store estimated states: round them, compare them with the stored rows and write only what differs."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db.models import Model
from numpy.typing import NDArray
from psycopg import Connection

from grilse.bulk.copy import ParameterRows, copy_in, open_server_binding_cursor, read_columns
from grilse.bulk.table import Table
from grilse.growth.estimating.groups import NamedGroup
from grilse.growth.estimating.read import Columns
from grilse.growth.models import BatchState, DailyState, FlaggedRecord
from grilse.science.arrays import Floats
from grilse.science.estimation import DailyEstimates, FlaggedWeights, OutlierVerdict

VALUE_FIGURES = 5  # figures of a count, weight or biomass: far finer than its standard deviation
SPREAD_FIGURES = 3  # figures of a standard deviation or a ratio
# A table, since logarithms and powers differ in their last bits between processors.
POWERS = np.array([float(f"1e{power}") for power in range(-20, 21)])
ZERO_INDEX = 20  # index of 1

ODD = np.uint64(0x9E37_79B9_7F4A_7C15)  # 2^64 over the golden ratio: spreads bits upwards
SHIFT = np.uint64(29)  # mixes the high bits back into the low ones

KEYS: dict[type[Model], str] = {DailyState: "placement_id", BatchState: "batch_id"}
DAYS = 1 << 20  # more than a date has since 1970, so that owner and day make one number

DELETE_STATES = """
WITH placements AS (
  DELETE FROM growth_dailystate WHERE company_id = %(company)s AND placement_id = ANY(%(placements)s)
)
DELETE FROM growth_batchstate WHERE company_id = %(company)s AND batch_id = ANY(%(batches)s)
"""


def build_daily_columns(
    company: int, states: DailyEstimates, placements: NDArray[np.int64], versions: NDArray[np.int64]
) -> Columns:
    """Return the columns of DailyState, from the ids of the placements and of the growth model's versions."""
    return _add_digests({"placement_id": placements[states.position], **_build_columns(company, states, versions)})


def build_batch_columns(
    company: int,
    states: DailyEstimates,
    batches: NDArray[np.int64],
    starts: NDArray[np.int64],
    versions: NDArray[np.int64],
) -> Columns:
    """Return the columns of BatchState; the first day of a batch is 0."""
    day = (states.day - starts[states.position]).astype(np.int32)
    return _add_digests({"batch_id": batches[states.position], "day": day, **_build_columns(company, states, versions)})


def join_columns(parts: list[Columns]) -> Columns:
    """Concatenate columns."""
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def _build_columns(company: int, states: DailyEstimates, versions: NDArray[np.int64]) -> Columns:
    columns: Columns = {
        "company_id": np.full(states.day.size, company),
        "date": states.day,
        "count": states.count,
        "count_estimate": round_counts(states.count_estimate),
        "count_sd": round_spreads(states.count_sd),
        "mean_weight_g": round_values(states.mean_weight),
        "mean_weight_sd_g": round_spreads(states.mean_weight_sd),
        "biomass_kg": round_values(states.biomass),
        "biomass_sd_kg": round_spreads(states.biomass_sd),
        "hindsight_count": round_counts(states.smoothed_count),
        "hindsight_count_sd": round_spreads(states.smoothed_count_sd),
        "hindsight_weight_g": round_values(states.smoothed_weight),
        "hindsight_weight_sd_g": round_spreads(states.smoothed_weight_sd),
        "hindsight_biomass_kg": round_values(states.smoothed_biomass),
        "hindsight_biomass_sd_kg": round_spreads(states.smoothed_biomass_sd),
        "temperature_c": states.temperature,
        "degree_days": states.degree_days,
        "deaths": states.deaths,
        "feed_kg": states.feed,
        "fcr": round_spreads(states.fcr),
        "tgc_multiplier": round_spreads(states.multiplier),
        "provenance": states.provenance,
        # Index -1 (the literature's base) selects the appended -1, which means no version.
        "growth_model_id": np.append(versions, -1)[states.model],
    }
    return {
        name: column.astype(np.float32) if column.dtype == np.float64 else column for name, column in columns.items()
    }


def round_values(values: Floats) -> Floats:
    """Round to five figures."""
    return _round_figures(values, VALUE_FIGURES, np.rint)


def round_counts(counts: Floats) -> Floats:
    """Round down to five figures, so that the stored fish are never more than the estimated."""
    return _round_figures(counts, VALUE_FIGURES, np.floor)


def round_spreads(values: Floats) -> Floats:
    """Round to three figures."""
    return _round_figures(values, SPREAD_FIGURES, np.rint)


def _round_figures(values: Floats, figures: int, rounding: Callable[[Floats], Floats]) -> Floats:
    """Round by a power of ten that is multiplied or divided by, whichever is a whole number."""
    first = np.searchsorted(POWERS, np.abs(values), side="right") - 1 - ZERO_INDEX
    finer = np.clip(figures - 1 - first, -ZERO_INDEX, ZERO_INDEX)
    scale = POWERS[ZERO_INDEX + np.abs(finer)]
    return np.where(finer >= 0, rounding(values * scale) / scale, rounding(values / scale) * scale)


def _add_digests(columns: Columns) -> Columns:
    return {**columns, "digest": compute_digests(columns)}


def compute_digests(columns: Mapping[str, NDArray[Any]]) -> NDArray[np.int64]:
    """Return 64 bits a row, computed from its columns in their order to the last bit.

    Every step can be undone, so rows that differ in one column never share a digest; others share one with a
    probability of 2^-64.
    """
    mixed = np.zeros(len(next(iter(columns.values()))), np.uint64)
    for column in columns.values():
        mixed ^= _convert_to_bits(column)
        mixed *= ODD
        mixed ^= mixed >> SHIFT
    return mixed.view(np.int64)


def _convert_to_bits(column: NDArray[Any]) -> NDArray[np.uint64]:
    if column.dtype.kind != "f":
        return column.astype(np.int64).view(np.uint64)
    bits = column.view(f"u{column.itemsize}").astype(np.uint64)
    none = np.isnan(column)
    if none.any():
        bits[none] = np.iinfo(np.uint64).max
    return bits


def delete_states(connection: Connection[Any], company: int, placements: list[int], batches: list[int]) -> None:
    """Delete the states of batches and their placements; one statement."""
    connection.execute(DELETE_STATES, {"company": company, "placements": placements, "batches": batches})


def write_states(connection: Connection[Any], daily: Columns, batch: Columns) -> int:
    """Write the states of placements and batches, two statements, and return the number of daily states."""
    copy_in(connection, Table.from_model(BatchState), batch)
    return copy_in(connection, Table.from_model(DailyState), daily)


@dataclass(frozen=True, slots=True)
class StoredStates:
    """Keys and digests of the stored states of some placements or batches."""

    table: Table
    key: str
    columns: Columns


def read_stored_states(
    connection: Connection[Any], company: int, model: type[Model], ids: Sequence[int]
) -> StoredStates:
    """Read the digests of the stored states of placements or batches; one statement."""
    table, key = Table.from_model(model), KEYS[model]
    query = f'SELECT {key}, date, digest FROM "{table.name}" WHERE company_id = %(company)s AND {key} = ANY(%(ids)s)'
    kinds = {key: "int8", "date": "date", "digest": "int8"}
    return StoredStates(table, key, read_columns(connection, query, kinds, {"company": company, "ids": list(ids)}))


def replace_states(connection: Connection[Any], old: StoredStates, new: Columns) -> int:
    """Replace stored states by the new ones and return how many rows changed; at most three statements.

    Rows with an equal digest are left alone. Most rows are equal, so comparing digests costs less than a join
    with all rows.
    """
    differ, gone = compare_states(old, new)
    if gone.any():
        _delete_states(connection, old, gone)
    if differ.any():
        _replace_rows(connection, old, {name: column[differ] for name, column in new.items()})
    return int(differ.sum() + gone.sum())


def compare_states(old: StoredStates, new: Columns) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return which new rows differ from the stored ones, and which stored rows have no new row."""
    if not len(old.columns["date"]):
        return np.ones(len(new["date"]), np.bool_), np.zeros(0, np.bool_)
    mine, theirs = _build_row_keys(old.columns, old.key), _build_row_keys(new, old.key)
    order = np.argsort(mine)
    at = order[np.minimum(np.searchsorted(mine[order], theirs), len(mine) - 1)]
    same = (mine[at] == theirs) & (old.columns["digest"][at] == new["digest"])
    return ~same, ~np.isin(mine, theirs)


def _build_row_keys(columns: Columns, key: str) -> NDArray[np.int64]:
    return columns[key].astype(np.int64) * DAYS + columns["date"].astype(np.int64)


def _delete_states(connection: Connection[Any], old: StoredStates, gone: NDArray[np.bool_]) -> None:
    days = old.columns["date"][gone].astype("datetime64[D]").tolist()
    open_server_binding_cursor(connection).execute(
        f'DELETE FROM "{old.table.name}" s USING unnest(%(ids)s::bigint[], %(days)s::date[]) AS g (id, day)'
        f" WHERE s.{old.key} = g.id AND s.date = g.day".encode(),
        {"ids": old.columns[old.key][gone].tolist(), "days": days},
    )


def _replace_rows(connection: Connection[Any], old: StoredStates, rows: Columns) -> None:
    """Delete the stored rows of the same keys and insert these.

    That costs less than updating each row, since no new version fits onto its page. The condition on the owners
    lets PostgreSQL find the rows in one pass instead of each by its key.
    """
    keys = ParameterRows(old.table, {name: rows[name] for name in (old.key, "date")})
    keys.execute(
        connection,
        f'DELETE FROM "{old.table.name}" s USING {keys.source}'
        f" WHERE s.{old.key} = a.{old.key} AND s.date = a.date AND s.{old.key} = ANY(%(ids)s)",
        {"ids": np.unique(rows[old.key]).tolist()},
    )
    added = ParameterRows(old.table, rows)
    added.execute(
        connection, f'INSERT INTO "{old.table.name}" ({added.names}) SELECT {added.names} FROM {added.source}'
    )


RECORDS = (FlaggedRecord.Record.SAMPLE, FlaggedRecord.Record.TRANSFER, FlaggedRecord.Record.HARVEST)
VERDICTS = {
    OutlierVerdict.OPEN: FlaggedRecord.Verdict.OPEN,
    OutlierVerdict.BAD_RECORD: FlaggedRecord.Verdict.BAD_RECORD,
    OutlierVerdict.LEVEL_SHIFT: FlaggedRecord.Verdict.LEVEL_SHIFT,
}
COLUMNS = ("placement", "date", "record", "record_id", "measured", "expected", "sigmas", "verdict")

Row = tuple[Any, ...]


def build_flag_rows(groups: Iterable[tuple[NamedGroup, FlaggedWeights]]) -> list[Row]:
    """Return the flagged records of groups with their ids, one row per record."""
    rows: dict[tuple[str, int], Row] = {}
    for named, flagged in groups:
        for i in range(flagged.day.size):
            record, position = RECORDS[int(flagged.record[i])], int(flagged.position[i])
            ids = named.samples if record == FlaggedRecord.Record.SAMPLE else named.movements
            # A weight at a transfer is flagged from both sides: the later one counts.
            rows[record.value, int(ids[position])] = (
                int(named.placements[flagged.placement[i]]),
                flagged.day[i].astype("datetime64[D]").item(),
                record.value,
                int(ids[position]),
                float(flagged.measured[i]),
                float(flagged.expected[i]),
                float(flagged.sigmas[i]),
                VERDICTS[OutlierVerdict(int(flagged.verdict[i]))].value,
            )
    return list(rows.values())


def replace_flags(connection: Connection[Any], company: int, placements: Sequence[int], rows: Sequence[Row]) -> None:
    """Replace the flagged records of placements; one statement, which leaves equal rows alone."""
    columns = zip(*rows, strict=True) if rows else ((),) * len(COLUMNS)
    arguments = {name: list(column) for name, column in zip(COLUMNS, columns, strict=True)}
    open_server_binding_cursor(connection).execute(
        REPLACE_FLAGS, {"company": company, "placements": list(placements), **arguments}
    )


REPLACE_FLAGS = """
WITH given (placement_id, date, record, record_id, measured_g, expected_g, sigmas, verdict) AS (
  SELECT * FROM unnest(%(placement)s::bigint[], %(date)s::date[], %(record)s::text[], %(record_id)s::bigint[],
    %(measured)s::float8[], %(expected)s::float8[], %(sigmas)s::float8[], %(verdict)s::text[])
),
gone AS (
  DELETE FROM growth_flaggedrecord f
   WHERE f.company_id = %(company)s AND f.placement_id = ANY(%(placements)s)
     AND NOT EXISTS (SELECT FROM given g WHERE g.record = f.record AND g.record_id = f.record_id)
)
INSERT INTO growth_flaggedrecord AS stored
       (company_id, placement_id, date, record, record_id, measured_g, expected_g, sigmas, verdict)
SELECT %(company)s, * FROM given
    ON CONFLICT (company_id, record, record_id) DO UPDATE
   SET placement_id = EXCLUDED.placement_id, date = EXCLUDED.date, measured_g = EXCLUDED.measured_g,
       expected_g = EXCLUDED.expected_g, sigmas = EXCLUDED.sigmas, verdict = EXCLUDED.verdict
 WHERE (stored.placement_id, stored.date, stored.measured_g, stored.expected_g, stored.sigmas, stored.verdict)
       IS DISTINCT FROM (EXCLUDED.placement_id, EXCLUDED.date, EXCLUDED.measured_g, EXCLUDED.expected_g,
                         EXCLUDED.sigmas, EXCLUDED.verdict)
"""
