"""Flagged records: weights so far from the expected one that they are listed for review."""

from collections.abc import Iterable, Sequence
from typing import Any

from psycopg import Connection

from grilse.bulk.copy import open_server_binding_cursor
from grilse.growth.estimating.groups import NamedGroup
from grilse.growth.models import FlaggedRecord
from grilse.science.estimation import FlaggedWeights, OutlierVerdict

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
            # A weight at a move is seen from both of its sides: the later look at it stands.
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
INSERT INTO growth_flaggedrecord AS stands
       (company_id, placement_id, date, record, record_id, measured_g, expected_g, sigmas, verdict)
SELECT %(company)s, * FROM given
    ON CONFLICT (company_id, record, record_id) DO UPDATE
   SET placement_id = EXCLUDED.placement_id, date = EXCLUDED.date, measured_g = EXCLUDED.measured_g,
       expected_g = EXCLUDED.expected_g, sigmas = EXCLUDED.sigmas, verdict = EXCLUDED.verdict
 WHERE (stands.placement_id, stands.date, stands.measured_g, stands.expected_g, stands.sigmas, stands.verdict)
       IS DISTINCT FROM (EXCLUDED.placement_id, EXCLUDED.date, EXCLUDED.measured_g, EXCLUDED.expected_g,
                         EXCLUDED.sigmas, EXCLUDED.verdict)
"""
