"""What the database keeps apart by itself."""

import psycopg
import pytest
from django.apps import apps
from django.db import connection

from grilse.access.row_security_check import SHARED_TABLES, find_unguarded_tables, refuse_unguarded_tables
from grilse.access.tenancy import tenant_transaction


def test_no_table_or_view_shows_one_company_anothers_rows(owner):
    assert find_unguarded_tables(owner) == []


@pytest.mark.parametrize(
    ("planted", "told"),
    [
        ("CREATE TABLE planted (company_id bigint)", "table planted has no row-level security"),
        (
            "CREATE TABLE planted (company_id bigint); ALTER TABLE planted ENABLE ROW LEVEL SECURITY",
            "table planted has no policy",
        ),
        ("CREATE TABLE planted (id bigint)", "table planted has no company_id"),
        ("CREATE VIEW planted AS SELECT * FROM stock_batch", "view planted reads as its owner"),
        ("CREATE MATERIALIZED VIEW planted AS SELECT * FROM stock_batch", "materialised view planted"),
        ("CREATE POLICY planted ON stock_batch USING (true)", "a policy of table stock_batch does not ask"),
        ("ALTER TABLE feeding_meal DISABLE ROW LEVEL SECURITY", "table feeding_meal has no row-level security"),
    ],
)
def test_a_planted_fault_is_told(owner, planted, told):
    owner.execute(planted)
    with pytest.raises(Exception, match=told):
        refuse_unguarded_tables(owner)


def test_with_no_company_every_table_is_empty_and_takes_nothing(database, owner):
    names = _list_tenant_tables(owner)
    assert len(names) > 60
    with connection.cursor() as cursor:
        for name in names:
            cursor.execute(f'SELECT count(*) FROM "{name}"')
            assert cursor.fetchone() == (0,), name
            with pytest.raises(Exception, match=r"row-level security|null value|cannot insert"):
                cursor.execute(f'INSERT INTO "{name}" (company_id) VALUES (1)')


def test_a_reference_between_rows_of_companies_is_within_one(owner):
    mismatches = owner.execute(
        """
        SELECT c.conrelid::regclass::text, c.conname
          FROM pg_constraint c
          JOIN pg_attribute mine ON mine.attrelid = c.conrelid AND mine.attname = 'company_id'
          JOIN pg_attribute theirs ON theirs.attrelid = c.confrelid AND theirs.attname = 'company_id'
         WHERE c.contype = 'f' AND mine.attnum <> ALL(c.conkey)
        """
    ).fetchall()
    assert mismatches == []


def test_every_reference_of_an_event_that_a_constraint_can_hold_has_one(owner):
    """A tenant link is made without a constraint; `references` makes the one that includes the company."""
    from grilse.access.tenancy import TenantLeaf, TenantModel

    constrained_columns = {
        (table, column)
        for table, column in owner.execute(
            """
            SELECT c.conrelid::regclass::text, a.attname FROM pg_constraint c
              JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = ANY(c.conkey)
                 WHERE c.contype = 'f'
            """
        )
    }
    # A version that is forgotten leaves its projections standing.
    constrained_columns.add(("planning_projection", "growth_model_id"))
    for model in apps.get_models():
        tracked = hasattr(model, "pgh_tracked_model")
        if tracked or not issubclass(model, TenantModel) or issubclass(model, TenantLeaf):
            continue
        for field in model._meta.concrete_fields:
            if field.is_relation and issubclass(field.related_model, TenantModel):
                assert (model._meta.db_table, field.column) in constrained_columns, f"{model.__name__}.{field.name}"


def test_history_is_changed_by_nobody(owner, company, database):
    from grilse.access.tenancy import set_change_reason
    from grilse.farm.models import Geography

    with tenant_transaction(company):
        row = Geography.objects.create(company_id=company, name="Scotland")
        set_change_reason("it has another name")
        row.name = "Alba"
        row.save()
        events = apps.get_model("farm", "GeographyEvent").objects.order_by("pgh_id")
        assert [(event.pgh_label, event.name, event.pgh_context.get("reason")) for event in events] == [
            ("added", "Scotland", None),
            ("changed", "Scotland", "it has another name"),
        ]
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM farm_geographyevent")
            assert cursor.rowcount == 0
    with pytest.raises(psycopg.errors.RaiseException, match=r"Cannot update or delete rows"):
        owner.execute("DELETE FROM farm_geographyevent")
    owner.rollback()


def _list_tenant_tables(owner) -> list[str]:
    tables = owner.execute(
        """
        SELECT c.relname FROM pg_class c
          JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'company_id'
         WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'v') ORDER BY 1
        """
    )
    return [name for (name,) in tables if name not in SHARED_TABLES]
