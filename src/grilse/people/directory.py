"""Who works here: found by the beginnings of names, and looked up. Each function is one statement."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from grilse.errors import GrilseError
from grilse.listing import cursor as listing_cursor
from grilse.listing.sql import fetch_rows
from grilse.people.models import Person
from grilse.people.name_words import build_prefix_ranges

MAX_LIMIT, DEFAULT_LIMIT = 100, 20
"""Persons of a page."""
MAX_TEXT_LENGTH = 120
"""Characters of a search."""
LOOKUP_LIMIT = 10_000
"""Persons with a prefix up to which all are looked up; of more, the first come soon in order of name."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PersonMatch:
    """A person in a picker."""

    id: int
    name: str
    title: str
    team: str | None
    site: str | None
    active: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class PersonPage:
    """A page of persons."""

    persons: list[PersonMatch]
    next: str | None
    """Cursor of the page that follows; None after the last person."""


def search_persons(
    text: str, *, after: str | None = None, limit: int = DEFAULT_LIMIT, active: bool | None = True
) -> PersonPage:
    """Return persons, by name, whose names have a word that begins with each word of the text; all for no text.

    `active` None includes those who have left.
    """
    if not 1 <= limit <= MAX_LIMIT:
        raise GrilseError(f"limit {limit} is not from 1 to {MAX_LIMIT}", field="limit")
    if len(text) > MAX_TEXT_LENGTH or "\0" in text:
        raise GrilseError(f"search for at most {MAX_TEXT_LENGTH} letters, without NUL", field="text")
    prefixes = build_prefix_ranges(text)
    cursor_key = f"picker {active} {prefixes}"
    sql, arguments = _build_statement(prefixes, active, _parse_cursor(cursor_key, after))
    rows = [PersonMatch(**row) for row in fetch_rows(sql, {**arguments, "limit": limit + 1})]
    more = len(rows) > limit
    last = rows[limit - 1] if more else None
    return PersonPage(
        persons=rows[:limit],
        next=None if last is None else listing_cursor.encode_cursor(cursor_key, [last.name, last.id]),
    )


def read_person(id: int) -> dict[str, Any]:
    """Return a person with the names of their team, site and manager; refuse an unknown id."""
    row = Person.objects.filter(pk=id).values(*FIELDS).first()
    if row is None:
        raise GrilseError(f"there is no person {id}", field="person")
    return {name: row[column] for column, name in FIELDS.items()}


FIELDS = {
    "id": "id", "name": "name", "title": "title", "email": "email", "phone": "phone", "active": "active",
    "user_id": "user", "geography_id": "geography", "geography__name": "geography_name",
    "area_id": "area", "area__name": "area_name", "station_id": "station", "station__name": "station_name",
    "team_id": "team", "team__name": "team_name", "manager_id": "manager", "manager__name": "manager_name",
}  # fmt: skip


def _parse_cursor(cursor_key: str, after: str | None) -> list[str] | None:
    if after is None:
        return None
    key = listing_cursor.decode_cursor(cursor_key, after)
    if key is None:
        raise GrilseError("cursor is of another search: leave it out to start anew", field="cursor")
    return key


def _build_statement(
    prefixes: Sequence[tuple[str, str]], active: bool | None, key: list[str] | None
) -> tuple[str, dict[str, Any]]:
    """Return the statement of a page, and its arguments."""
    arguments: dict[str, Any] = {"active": active, "few": LOOKUP_LIMIT}
    conditions = [] if active is None else ["p.active = %(active)s"]
    if key is not None:
        conditions.append("(p.name, p.id) > (%(name)s, %(id)s::bigint)")
        arguments |= {"name": key[0], "id": int(key[1])}
    for i, (first, last) in enumerate(prefixes):
        arguments |= {f"first_{i}": first, f"last_{i}": last}
    others = [NAMED.format(i=i) for i in range(1, len(prefixes))]
    if not prefixes:
        return PAGE.format(found=IN_ORDER.format(where=_build_conditions(conditions))), arguments
    # Only one of these two finds anything.
    few = FOUND.format(where=_build_conditions([*conditions, *others]))
    many = IN_ORDER.format(
        where=_build_conditions(["NOT (SELECT few FROM size)", *conditions, NAMED.format(i=0), *others])
    )
    return SEARCHED + PAGE.format(found=f"({few}) UNION ALL ({many})"), arguments


def _build_conditions(conditions: Sequence[str]) -> str:
    return "".join(f" AND {condition}" for condition in conditions)


# Subqueries: joined, PostgreSQL may read all words or all persons before it returns the first.
# OFFSET keeps the condition a subquery for each person.
NAMED = """EXISTS (SELECT FROM people_personword w
   WHERE w.person_id = p.id AND w.word >= %(first_{i})s AND w.word < %(last_{i})s OFFSET 0)"""
SEARCHED = """
WITH near AS MATERIALIZED (
  SELECT person_id FROM people_personword WHERE word >= %(first_0)s AND word < %(last_0)s LIMIT %(few)s + 1
), size AS MATERIALIZED (SELECT count(*) <= %(few)s AS few FROM near)
"""
FOUND = """SELECT p.id FROM people_person p
 WHERE (SELECT few FROM size) AND p.id = ANY (ARRAY(SELECT person_id FROM near)){where}
 ORDER BY p.name, p.id LIMIT %(limit)s"""
IN_ORDER = """SELECT p.id FROM people_person p
 WHERE true{where} ORDER BY p.name, p.id LIMIT %(limit)s"""
PAGE = """
SELECT p.id, p.name, p.title, t.name AS team, coalesce(a.name, s.name) AS site, p.active
  FROM people_person p
  LEFT JOIN people_team t ON t.id = p.team_id
  LEFT JOIN farm_area a ON a.id = p.area_id
  LEFT JOIN farm_station s ON s.id = p.station_id
 WHERE p.id = ANY (ARRAY({found}))
 ORDER BY p.name, p.id
"""
