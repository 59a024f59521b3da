"""Companies cannot see each other, whatever a program forgets."""

import psycopg
import pytest
from django.db import connection

from grilse.access.models import Company
from grilse.access.tenancy import tenant_transaction
from grilse.farm.models import Geography


def test_without_a_company_no_row_is_visible(database, company):
    Geography.objects.using("owner").create(company_id=company, name="North")

    assert Geography.objects.count() == 0
    assert Company.objects.count() == 0


def test_acting_for_a_company_shows_its_rows_and_no_other(database, company):
    other = Company.objects.using("owner").create(name="The others").pk
    Geography.objects.using("owner").create(company_id=company, name="Ours")
    Geography.objects.using("owner").create(company_id=other, name="Theirs")

    with tenant_transaction(company):
        assert [geography.name for geography in Geography.objects.all()] == ["Ours"]
    assert Geography.objects.count() == 0, "the setting ends with its transaction"


def test_a_row_of_another_company_cannot_be_written(database, company):
    other = Company.objects.using("owner").create(name="Not ours").pk

    with tenant_transaction(company), pytest.raises(Exception, match="row-level security"):
        Geography.objects.create(company_id=other, name="Smuggled")


def test_a_reference_holds_only_within_one_company(database, company, owner):
    other = Company.objects.using("owner").create(name="Next door").pk
    other_geography = Geography.objects.using("owner").create(company_id=other, name="Next door's")

    with pytest.raises(psycopg.errors.ForeignKeyViolation):
        owner.execute(
            "INSERT INTO farm_area (company_id, geography_id, name) VALUES (%s, %s, 'Area')",
            [company, other_geography.pk],
        )


def test_every_table_with_a_company_has_a_row_policy(owner):
    rows = owner.execute(
        "SELECT c.relname FROM pg_class c"
        " JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'company_id'"
        " WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace"
        " AND (NOT c.relrowsecurity OR NOT EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid))"
    ).fetchall()

    assert rows == []


def test_the_application_role_adds_to_the_ledger_and_never_changes_it(database, company):
    with tenant_transaction(company), connection.cursor() as cursor:
        cursor.execute("DELETE FROM stock_movement")
        assert cursor.rowcount == 0
        cursor.execute("SELECT polcmd::text FROM pg_policy WHERE polrelid = 'stock_movement'::regclass ORDER BY polcmd")
        assert {row[0] for row in cursor.fetchall()} == {"a", "r"}
