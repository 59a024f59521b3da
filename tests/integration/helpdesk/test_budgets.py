"""What is asked of the help desk keeps its budget, on eight thousand tickets of which few wait."""

import pytest
from django.db import connections
from tests.integration.helpdesk.conftest import write_desk

from grilse.proof.budget_check import BROKEN
from grilse.proof.measurement import measure_query
from grilse.proof.registry import list_declared_budgets

# Tickets of three years; what was opened in the last weeks is not done with.
SEED = """
INSERT INTO helpdesk_ticket (company_id, number, title, status, priority, category_id, geography_id, area_id,
                             container_id, reporter_id, assignee_id, team_id, opened_at, answered_at,
                             answer_due, resolve_due, resolved_at, closed_at, held_since)
SELECT %(company)s, n, 'Ticket ' || n, s.status, (ARRAY['low', 'normal', 'high', 'urgent'])[1 + n %% 4],
       CASE n %% 3 WHEN 0 THEN %(nets)s::bigint WHEN 1 THEN %(pumps)s END,
       CASE n %% 50 WHEN 0 THEN %(scotland)s::bigint END, CASE n %% 50 WHEN 0 THEN %(loch)s::bigint END,
       CASE n %% 50 WHEN 0 THEN %(pen)s::bigint END, %(asker)s + n %% 3, %(asker)s + n %% 4,
       CASE n %% 20 WHEN 0 THEN %(divers)s ELSE %(crew)s END, t.at, t.at + interval '1 hour',
       t.at + (n %% 4) * interval '40 minutes', t.at + interval '2 days',
       CASE WHEN s.status IN ('resolved', 'closed') THEN t.at + n %% 3 * interval '1 day' END,
       CASE s.status WHEN 'closed' THEN t.at + interval '3 days' END,
       CASE s.status WHEN 'on hold' THEN t.at END
  FROM generate_series(1, 8000) n
 CROSS JOIN LATERAL (SELECT now() - (8001 - n) * interval '3 hours' AS at) t
 CROSS JOIN LATERAL (SELECT CASE WHEN n > 7800
                                 THEN (ARRAY['new', 'open', 'in progress', 'on hold', 'resolved'])[1 + n %% 5]
                                 ELSE 'closed' END AS status) s;
INSERT INTO helpdesk_comment (company_id, ticket_id, author_id, at, body, internal)
SELECT %(company)s, t.id, %(asker)s, t.opened_at + k * interval '1 hour', 'said', k = 3
  FROM helpdesk_ticket t CROSS JOIN generate_series(1, 3) k ORDER BY t.number, k;
UPDATE helpdesk_ticket SET priority = 'urgent' WHERE number %% 2 = 1 AND priority <> 'urgent';
INSERT INTO helpdesk_attachment (company_id, ticket_id, author_id, at, name, content_type, size, digest,
                                 content)
SELECT %(company)s, t.id, %(asker)s, t.opened_at, 'net.jpg', 'image/jpeg', 1, t.id::text, 'x'
  FROM helpdesk_ticket t WHERE t.number %% 2 = 0;
INSERT INTO helpdesk_escalation (company_id, ticket_id, level, rule_id, due_at, fired_at)
SELECT %(company)s, t.id, r.level, r.id, t.opened_at + interval '1 hour', t.opened_at + interval '1 hour'
  FROM helpdesk_ticket t JOIN helpdesk_escalationrule r ON r.category_id IS NULL;
INSERT INTO helpdesk_holiday (company_id, date, name) VALUES (%(company)s, '2026-12-25', 'Yule');
INSERT INTO helpdesk_businesshours (company_id, weekday, opens, closes)
VALUES (%(company)s, 0, '08:00', '16:00');
ANALYZE helpdesk_ticket, helpdesk_comment, helpdesk_attachment, helpdesk_escalation, helpdesk_ticketevent;
"""
# A page holds all rows of these; and most rules are of no category.
MISSING_ID = {
    "list.escalation-rules.by.category", "list.service-levels.by.category",
    *(
        f"list.{name}.next"
        for name in ("ticket-categories", "business-hours", "holidays", "service-levels", "escalation-rules")
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def filled_desk(database):
    desk = write_desk("Northern Salmon")
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            SEED,
            {
                "company": desk.company, "asker": desk.persons["Asker"], "nets": desk.categories["Nets"],
                "pumps": desk.categories["Pumps"], "scotland": desk.places["Scotland"],
                "loch": desk.places["Loch"], "pen": desk.places["P1"], "crew": desk.teams["Crew"],
                "divers": desk.teams["Divers"],
            },
        )  # fmt: skip
    return desk


@pytest.fixture(scope="module")
def helpdesk_budgets():
    lists = ("ticket", "escalation", "business-hours", "holidays", "service-levels")
    names = tuple(f"list.{name}" for name in lists)
    return [budget for budget in list_declared_budgets() if budget.name.startswith(("helpdesk.", *names))]


def test_every_query_keeps_its_budget(filled_desk, helpdesk_budgets):
    figures = {budget.name: measure_query(budget) for budget in helpdesk_budgets}
    assert len(figures) > 40
    assert {name: figure.said for name, figure in figures.items() if figure.state == BROKEN} == {}
    nothing = {name for name, figure in figures.items() if figure.state != "holds"}
    assert {name: figures[name].said for name in nothing - MISSING_ID} == {}


def test_a_timeline_without_its_index_is_found_to_read_too_much(filled_desk, helpdesk_budgets):
    [timeline] = [budget for budget in helpdesk_budgets if budget.name == "helpdesk.queries.read_timeline"]
    with connections["owner"].cursor() as cursor:
        cursor.execute("DROP INDEX helpdesk_comment_of_ticket")
    figure = measure_query(timeline)
    assert figure.state == BROKEN
    assert "reads helpdesk_comment" in " ".join(figure.said)
