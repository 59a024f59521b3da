"""Weight records to review: flagged by the estimator or excluded by a user. Each function is one statement."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from grilse.farm.site_names import CONTAINER_LABEL
from grilse.listing.sql import fetch_rows


@dataclass(frozen=True, kw_only=True, slots=True)
class WeightRecord:
    """A weight record with the estimator's and the users' verdicts."""

    record: str
    """Sample, transfer or harvest."""
    id: int
    batch: str
    placement: int
    container: str
    date: date
    method: str
    selection: str
    fish_weighed: int | None
    measured_g: float
    sd_g: float | None
    expected_g: float | None
    """Where it was flagged."""
    sigmas: float | None
    verdict: str
    """Empty where it was not flagged."""
    set_aside: str
    """The reason why it does not count; empty if it counts."""


@dataclass(frozen=True, kw_only=True, slots=True)
class WeightRecordPage:
    """A page of the matching records."""

    records: list[WeightRecord]
    total: int


def list_records_to_review(
    *, text: str = "", record: str = "", verdict: str = "", first: int = 0, limit: int = 50
) -> WeightRecordPage:
    """Return flagged records and samples that are excluded, newest first.

    `text` is words of batch or container; `verdict` is one of the estimator's, or "excluded".
    """
    words = [f"%{word}%" for word in text.split()]
    rows = fetch_rows(TO_REVIEW, {"words": words, "record": record, "verdict": verdict, "first": first, "limit": limit})
    return WeightRecordPage(records=[_build_record(row) for row in rows], total=rows[0]["total"] if rows else 0)


def list_samples_between(batch_id: int, first: date, last: date, placement_id: int | None = None) -> list[WeightRecord]:
    """Return the weight samples of a batch, or of one placement, between two days, inclusive."""
    rows = fetch_rows(SAMPLES, {"batch": batch_id, "placement": placement_id, "first": first, "last": last})
    return [_build_record(row) for row in rows]


def find_sample_record(sample_id: int) -> WeightRecord | None:
    """Return a weight sample by its id."""
    rows = fetch_rows(SAMPLE, {"sample": sample_id})
    return _build_record(rows[0]) if rows else None


def _build_record(row: dict[str, Any]) -> WeightRecord:
    return WeightRecord(**{name: value for name, value in row.items() if name != "total"})


FLAGGED_SAMPLES = """
  SELECT 'sample' AS record, w.id, w.placement_id AS placement, w.date, w.method, w.selection, w.fish_weighed,
         w.mean_weight_g AS measured_g, w.sd_g, f.expected_g, f.sigmas, coalesce(f.verdict, '') AS verdict,
         w.not_representative AS set_aside
    FROM stock_weightsample w
    LEFT JOIN growth_flaggedrecord f ON f.record = 'sample' AND f.record_id = w.id
"""

WITH_NAMES = f"""
  SELECT b.number AS batch, {CONTAINER_LABEL} AS container, found.*
    FROM found JOIN stock_placement p ON p.id = found.placement
    JOIN stock_batch b ON b.id = p.batch_id
    JOIN farm_container c ON c.id = p.container_id
"""

SAMPLE = f"WITH found AS ({FLAGGED_SAMPLES} WHERE w.id = %(sample)s) {WITH_NAMES}"

SAMPLES = f"""
WITH found AS (
  {FLAGGED_SAMPLES}
   WHERE w.placement_id IN (SELECT id FROM stock_placement WHERE batch_id = %(batch)s)
     AND (%(placement)s::bigint IS NULL OR w.placement_id = %(placement)s)
     AND w.date BETWEEN %(first)s AND %(last)s
)
{WITH_NAMES} ORDER BY date, container, id
"""

TO_REVIEW = f"""
WITH found AS (
  {FLAGGED_SAMPLES} WHERE f.id IS NOT NULL OR w.not_representative <> ''
  UNION ALL
  SELECT f.record, m.id, f.placement_id, f.date, m.weight_method, 'random', m.fish_weighed, f.measured_g,
         NULL, f.expected_g, f.sigmas, f.verdict, ''
    FROM growth_flaggedrecord f JOIN stock_movement m ON m.id = f.record_id
   WHERE f.record <> 'sample'
),
named AS ({WITH_NAMES})
SELECT named.*, count(*) OVER () AS total FROM named
 WHERE batch || ' ' || container ILIKE ALL (%(words)s::text[])
   AND %(record)s IN ('', record)
   AND %(verdict)s IN ('', CASE WHEN set_aside = '' THEN verdict ELSE 'excluded' END)
 ORDER BY date DESC, batch, container, id
OFFSET %(first)s LIMIT %(limit)s
"""
