"""Finds the ids of the rows that the first shard of the staff wrote."""

from collections.abc import Sequence

import numpy as np
from django.db.models import Model

from grilse.bulk.table import Table
from grilse.errors import GrilseError
from grilse.generator.load.database_sink import DatabaseSink
from grilse.generator.load.shards import RowKeys
from grilse.helpdesk.models import Category, EscalationRule
from grilse.people.models import Fence, Person, Team

# The natural key and the id of each row of the company.
QUERIES: dict[type[Model], str] = {
    Person: "SELECT email, id FROM people_person WHERE company_id = %s",
    Team: "SELECT name, id FROM people_team WHERE company_id = %s",
    Category: "SELECT name, id FROM helpdesk_category WHERE company_id = %s",
    Fence: (
        "SELECT coalesce(a.name, s.name), f.id FROM people_fence f LEFT JOIN farm_area a ON a.id = f.area_id"
        " LEFT JOIN farm_station s ON s.id = f.station_id WHERE f.company_id = %s"
    ),
    EscalationRule: "SELECT level, id FROM helpdesk_escalationrule WHERE company_id = %s AND category_id IS NULL",
}


def find_staff_keys(sink: DatabaseSink, model: type[Model], names: Sequence[str | int]) -> RowKeys:
    """Return the ids of rows, in the order of their natural keys."""
    ids = dict(sink.connection.execute(QUERIES[model].encode(), [sink.company]).fetchall())
    missing = next((name for name in names if name not in ids), None)
    if missing is not None:
        raise GrilseError(
            f"{model._meta.verbose_name} {missing!r} of the generated staff is gone: empty the database with"
            " `grilse db reset`, or go on without the rest of the staff's days"
        )
    return RowKeys(Table.from_model(model), {"id": np.array([ids[name] for name in names], np.int64)})
