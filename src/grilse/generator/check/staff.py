"""The laws and bands of the generated staff: people, tracks and the help desk."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray
from psycopg import Connection

from grilse.bulk.copy import read_columns
from grilse.exchange.original_rows import OriginalRows
from grilse.generator.check.history_bands import REFERENCE_BATCHES
from grilse.generator.check.result import Check, check_band, check_by_query, check_law, fetch_count
from grilse.people.tracks.geodesy import (
    MAX_ACCURACY_M,
    MAX_GAP_US,
    FenceStays,
    compute_distances,
    find_points_in_circles,
    find_stays,
)
from grilse.people.tracks.journeys import measure_journeys
from grilse.people.tracks.plausibility import FAULTS

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
    "the records of people and tickets refer to persons of the same company": (
        f"SELECT count(*) FROM ({ROWS_OF_STRANGERS}) s"
    ),
    "every position that names a journey has that journey": (
        "SELECT count(*) FROM people_trackpoint x WHERE x.reference IS NOT NULL AND NOT EXISTS ("
        "SELECT FROM people_journey j WHERE j.company_id = x.company_id AND j.person_id = x.person_id"
        " AND j.reference = x.reference)"
    ),
    "tracking positions outside journeys are of persons who consented": (
        "SELECT count(*) FROM people_trackpoint x WHERE x.kind = 'tracking' AND x.reference IS NULL"
        " AND NOT EXISTS (SELECT FROM people_consent c WHERE c.company_id = x.company_id"
        " AND c.person_id = x.person_id AND c.purpose = 'tracking')"
    ),
    "mood and energy of entries are 1 to 10, stress is 1 to 5": (
        "SELECT count(*) FROM people_journalentry WHERE mood NOT BETWEEN 1 AND 10"
        " OR stress NOT BETWEEN 1 AND 5 OR energy NOT BETWEEN 1 AND 10"
    ),
    "no entry was deleted before it was written": (
        # An entry may be about tomorrow, wherever tomorrow has begun.
        "SELECT count(*) FROM people_journalentry WHERE deleted_at < at - interval '2 days'"
    ),
}
DESK = {
    "the times of a ticket are in order": (
        "SELECT count(*) FROM helpdesk_ticket WHERE answered_at < opened_at OR resolved_at < opened_at"
        " OR resolved_at < answered_at OR closed_at < opened_at OR closed_at < resolved_at"
        " OR held_since < opened_at OR reopened_at < opened_at"
    ),
    "the times of a ticket fit its status": (
        "SELECT count(*) FROM helpdesk_ticket"
        " WHERE (status IN ('resolved', 'closed')) <> (resolved_at IS NOT NULL)"
        " OR (status IN ('closed', 'cancelled')) <> (closed_at IS NOT NULL)"
        " OR (status = 'on hold') <> (held_since IS NOT NULL)"
    ),
    "no comment is older than its ticket": (
        "SELECT count(*) FROM helpdesk_comment c JOIN helpdesk_ticket t ON t.id = c.ticket_id WHERE c.at < t.opened_at"
    ),
    "no escalation is carried out twice or before it is due": (
        "SELECT (SELECT count(*) FROM helpdesk_escalation WHERE fired_at < due_at)"
        " + (SELECT coalesce(sum(n - 1), 0) FROM (SELECT count(*) AS n FROM helpdesk_escalation"
        " WHERE fired_at IS NOT NULL GROUP BY company_id, ticket_id, round, level) x)"
    ),
    "finished tickets have no pending escalations": (
        "SELECT count(*) FROM helpdesk_escalation e JOIN helpdesk_ticket t ON t.id = e.ticket_id"
        " WHERE e.fired_at IS NULL AND t.status IN ('resolved', 'closed', 'cancelled')"
    ),
}
Columns = dict[str, NDArray[Any]]
EXACT_M = 1e-6
# Journeys and visits outlive deleted positions, so those from before the first position are not judged.
SINCE = "SELECT company_id AS company, min(at) + interval '1 day' AS since FROM people_trackpoint GROUP BY 1"
JOURNEYS = f"people_journey j JOIN ({SINCE}) s ON s.company = j.company_id AND j.started_at > s.since AND j.points > 0"
JOURNEY_QUERY = (
    "SELECT j.id, j.points, j.distance_m, j.faulty_points, j.started_at, j.ended_at, j.reference"
    f" FROM {JOURNEYS} ORDER BY j.id"
)
JOURNEY_POINTS = (
    "SELECT j.id, p.at, p.latitude, p.longitude, p.accuracy_m AS accuracy, j.mode, coalesce(p.fault, '') AS fault"
    f" FROM {JOURNEYS}"
    " JOIN people_trackpoint p ON p.company_id = j.company_id AND p.person_id = j.person_id"
    " AND p.reference = j.reference ORDER BY j.id, p.at, p.client_id"
)
POINTS = (
    "SELECT company_id AS company, person_id AS person, at, latitude, longitude FROM people_trackpoint"
    f" WHERE (accuracy_m IS NULL OR accuracy_m <= {MAX_ACCURACY_M}) AND fault IS NULL"
)
FENCES = (
    "SELECT f.company_id AS company, f.id, f.latitude, f.longitude, f.radius_m, s.since FROM people_fence f"
    f" JOIN ({SINCE}) s ON s.company = f.company_id ORDER BY f.id"
)
VISITS = (
    "SELECT v.person_id AS person, v.fence_id AS fence, v.arrived_at, v.left_at, v.points FROM people_visit v"
    f" JOIN ({SINCE}) s ON s.company = v.company_id AND v.arrived_at > s.since"
)
PLACE = {"latitude": "float8", "longitude": "float8"}
JOURNEY_KINDS = {
    "id": "int8", "points": "int4", "distance_m": "float8", "faulty_points": "int4", "started_at": "timestamptz",
    "ended_at": "timestamptz", "reference": "text",
}  # fmt: skip
JOURNEY_POINT_KINDS = {
    "id": "int8", "at": "timestamptz", **PLACE, "accuracy": "float8", "mode": "text", "fault": "text",
}  # fmt: skip
POINT_KINDS = {"company": "int8", "person": "int8", "at": "timestamptz", **PLACE}
FENCE_KINDS = {"company": "int8", "id": "int8", **PLACE, "radius_m": "float8", "since": "timestamptz"}
VISIT_KINDS = {
    "person": "int8", "fence": "int8", "arrived_at": "timestamptz", "left_at": "timestamptz",
    "points": "int4",
}  # fmt: skip


def check_staff_laws(connection: Connection[Any]) -> Iterator[Check]:
    """Yield the laws of people and of the help desk; one statement each."""
    for name, query in {**PEOPLE, **DESK}.items():
        yield check_by_query(connection, name, query)


GENERATED_COMPANIES = "company_id IN (SELECT company_id FROM generator_shard WHERE kind = 'staff')"
# Positions and visits have no history: those of the generated staff were there before the load.
LOADED = "(SELECT min(finished_at) FROM generator_shard WHERE kind = 'staff')"
BEFORE_LOAD = {"people_trackpoint": f" AND at < {LOADED}", "people_visit": f" AND arrived_at < {LOADED}"}
RETAINED = f"SELECT count(*) FROM farm_bulkload WHERE kind = 'retention' AND {GENERATED_COMPANIES}"


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


def _build_count_query(table: str) -> str:
    """Return the query of the loaded rows of a table."""
    return f"SELECT count(*) FROM {table} WHERE {GENERATED_COMPANIES}{BEFORE_LOAD.get(table, '')}"


def _build_rate_query(table: str, days: int) -> str:
    """Return the query of the rows of a table per person in some days."""
    return (
        f"SELECT ({_build_count_query(table)})::float8 * {days} /"
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
    "positions per person and day": (_build_rate_query("people_trackpoint", 1), 0.15, 0.45, 20),
    "journal entries per person and week": (_build_rate_query("people_journalentry", 7), 0.5, 1.4, 30),
    "private entries, share": (PRIVATE, 0.35, 0.45, 1000),
    "persons who agreed to the wellbeing report, share": (AGREED, 0.35, 0.8, 30),
    "mood, mean": (MOOD, 6.0, 7.2, 1000),
    "mood, correlation of an entry with the person's previous one": (MEMORY, 0.4, 0.8, 1000),
    "speed of journeys by car, median, km/h": (_build_speed_query("car"), 45, 70, 50),
    "speed of journeys by ferry, median, km/h": (_build_speed_query("ferry"), 25, 40, 50),
    "tickets answered in time, share": (_build_punctuality_query("answered", "answer"), 0.88, 0.98, 200),
    "tickets resolved in time, share": (_build_punctuality_query("resolved", "resolve"), 0.8, 0.96, 200),
}


def check_staff_bands(connection: Connection[Any], originals: OriginalRows) -> Iterator[Check]:
    """Yield every band of the generated staff; nothing without a generated staff.

    Positions are not judged once the company has deleted the first of them.
    """
    query = "SELECT count(*) FILTER (WHERE kind = 'staff'), count(*) FILTER (WHERE kind = 'batch') FROM generator_shard"
    shards, batches = connection.execute(query).fetchone() or (0, 0)
    if not shards:
        return
    retained = fetch_count(connection, RETAINED)
    for name, (query, low, high, min_rows) in FIGURES.items():
        figure, rows = connection.execute(originals.build_query(query).encode()).fetchone() or (None, 0)
        judged = rows >= min_rows and not (retained and "people_trackpoint" in query)
        yield check_band(name, figure, low, high, judged=judged, detail=f"of {rows:,}")
    for name, (table, low, high) in VOLUMES.items():
        count = fetch_count(connection, originals.build_query(_build_count_query(table)))
        judged = batches == REFERENCE_BATCHES and not (retained and table == "people_trackpoint")
        yield check_band(name, count, low, high, judged=judged)


def check_tracks(connection: Connection[Any]) -> Iterator[Check]:
    """Yield that journeys, visits and positions agree."""
    journey_rows = read_columns(connection, JOURNEY_QUERY, JOURNEY_KINDS)
    yield check_journeys(journey_rows, read_columns(connection, JOURNEY_POINTS, JOURNEY_POINT_KINDS))
    fences, visit_rows = read_columns(connection, FENCES, FENCE_KINDS), read_columns(connection, VISITS, VISIT_KINDS)
    yield check_visits(read_columns(connection, POINTS, POINT_KINDS), fences, visit_rows)
    yield check_simultaneous_visits(fences, visit_rows)


def check_journeys(journey_rows: Columns, points: Columns) -> Check:
    """Return that the length of each journey, in time and metres, and its faults agree with its positions."""
    size = len(journey_rows["id"])
    way = np.searchsorted(journey_rows["id"], points["id"])
    lengths = measure_journeys({**points, "journey": way}, size)
    count = np.bincount(way, minlength=size)
    some = np.flatnonzero(count)
    last = np.cumsum(count)[some] - 1
    wrong = (count != journey_rows["points"]) | (lengths.faulty != journey_rows["faulty_points"])
    wrong |= np.abs(lengths.metres - journey_rows["distance_m"]) > EXACT_M
    wrong[way[np.array(FAULTS, object)[lengths.fault] != points["fault"]]] = True
    wrong[some] |= points["at"][last - count[some] + 1] != journey_rows["started_at"][some]
    wrong[some] |= points["at"][last] != journey_rows["ended_at"][some]
    first = np.flatnonzero(wrong)[:1].tolist()
    detail = f"first {journey_rows['reference'][first[0]]}" if first else f"{size:,} journeys"
    return check_law("the times and length of each journey are those of its positions", int(wrong.sum()), detail)


def check_visits(points: Columns, fences: Columns, visit_rows: Columns) -> Check:
    """Return that visits are the stays of persons within the fences of their company."""
    point, fence = find_points_in_circles(
        points["latitude"], points["longitude"], fences["latitude"], fences["longitude"], fences["radius_m"]
    )
    own = points["company"][point] == fences["company"][fence]
    point, fence = point[own], fence[own]
    people, person = np.unique(points["person"][point], return_inverse=True)
    circles = max(len(fences["id"]), 1)
    stays = find_stays(points["at"][point], person.astype(np.int64) * circles + fence)
    derived_rows = _build_visit_rows(stays, people[stays.fence // circles], fences, stays.fence % circles)
    stored_rows = set(zip(*(visit_rows[name].tolist() for name in VISIT_KINDS), strict=True))
    return check_law(
        "visits are the stays of persons within fences", len(derived_rows ^ stored_rows), f"{len(stored_rows):,} visits"
    )


def _build_visit_rows(
    stays: FenceStays, person: NDArray[Any], fences: Columns, fence: NDArray[Any]
) -> set[tuple[int, ...]]:
    """Return stays as rows of visits."""
    is_judged = stays.arrived > fences["since"][fence]
    columns = (person, fences["id"][fence], stays.arrived, stays.left, stays.points)
    return set(zip(*(column[is_judged].tolist() for column in columns), strict=True))


def check_simultaneous_visits(fences: Columns, visit_rows: Columns) -> Check:
    """Return that nobody is on two visits at once, unless the fences overlap.

    A short absence does not end a visit, so a shorter visit elsewhere may lie within it.
    """
    order = np.lexsort((visit_rows["left_at"], visit_rows["arrived_at"], visit_rows["person"]))
    earlier, later = order[:-1], order[1:]
    same = visit_rows["person"][earlier] == visit_rows["person"][later]
    late = visit_rows["arrived_at"][later] < visit_rows["left_at"][earlier]
    long = visit_rows["left_at"][later] - visit_rows["arrived_at"][later] > MAX_GAP_US
    both = np.flatnonzero(same & late & long)
    first, second = (np.searchsorted(fences["id"], visit_rows["fence"][rows[both]]) for rows in (earlier, later))
    distance = compute_distances(*(fences[name][rows] for rows in (first, second) for name in PLACE))
    crossing = distance < fences["radius_m"][first] + fences["radius_m"][second]
    return check_law("nobody is on two visits at once", int((~crossing).sum()), f"{len(order):,} visits")
