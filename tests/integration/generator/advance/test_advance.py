"""A history that is advanced is the one that is generated at once."""

from datetime import timedelta

import pytest
from tests.integration.generator.advance.conftest import DAYS, build_run, load_company

from grilse.exchange.fingerprint import compute_fingerprint, compute_owner_hashes
from grilse.generator.advance.run import advance_history


@pytest.fixture(scope="module")
def first_until():
    return build_run("Company 0").plan.until


def test_a_history_advanced_by_a_day_and_by_a_month_is_the_one_generated_at_once(companies, owner, first_until):
    company = load_company("Advanced")
    assert compute_fingerprint(owner, company.id) == compute_fingerprint(owner, companies[0].id)
    for days in (1, DAYS):
        result = advance_history(company.name, first_until + timedelta(days=days), workers=1)
        assert result.until == first_until + timedelta(days=days)
        assert result.left == []
        expected = compute_fingerprint(owner, companies[days].id)
        assert compute_fingerprint(owner, company.id).tables == expected.tables, days
    expected = compute_owner_hashes(owner, companies[DAYS].id)
    assert compute_owner_hashes(owner, company.id) == expected
    recorded = owner.execute(
        "SELECT kind, key, content_hash, table_hashes, row_sums, rows FROM generator_shard"
        " WHERE company_id = %s AND kind IN ('batch', 'store') AND content_hash <> '' ORDER BY kind, key",
        [company.id],
    ).fetchall()
    assert {(kind, key): digest for kind, key, digest, *_ in recorded} == expected
    assert read_staff_days(owner, company.id) == read_staff_days(owner, companies[DAYS].id)


STAFF_DAYS = {
    "positions": "SELECT at, latitude, longitude, reference, client_id FROM people_trackpoint",
    "journeys": "SELECT reference, started_at, ended_at, distance_m, points FROM people_journey",
    "visits": "SELECT arrived_at, left_at, points FROM people_visit",
    "tickets": (
        "SELECT number, title, status, priority, opened_at, answered_at, resolved_at, closed_at, held_since,"
        " held_minutes, answer_due, resolve_due FROM helpdesk_ticket"
    ),
    "comments": "SELECT at, body, internal FROM helpdesk_comment",
    "escalations": "SELECT level, due_at, fired_at FROM helpdesk_escalation",
    "persons": "SELECT name, title, active FROM people_person",
    "consents": "SELECT purpose, given_at, withdrawn_at FROM people_consent",
    "reports": "SELECT until FROM people_wellbeingreport WHERE until > date '2025-11-20'",
}


def read_staff_days(connection, company):
    """What the staff did, by table; entries of the journal that were deleted since stay for some weeks."""
    tables = {
        name: f"{query}{' AND' if 'WHERE' in query else ' WHERE'} company_id = %s" for name, query in STAFF_DAYS.items()
    }
    return {name: sorted(connection.execute(query, [company]).fetchall(), key=str) for name, query in tables.items()}
