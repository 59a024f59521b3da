"""How promises to those who open tickets are kept."""

from dataclasses import dataclass
from datetime import date

from django.db import connection

from grilse.errors import GrilseError


@dataclass(frozen=True, kw_only=True, slots=True)
class PromiseReport:
    """How promises to tickets opened in a month were kept; of those that were due or done."""

    month: date
    """Its first day."""
    priority: str
    tickets: int
    to_answer: int
    answered_in_time: int
    to_resolve: int
    resolved_in_time: int


def report_promises(since: date, until: date) -> list[PromiseReport]:
    """Return by month and priority how promises to tickets opened from one day to another were kept.

    Days and months are those of the company's time zone, both days included; one statement.
    """
    if since > until:
        raise GrilseError(f"{since} is later than {until}: turn them round", field="since")
    with connection.cursor() as cursor:
        cursor.execute(PROMISES, {"since": since, "until": until})
        return [PromiseReport(**dict(zip(REPORT_COLUMNS, row, strict=True))) for row in cursor.fetchall()]


REPORT_COLUMNS = (
    "month", "priority", "tickets", "to_answer", "answered_in_time", "to_resolve", "resolved_in_time",
)  # fmt: skip
PROMISES = """
WITH zone AS (SELECT coalesce((SELECT time_zone FROM people_workrules), 'UTC') AS name),
opened AS (
  SELECT date_trunc('month', t.opened_at AT TIME ZONE z.name)::date AS month, t.*,
         -- Up to when it waited, or has waited.
         coalesce(t.resolved_at, t.closed_at, t.held_since, now()) AS waited_until
    FROM helpdesk_ticket t CROSS JOIN zone z
   WHERE t.opened_at >= (%(since)s::date)::timestamp AT TIME ZONE z.name
     AND t.opened_at < (%(until)s::date + 1)::timestamp AT TIME ZONE z.name
)
SELECT month, priority, count(*),
       count(*) FILTER (WHERE answered_at <= answer_due OR coalesce(answered_at, waited_until) > answer_due),
       count(*) FILTER (WHERE answered_at <= answer_due),
       count(*) FILTER (WHERE status <> 'cancelled'
                          AND (resolved_at <= resolve_due OR waited_until > resolve_due)),
       count(*) FILTER (WHERE status <> 'cancelled' AND resolved_at <= resolve_due)
  FROM opened GROUP BY month, priority ORDER BY month, priority
"""
