"""How many tickets were answered and resolved by their due times."""

from dataclasses import dataclass
from datetime import date

from grilse.errors import GrilseError
from grilse.listing.sql import fetch_rows


@dataclass(frozen=True, kw_only=True, slots=True)
class PromiseReport:
    """Tickets opened in a month, answered and resolved in time; of those that were due or done."""

    month: date
    """Its first day."""
    priority: str
    tickets: int
    to_answer: int
    answered_in_time: int
    to_resolve: int
    resolved_in_time: int


def report_promises(since: date, until: date) -> list[PromiseReport]:
    """Return by month and priority how many tickets opened from one day to another met their due times.

    Days and months are those of the company's time zone, both days included; one statement.
    """
    if since > until:
        raise GrilseError(f"{since} is later than {until}: swap them", field="since")
    return [PromiseReport(**row) for row in fetch_rows(PROMISES, {"since": since, "until": until})]


PROMISES = """
WITH zone AS (SELECT coalesce((SELECT time_zone FROM people_workrules), 'UTC') AS name),
opened AS (
  SELECT date_trunc('month', t.opened_at AT TIME ZONE z.name)::date AS month, t.*,
         coalesce(t.resolved_at, t.closed_at, t.held_since, now()) AS waited_until
    FROM helpdesk_ticket t CROSS JOIN zone z
   WHERE t.opened_at >= (%(since)s::date)::timestamp AT TIME ZONE z.name
     AND t.opened_at < (%(until)s::date + 1)::timestamp AT TIME ZONE z.name
)
SELECT month, priority, count(*) AS tickets,
       count(*) FILTER (WHERE answered_at <= answer_due OR coalesce(answered_at, waited_until) > answer_due)
         AS to_answer,
       count(*) FILTER (WHERE answered_at <= answer_due) AS answered_in_time,
       count(*) FILTER (WHERE status <> 'cancelled'
                          AND (resolved_at <= resolve_due OR waited_until > resolve_due)) AS to_resolve,
       count(*) FILTER (WHERE status <> 'cancelled' AND resolved_at <= resolve_due) AS resolved_in_time
  FROM opened GROUP BY month, priority ORDER BY month, priority
"""
