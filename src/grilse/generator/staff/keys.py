"""Ids of what the first shard of a staff wrote, for those that follow."""

import numpy as np
from django.db.models import Model

from grilse.bulk.table import Table
from grilse.errors import GrilseError
from grilse.generator.load.database_sink import DatabaseSink
from grilse.generator.load.shards import RowKeys
from grilse.generator.staff.directory import Staff
from grilse.generator.staff.geofences import list_fenced_sites
from grilse.helpdesk.models import Category, EscalationRule
from grilse.people.models import Fence, Person, Team

NAMED = "SELECT {name}, id FROM {table} WHERE company_id = %s"
FENCES = (
    "SELECT coalesce(a.name, s.name), f.id FROM people_fence f LEFT JOIN farm_area a ON a.id = f.area_id"
    " LEFT JOIN farm_station s ON s.id = f.station_id WHERE f.company_id = %s"
)
RULES = "SELECT level, id FROM helpdesk_escalationrule WHERE company_id = %s AND category_id IS NULL"


def find_person_keys(sink: DatabaseSink, staff: Staff) -> RowKeys:
    """Return the staff's persons, in its order."""
    query = NAMED.format(name="email", table="people_person")
    return _find_keys(sink, Person, query, [member.email for member in staff.members])


def find_team_keys(sink: DatabaseSink, staff: Staff) -> RowKeys:
    """Return the staff's teams, in its order."""
    return _find_keys(sink, Team, NAMED.format(name="name", table="people_team"), list(staff.team_geographies))


def find_fence_keys(sink: DatabaseSink, staff: Staff) -> RowKeys:
    """Return the fences of all sites, in the order of the world."""
    return _find_keys(sink, Fence, FENCES, [site.name for site in list_fenced_sites(staff.run.world)])


def find_category_keys(sink: DatabaseSink, names: list[str]) -> RowKeys:
    """Return categories of tickets by name."""
    return _find_keys(sink, Category, NAMED.format(name="name", table="helpdesk_category"), names)


def find_rule_keys(sink: DatabaseSink, levels: int) -> RowKeys:
    """Return the levels of escalation of every category."""
    return _find_keys(sink, EscalationRule, RULES, list(range(1, levels + 1)))


def _find_keys(sink: DatabaseSink, model: type[Model], query: str, names: list[str] | list[int]) -> RowKeys:
    ids = dict(sink.connection.execute(query.encode(), [sink.company]).fetchall())
    missing = next((name for name in names if name not in ids), None)
    if missing is not None:
        raise GrilseError(
            f"{model._meta.verbose_name} {missing!r} of the generated staff is gone: empty the database with"
            " `grilse db reset`, or go on without the rest of the staff's days"
        )
    return RowKeys(Table.from_model(model), {"id": np.array([ids[name] for name in names], np.int64)})
