"""Who works under whom: a tree, never a circle."""

from django.db import connection

from grilse.errors import GrilseError
from grilse.people import messages
from grilse.people.models import Person

MANAGER_LOCK_BASE = 0x6C6E << 48  # with a company's id, the lock under which its lines of management change


def refuse_management_circle(row: Person, manager: int) -> None:
    """Refuse a manager who is not there, has left, or works under the person; three statements."""
    if manager == row.pk:
        raise GrilseError(messages.describe_own_manager(row.name), field="manager")
    manager_row = Person.objects.filter(pk=manager).first()
    if manager_row is None:
        raise GrilseError(messages.describe_missing_manager(manager), field="manager")
    if not manager_row.active:
        raise GrilseError(messages.describe_retired_manager(manager_row.name), field="manager")
    if not row._state.adding and _is_above_manager(row, manager):
        raise GrilseError(messages.describe_management_circle(row.name, manager_row.name), field="manager")


def _is_above_manager(row: Person, manager: int) -> bool:
    """Tell whether a person is above their manager to be; two changes at once wait for each other."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [MANAGER_LOCK_BASE + row.company_id])
        cursor.execute(ABOVE, {"manager": manager, "person": row.pk})
        [above] = cursor.fetchone()
    return bool(above)


# UNION ends the walk even if there were a circle.
ABOVE = """
WITH RECURSIVE line (id) AS (
  SELECT %(manager)s::bigint
   UNION
  SELECT p.manager_id FROM people_person p JOIN line l ON p.id = l.id WHERE p.manager_id IS NOT NULL
)
SELECT EXISTS (SELECT FROM line WHERE id = %(person)s)
"""
