"""What is due of all companies fires by one statement, once, however many schedulers run it."""

from django.db import migrations

# A scheduler passes over a ticket that another one, or somebody who edits it, holds; what it waited for is read
# again, and what has fired meanwhile is not fired again. All levels of a ticket go together, the lowest first.
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
    dependencies = [("helpdesk", "0003_rules")]

    operations = [migrations.RunSQL(ESCALATE, "DROP FUNCTION helpdesk_escalate(timestamptz)")]
