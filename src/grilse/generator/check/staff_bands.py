"""The bands that the staff of a generated history shows: how many, how often, how fast, how they fare."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from psycopg import Connection

from grilse.generator.check.history_bands import REFERENCE_BATCHES
from grilse.generator.check.result import Check, check_band

GENERATED_COMPANIES = "company_id IN (SELECT company_id FROM generator_shard WHERE kind = 'staff')"
# Days of the history: whoever has a login may write today.
SPAN = (
    "(SELECT greatest(max(at)::date - min(at)::date, 1) FROM people_journalentry"
    f" WHERE {GENERATED_COMPANIES} AND person_id IN (SELECT id FROM people_person WHERE user_id IS NULL))"
)
# What the reference history holds.
VOLUMES = {
    "persons": ("people_person", 330, 400),
    "positions": ("people_trackpoint", 150e3, 250e3),
    "journeys": ("people_journey", 14e3, 20e3),
    "visits": ("people_visit", 15e3, 30e3),
    "journal entries": ("people_journalentry", 60e3, 100e3),
    "tickets": ("helpdesk_ticket", 5e3, 10e3),
    "comments on tickets": ("helpdesk_comment", 15e3, 25e3),
}


@dataclass(frozen=True, slots=True)
class StaffBand:
    """A figure and of how many rows it is, its band, and how many rows make it worth judging."""

    query: str
    low: float
    high: float
    min_rows: int


def _build_rate_query(table: str, days: int) -> str:
    """Return the query of how many rows of a table come to a person in some days."""
    return (
        f"SELECT (SELECT count(*) FROM {table} WHERE {GENERATED_COMPANIES})::float8 * {days} /"
        f" nullif(count(*) * {SPAN}, 0),"
        f" count(*) FROM people_person WHERE {GENERATED_COMPANIES}"
    )


def _build_speed_query(mode: str) -> str:
    return (
        "SELECT percentile_cont(0.5) WITHIN GROUP"
        " (ORDER BY distance_m * 3.6 / extract(epoch FROM ended_at - started_at)), count(*)"
        f" FROM people_journey WHERE {GENERATED_COMPANIES} AND kind = 'conveyance' AND ended_at > started_at"
        f" AND mode = '{mode}'"
    )


def _build_punctuality_query(done: str, due: str) -> str:
    return f"SELECT avg(({done} <= {due})::int)::float8, count({done}) FROM helpdesk_ticket WHERE {GENERATED_COMPANIES}"


PRIVATE = (
    f"SELECT avg((privacy = 'private')::int)::float8, count(*) FROM people_journalentry WHERE {GENERATED_COMPANIES}"
)
AGREED = (
    "SELECT avg((EXISTS (SELECT FROM people_consent c WHERE c.person_id = p.id"
    f" AND c.purpose = 'wellbeing'))::int)::float8, count(*) FROM people_person p WHERE {GENERATED_COMPANIES}"
)
MOOD = f"SELECT avg(mood)::float8, count(mood) FROM people_journalentry WHERE {GENERATED_COMPANIES}"
MEMORY = (
    "SELECT corr(mood, before), count(before) FROM (SELECT mood, lag(mood) OVER (PARTITION BY person_id"
    f" ORDER BY at) AS before FROM people_journalentry WHERE {GENERATED_COMPANIES} AND mood IS NOT NULL) x"
)
FIGURES = {
    "positions a person and day": StaffBand(_build_rate_query("people_trackpoint", 1), 0.15, 0.45, 20),
    "journal entries a person and week": StaffBand(_build_rate_query("people_journalentry", 7), 0.5, 1.4, 30),
    "private entries, share": StaffBand(PRIVATE, 0.35, 0.45, 1000),
    "persons who agreed to the wellbeing report, share": StaffBand(AGREED, 0.35, 0.8, 30),
    "mood, mean": StaffBand(MOOD, 6.0, 7.2, 1000),
    "mood, correlation of an entry with the person's one before": StaffBand(MEMORY, 0.4, 0.8, 1000),
    "speed of ways by car, median, km/h": StaffBand(_build_speed_query("car"), 45, 70, 50),
    "speed of ways by ferry, median, km/h": StaffBand(_build_speed_query("ferry"), 25, 40, 50),
    "tickets answered in time, share": StaffBand(
        _build_punctuality_query("answered_at", "answer_due"), 0.88, 0.98, 200
    ),
    "tickets resolved in time, share": StaffBand(
        _build_punctuality_query("resolved_at", "resolve_due"), 0.8, 0.96, 200
    ),
}


def check_staff_bands(connection: Connection[Any]) -> Iterator[Check]:
    """Yield every band of the generated staff; nothing where none was generated."""
    query = "SELECT count(*) FILTER (WHERE kind = 'staff'), count(*) FILTER (WHERE kind = 'batch') FROM generator_shard"
    shards, batches = connection.execute(query).fetchone() or (0, 0)
    if not shards:
        return
    for name, staff_band in FIGURES.items():
        figure, rows = connection.execute(staff_band.query.encode()).fetchone() or (None, 0)
        judged = rows >= staff_band.min_rows
        yield check_band(name, figure, staff_band.low, staff_band.high, judged=judged, detail=f"of {rows:,}")
    for name, (table, low, high) in VOLUMES.items():
        row = connection.execute(f"SELECT count(*) FROM {table} WHERE {GENERATED_COMPANIES}".encode()).fetchone()
        yield check_band(name, row[0] if row else 0, low, high, judged=batches == REFERENCE_BATCHES)
