"""The laws and bands of the generated staff and of the help desk."""

from collections.abc import Iterator
from typing import Any

from psycopg import Connection

from grilse.generator.check.history_bands import REFERENCE_BATCHES
from grilse.generator.check.result import Check, check_band, check_by_query, fetch_count

# The references of rows to persons of the same company.
PERSON_COLUMNS = (
    ("people_trackpoint", "person_id"),
    ("people_journey", "person_id"),
    ("people_visit", "person_id"),
    ("people_journalentry", "person_id"),
    ("people_consent", "person_id"),
    ("helpdesk_ticket", "reporter_id"),
    ("helpdesk_ticket", "assignee_id"),
    ("helpdesk_comment", "author_id"),
)
ROWS_OF_STRANGERS = " UNION ALL ".join(
    f"SELECT x.id FROM {table} x WHERE x.{column} IS NOT NULL AND NOT EXISTS ("
    f"SELECT FROM people_person p WHERE p.id = x.{column} AND p.company_id = x.company_id)"
    for table, column in PERSON_COLUMNS
)
PEOPLE = {
    "all that people did and wrote is of a person of its company": f"SELECT count(*) FROM ({ROWS_OF_STRANGERS}) s",
    "every position of a journey has its journey": (
        "SELECT count(*) FROM people_trackpoint x WHERE x.reference IS NOT NULL AND NOT EXISTS ("
        "SELECT FROM people_journey j WHERE j.company_id = x.company_id AND j.person_id = x.person_id"
        " AND j.reference = x.reference)"
    ),
    "positions outside of journeys are of persons who agreed to it": (
        "SELECT count(*) FROM people_trackpoint x WHERE x.kind = 'tracking' AND x.reference IS NULL"
        " AND NOT EXISTS (SELECT FROM people_consent c WHERE c.company_id = x.company_id"
        " AND c.person_id = x.person_id AND c.purpose = 'tracking')"
    ),
    "entries keep to the scales of mood, stress and energy": (
        "SELECT count(*) FROM people_journalentry WHERE mood NOT BETWEEN 1 AND 10"
        " OR stress NOT BETWEEN 1 AND 5 OR energy NOT BETWEEN 1 AND 10"
    ),
    "no entry was deleted before it was written": ("SELECT count(*) FROM people_journalentry WHERE deleted_at < at"),
}
DESK = {
    "the moments of a ticket follow each other": (
        "SELECT count(*) FROM helpdesk_ticket WHERE answered_at < opened_at OR resolved_at < opened_at"
        " OR resolved_at < answered_at OR closed_at < opened_at OR closed_at < resolved_at"
        " OR held_since < opened_at OR reopened_at < opened_at"
    ),
    "a ticket has the moments of its status": (
        "SELECT count(*) FROM helpdesk_ticket"
        " WHERE (status IN ('resolved', 'closed')) <> (resolved_at IS NOT NULL)"
        " OR (status IN ('closed', 'cancelled')) <> (closed_at IS NOT NULL)"
        " OR (status = 'on hold') <> (held_since IS NOT NULL)"
    ),
    "nothing is said on a ticket before it was opened": (
        "SELECT count(*) FROM helpdesk_comment c JOIN helpdesk_ticket t ON t.id = c.ticket_id WHERE c.at < t.opened_at"
    ),
    "a level of escalation fires once, and not before it is due": (
        "SELECT (SELECT count(*) FROM helpdesk_escalation WHERE fired_at < due_at)"
        " + (SELECT coalesce(sum(n - 1), 0) FROM (SELECT count(*) AS n FROM helpdesk_escalation"
        " WHERE fired_at IS NOT NULL GROUP BY company_id, ticket_id, round, level) x)"
    ),
    "only tickets that wait have levels to come": (
        "SELECT count(*) FROM helpdesk_escalation e JOIN helpdesk_ticket t ON t.id = e.ticket_id"
        " WHERE e.fired_at IS NULL AND t.status IN ('resolved', 'closed', 'cancelled')"
    ),
}


def check_staff_laws(connection: Connection[Any]) -> Iterator[Check]:
    """Yield the laws of people and of the help desk; one statement each."""
    for name, query in {**PEOPLE, **DESK}.items():
        yield check_by_query(connection, name, query)


GENERATED_COMPANIES = "company_id IN (SELECT company_id FROM generator_shard WHERE kind = 'staff')"
# Days of the history, by the entries of persons without a login.
SPAN = (
    "(SELECT greatest(max(at)::date - min(at)::date, 1) FROM people_journalentry"
    f" WHERE {GENERATED_COMPANIES} AND person_id IN (SELECT id FROM people_person WHERE user_id IS NULL))"
)
# The table of each volume, and its range in the reference history.
VOLUMES = {
    "persons": ("people_person", 330, 400),
    "positions": ("people_trackpoint", 150e3, 250e3),
    "journeys": ("people_journey", 14e3, 20e3),
    "visits": ("people_visit", 15e3, 30e3),
    "journal entries": ("people_journalentry", 60e3, 100e3),
    "tickets": ("helpdesk_ticket", 5e3, 10e3),
    "comments on tickets": ("helpdesk_comment", 15e3, 25e3),
}


def _build_rate_query(table: str, days: int) -> str:
    """Return the query of the rows of a table per person in some days."""
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


def _build_punctuality_query(done: str, level: str) -> str:
    share = f"avg(({done}_at <= {level}_due)::int)::float8"
    return f"SELECT {share}, count({done}_at) FROM helpdesk_ticket WHERE {GENERATED_COMPANIES}"


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
# The query of each figure and its number of rows, the band, and the rows that it needs to be judged.
FIGURES = {
    "positions a person and day": (_build_rate_query("people_trackpoint", 1), 0.15, 0.45, 20),
    "journal entries a person and week": (_build_rate_query("people_journalentry", 7), 0.5, 1.4, 30),
    "private entries, share": (PRIVATE, 0.35, 0.45, 1000),
    "persons who agreed to the wellbeing report, share": (AGREED, 0.35, 0.8, 30),
    "mood, mean": (MOOD, 6.0, 7.2, 1000),
    "mood, correlation of an entry with the person's one before": (MEMORY, 0.4, 0.8, 1000),
    "speed of ways by car, median, km/h": (_build_speed_query("car"), 45, 70, 50),
    "speed of ways by ferry, median, km/h": (_build_speed_query("ferry"), 25, 40, 50),
    "tickets answered in time, share": (_build_punctuality_query("answered", "answer"), 0.88, 0.98, 200),
    "tickets resolved in time, share": (_build_punctuality_query("resolved", "resolve"), 0.8, 0.96, 200),
}


def check_staff_bands(connection: Connection[Any]) -> Iterator[Check]:
    """Yield every band of the generated staff; nothing without a generated staff."""
    query = "SELECT count(*) FILTER (WHERE kind = 'staff'), count(*) FILTER (WHERE kind = 'batch') FROM generator_shard"
    shards, batches = connection.execute(query).fetchone() or (0, 0)
    if not shards:
        return
    for name, (query, low, high, min_rows) in FIGURES.items():
        figure, rows = connection.execute(query.encode()).fetchone() or (None, 0)
        yield check_band(name, figure, low, high, judged=rows >= min_rows, detail=f"of {rows:,}")
    for name, (table, low, high) in VOLUMES.items():
        count = fetch_count(connection, f"SELECT count(*) FROM {table} WHERE {GENERATED_COMPANIES}")
        yield check_band(name, count, low, high, judged=batches == REFERENCE_BATCHES)
