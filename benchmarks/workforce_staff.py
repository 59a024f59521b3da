"""Staff, tracks and journals in volume, written by the server itself, alike at each run."""

from typing import Any

import psycopg

PEOPLE = 400
"""Persons of the company that is measured; the other companies have a tenth of them."""
OTHERS = 2
FIRST = "timestamptz '2024-01-01 00:00+00'"
DAYS = 730

COMPANIES = """
INSERT INTO farm_company (name)
SELECT 'Company ' || gen_random_uuid() FROM generate_series(1, %(companies)s) RETURNING id
"""
LOGIN = """
INSERT INTO auth_user
       (password, is_superuser, username, first_name, last_name, email, is_staff, is_active, date_joined)
VALUES ('!', false, 'measured', '', '', '', false, true, now()) RETURNING id
"""
PERSONS = """
INSERT INTO people_person (company_id, name, title, email, phone, active, user_id)
SELECT %(company)s, 'Person ' || lpad(i::text, 6, '0'), '', '', '', true,
       CASE WHEN i = 1 THEN %(user)s::bigint END
  FROM generate_series(1, %(persons)s) i
"""
# Nine of ten points are plain tracking; few persons have most of them, as phones that are never put away.
POINTS = f"""
WITH staff AS (
  SELECT array_agg(id ORDER BY id) AS ids, count(*) AS n FROM people_person WHERE company_id = %(company)s
), drawn AS (
  SELECT i, ids[1 + floor(n * power(random(), 3))::int] AS person, random() AS kind,
         {FIRST} + random() * {DAYS} * interval '1 day' AS at
    FROM generate_series(1, %(rows)s) i, staff
)
INSERT INTO people_trackpoint
       (company_id, person_id, at, latitude, longitude, accuracy_m, kind, reference, device, client_id,
        version)
SELECT %(company)s, person, at, 57 + random(), -6 + random(), 8,
       CASE WHEN kind < 0.90 THEN 'tracking' WHEN kind < 0.95 THEN 'conveyance'
            WHEN kind < 0.98 THEN 'site visit' ELSE 'external tour' END,
       CASE WHEN kind >= 0.90 THEN 'tour-' || person || '-' || floor(extract(epoch FROM at) / 86400) END,
       'phone-' || person %% 40, gen_random_uuid(), 1
  FROM drawn
"""
ENTRIES = f"""
WITH staff AS (
  SELECT array_agg(id ORDER BY id) AS ids, count(*) AS n FROM people_person WHERE company_id = %(company)s
), drawn AS (
  SELECT ids[1 + floor(n * power(random(), 2))::int] AS person, random() AS kind, random() AS told,
         random() AS gone, {FIRST} + random() * {DAYS} * interval '1 day' AS at
    FROM generate_series(1, %(rows)s), staff
)
INSERT INTO people_journalentry
       (company_id, person_id, kind, at, title, body, privacy, mood, stress, energy, tags, draft, deleted_at,
        client_id, version)
SELECT %(company)s, person,
       CASE WHEN kind < 0.6 THEN 'note' WHEN kind < 0.8 THEN 'mood' WHEN kind < 0.95 THEN 'work'
            ELSE 'idea' END,
       at, 'Entry', repeat('word ', 12),
       CASE WHEN told < 0.5 THEN 'private' WHEN told < 0.8 THEN 'aggregate' WHEN told < 0.9 THEN 'manager'
            WHEN told < 0.97 THEN 'team' ELSE 'shared' END,
       1 + floor(random() * 10), 1 + floor(random() * 5), 1 + floor(random() * 10), '{{}}', kind < 0.02,
       CASE WHEN gone < 0.05 THEN at END, gen_random_uuid(), 1
  FROM drawn
"""
CONSENTS = """
INSERT INTO people_consent (company_id, person_id, purpose, given_at)
SELECT company_id, id, 'wellbeing', timestamptz '2024-01-01 00:00+00' FROM people_person
 WHERE company_id = %(company)s AND id %% 4 > 0
"""


def companies(owner: psycopg.Connection[Any], count: int) -> list[int]:
    """Add companies; return their ids."""
    owner.execute("SELECT setseed(0.5)")
    return [row[0] for row in owner.execute(COMPANIES, {"companies": count})]


def login(owner: psycopg.Connection[Any]) -> int:
    """Add a login; return its id."""
    row = owner.execute(LOGIN).fetchone()
    assert row is not None
    return int(row[0])


def persons(owner: psycopg.Connection[Any], company: int, count: int, user: int | None = None) -> None:
    """Add persons to a company, the first of them with a login."""
    owner.execute(PERSONS, {"company": company, "persons": count, "user": user})


def fill(owner: psycopg.Connection[Any], rows: int, what: str) -> tuple[int, int]:
    """Write a table of three companies, nine of ten rows of one of them; return it and its login."""
    user = login(owner)
    [ours, *others] = companies(owner, 1 + OTHERS)
    for company in (ours, *others):
        mine = company == ours
        persons(owner, company, PEOPLE if mine else PEOPLE // 10, user if mine else None)
        owner.execute(what, {"company": company, "rows": rows * 9 // 10 if mine else rows // 10 // OTHERS})
    owner.execute("VACUUM ANALYZE")
    return ours, user
