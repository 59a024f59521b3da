"""Withdrawal periods: days after a treatment in which fish are not harvested, wherever they are by then."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db import connection

from grilse.access.tenancy import lift_geography_limit
from grilse.health import messages


@dataclass(frozen=True, kw_only=True, slots=True)
class WithdrawalHold:
    """The treatment that holds the fish of a placement back the longest."""

    placement: int
    name: str
    kind: str
    method: str
    stop: date
    """The last day of the treatment."""
    withdrawal_days: int
    until: date
    """The first day on which the fish may be harvested."""


def find_withdrawal_holds(placements: Collection[int], day: date) -> dict[int, WithdrawalHold]:
    """Return what holds fish back on a day, by placement; one statement.

    A treatment follows fish that were moved since, from out of reach too.
    """
    with lift_geography_limit(), connection.cursor() as cursor:
        cursor.execute(WITHDRAWAL_HOLDS, {"placements": sorted(placements), "day": day})
        names = [column[0] for column in cursor.description]
        holds = [WithdrawalHold(**dict(zip(names, row, strict=True))) for row in cursor.fetchall()]
    return {hold.placement: hold for hold in holds}


def describe_withdrawal_hold(placements: Collection[int], day: date) -> str:
    """Return why fish may not be harvested on a day, of the first placement by name; "" where they may."""
    holds = sorted(find_withdrawal_holds(placements, day).values(), key=lambda hold: hold.name)
    if not holds:
        return ""
    hold = holds[0]
    what = f"{hold.kind} ({hold.method})"
    return messages.describe_withdrawal_period(hold.name, day, what, hold.stop, hold.withdrawal_days, hold.until)


# Fish that came from a placement were there until they left it: what it got later did not reach them.
WITHDRAWAL_HOLDS = """
WITH RECURSIVE came (placement, past, through) AS (
  SELECT asked, asked, %(day)s::date FROM unnest(%(placements)s::bigint[]) asked
   UNION
  SELECT came.placement, m.source_id, least(came.through, m.date)
    FROM came JOIN stock_movement m ON m.target_id = came.past AND m.date <= came.through
   WHERE m.kind = 'TRANSFER' AND m.count > 0
     AND NOT EXISTS (SELECT FROM stock_movement later WHERE later.replaces_id = m.id)
)
SELECT DISTINCT ON (came.placement) came.placement, p.name, t.kind, t.method, t.stop, t.withdrawal_days,
       t.stop + t.withdrawal_days AS until
  FROM came
  JOIN stock_placement p ON p.id = came.placement
  JOIN health_treatment t ON t.company_id = p.company_id AND t.placement_id = came.past
   AND t.start <= came.through
 WHERE t.withdrawal_days > 0 AND t.stop + t.withdrawal_days > %(day)s::date
 ORDER BY came.placement, until DESC, t.id
"""
