"""Whatever is edited, states are those of a computation from nothing, and only what changed is written."""

from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.farm_edits import EDITS

from grilse.access.tenancy import tenant_transaction
from grilse.errors import GrilseError
from grilse.growth.estimating.run import estimate_batches
from grilse.growth.estimating.store import delete_states
from grilse.stock.changes import get_psycopg_connection

STATES = """
SELECT 'placement', s.placement_id, s.date, s.xmin::text, s.ctid::text, s::text FROM growth_dailystate s
 UNION ALL
SELECT 'batch', s.batch_id, s.date, s.xmin::text, s.ctid::text, s::text FROM growth_batchstate s
 UNION ALL
SELECT f.record, f.record_id, f.date, f.xmin::text, f.ctid::text,
       ROW(f.placement_id, f.measured_g, f.expected_g, f.sigmas, f.verdict)::text
  FROM growth_flaggedrecord f
"""


def read_states():
    """Return every state and flag by its key: where its row lies, and what it says."""
    with connection.cursor() as cursor:
        cursor.execute(STATES)
        return {row[:3]: (row[3:5], row[5]) for row in cursor.fetchall()}


def get_texts(rows):
    return {key: text for key, (_, text) in rows.items()}


def recompute_states(farm):
    """Return what the states say when they are computed with none there."""
    beneath = get_psycopg_connection()
    delete_states(beneath, farm.company, list(farm.placements.values()), list(farm.batches.values()))
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM growth_flaggedrecord")
    # One by one: a batch has the states that it has among others.
    for batch in farm.batches.values():
        estimate_batches(beneath, farm.company, [batch])
    return get_texts(read_states())


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(edits=st.lists(EDITS, min_size=1, max_size=6))
def test_random_edits_give_the_states_of_a_full_recomputation(farm, edits):
    with tenant_transaction(farm.company, farm.user):
        for verb, *given in edits:
            before = read_states()
            try:
                verb(farm, *given)
            except GrilseError:
                assert read_states() == before, "what is refused leaves nothing behind"
                continue
            for key, (row, text) in read_states().items():
                assert before.get(key, (row, ""))[1] != text or before[key][0] == row, "written for nothing"
        assert get_texts(read_states()) == recompute_states(farm)
        transaction.set_rollback(True)
