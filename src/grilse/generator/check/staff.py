"""The laws of the staff's days: everything somebody's, and tickets that went a way that there is."""

from collections.abc import Iterator
from typing import Any

from psycopg import Connection

from grilse.generator.check.events import check_by_query
from grilse.generator.check.result import Check

# Whose each row is, in its own company.
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
    """Yield the laws of people and of the help desk; a statement each."""
    for name, query in {**PEOPLE, **DESK}.items():
        yield check_by_query(connection, name, query)
