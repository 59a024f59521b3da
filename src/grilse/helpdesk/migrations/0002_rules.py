"""Row policies of tickets, references within a company, and the escalation of overdue tickets."""

from django.db import migrations

from grilse.access.migration_rules import (
    create_company_key,
    create_company_policy,
    create_company_references,
    create_function,
    create_policies,
    create_reach_function,
    create_reach_policy,
    create_whole_company_policy,
    with_events,
)
from grilse.access.tenancy import COMPANY_SQL, USER_SQL

TRACKED_TABLES = (
    "category", "ticket", "comment", "attachment", "businesshours", "holiday", "servicelevel", "escalationrule",
)  # fmt: skip
RULE_TABLES = ("category", "businesshours", "holiday", "servicelevel", "escalationrule")
# Everybody of the company sees a ticket that names no site.
TICKET_IN_REACH = "(geography_id IS NULL OR geography_id IN (SELECT farm_geographies()))"
# Looks up one ticket per row: for a few rows, reading all tickets in reach first would take longer.
OF_TICKET_IN_REACH = "EXISTS (SELECT FROM helpdesk_ticket t WHERE t.id = {table}.ticket_id)"
# The roles that have helpdesk.work; a test compares them with the permission matrix.
ROLES = ("admin", "planner", "manager", "operator", "vet")
WORKS = f"""SELECT FROM farm_membership m
 WHERE m.company_id = {COMPANY_SQL} AND m.user_id = {USER_SQL} AND m.role IN {ROLES}"""
# The geographies in which the current login works on tickets; 0 means tickets without a site. Without a login, as
# in the scheduler, all of them.
WORKPLACES = f"""
SELECT g.id FROM farm_geography g
 WHERE g.company_id = {COMPANY_SQL}
   AND ({USER_SQL} IS NULL OR EXISTS ({WORKS} AND (m.geography_id IS NULL OR m.geography_id = g.id)))
UNION ALL
SELECT 0 WHERE {COMPANY_SQL} IS NOT NULL AND ({USER_SQL} IS NULL OR EXISTS ({WORKS}))
"""
# Only those who work on a ticket see its internal comments.
PUBLIC_OR_WORKPLACE = """
NOT internal OR (SELECT coalesce(t.geography_id, 0) FROM helpdesk_ticket t WHERE t.id = ticket_id)
                IN (SELECT helpdesk_workplaces())
"""
# Fires what is due in all companies, once, however many schedulers run. It skips tickets that another scheduler or an
# editor has locked; the next run reads them again. All due levels of a ticket fire together, lowest first.
ESCALATE = """
CREATE FUNCTION helpdesk_escalate(moment timestamptz) RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT set_config('pghistory.context_metadata', '{"reason": "escalated by the scheduler"}', true);
  WITH due AS (
    SELECT e.id
      FROM helpdesk_escalation e
      JOIN helpdesk_ticket t ON t.company_id = e.company_id AND t.id = e.ticket_id AND t.round = e.round
     WHERE e.fired_at IS NULL AND e.due_at <= moment AND t.status IN ('new', 'open', 'in progress')
       FOR UPDATE OF t, e SKIP LOCKED
  ),
  fired AS (
    UPDATE helpdesk_escalation e SET fired_at = moment
      FROM due WHERE e.id = due.id AND e.fired_at IS NULL
    RETURNING e.company_id, e.ticket_id, e.level, e.rule_id
  ),
  called AS (
    SELECT f.company_id, f.ticket_id, f.level, p.id AS person_id, r.team_id, r.priority,
           'Level ' || f.level || ' of escalation: it goes to '
             || coalesce(p.name || ' of ' || g.name, p.name, g.name, 'nobody: who was to be called works here no more')
             || CASE r.priority WHEN '' THEN '' ELSE ', priority at least ' || r.priority END || '.' AS words
      FROM fired f
      JOIN helpdesk_escalationrule r ON r.company_id = f.company_id AND r.id = f.rule_id
      LEFT JOIN people_person p ON p.company_id = r.company_id AND p.id = r.person_id AND p.active
      LEFT JOIN people_team g ON g.company_id = r.company_id AND g.id = r.team_id
  ),
  told AS (
    INSERT INTO helpdesk_comment (company_id, ticket_id, at, body)
    SELECT company_id, ticket_id, moment, words FROM called ORDER BY ticket_id, level
  ),
  rank (priority, place) AS (VALUES ('', 0), ('low', 1), ('normal', 2), ('high', 3), ('urgent', 4)),
  last AS (
    SELECT c.company_id, c.ticket_id, max(k.place) AS place,
           (array_agg(c.person_id ORDER BY c.level DESC))[1] AS person_id,
           (array_agg(c.team_id ORDER BY c.level DESC))[1] AS team_id
      FROM called c JOIN rank k USING (priority) GROUP BY c.company_id, c.ticket_id
  ),
  given AS (
    UPDATE helpdesk_ticket t
       SET team_id = coalesce(l.team_id, t.team_id),
           -- What goes to a team is nobody's until one of them takes it.
           assignee_id = CASE WHEN l.team_id IS NULL THEN coalesce(l.person_id, t.assignee_id) ELSE l.person_id END,
           priority = (SELECT k.priority FROM rank k
                        WHERE k.place = greatest(l.place, (SELECT m.place FROM rank m WHERE m.priority = t.priority)))
      FROM last l WHERE t.company_id = l.company_id AND t.id = l.ticket_id
  )
  SELECT count(*) FROM fired
$$
"""


class Migration(migrations.Migration):
    dependencies = [("helpdesk", "0001_tables"), ("people", "0002_rules"), ("access", "0003_rules")]

    operations = [
        *[
            operation
            for name in TRACKED_TABLES
            for operation in create_company_policy(f"helpdesk_{name}", tracked=True)
        ],
        *create_company_policy("helpdesk_escalation"),
        *[create_company_key(f"helpdesk_{name}") for name in ("category", "ticket", "escalationrule")],
        create_company_references("helpdesk_category", team_id="people_team"),
        create_company_references(
            "helpdesk_ticket",
            category_id="helpdesk_category",
            geography_id="farm_geography",
            area_id="farm_area",
            station_id="farm_station",
            container_id="farm_container",
            reporter_id="people_person",
            assignee_id="people_person",
            team_id="people_team",
        ),
        create_company_references("helpdesk_comment", ticket_id="helpdesk_ticket", author_id="people_person"),
        create_company_references("helpdesk_attachment", ticket_id="helpdesk_ticket", author_id="people_person"),
        create_company_references("helpdesk_servicelevel", category_id="helpdesk_category"),
        create_company_references(
            "helpdesk_escalationrule", category_id="helpdesk_category", person_id="people_person", team_id="people_team"
        ),
        create_company_references(
            "helpdesk_escalation", ticket_id="helpdesk_ticket", rule_id="helpdesk_escalationrule"
        ),
        *[create_reach_policy(table, TICKET_IN_REACH) for table in with_events("helpdesk_ticket")],
        *[
            create_reach_policy(table, OF_TICKET_IN_REACH.format(table=table))
            for table in (*with_events("helpdesk_comment", "helpdesk_attachment"), "helpdesk_escalation")
        ],
        create_function(ESCALATE, "helpdesk_escalate(timestamptz)"),
        create_reach_function("helpdesk_workplaces", WORKPLACES),
        *[
            create_policies(table, internal=f"AS RESTRICTIVE FOR SELECT USING ({PUBLIC_OR_WORKPLACE})")
            for table in with_events("helpdesk_comment")
        ],
        *[create_whole_company_policy(f"helpdesk_{name}") for name in RULE_TABLES],
    ]
