"""Published files taken in: once, again, and as a later file revises them."""

import psycopg
import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError
from tests.official_files import format_biomass_file, format_lice_file

from grilse.access.models import Company
from grilse.access.tenancy import tenant_transaction
from grilse.errors import GrilseError
from grilse.exchange.official import import_official_file
from grilse.official import queries
from grilse.official.models import Biomass, File, Lice, Revision

FIRST = format_lice_file("1,2026,11,A,0.2,0.5,0.1,Nei,Ja,0.5,Nei,6.5,3", "1,2026,12,B,,,,Ja,Nei,,,,3").encode()
LATER = format_lice_file(
    "1,2026,11,A,0.4,0.5,0.1,Nei,Ja,0.5,Nei,6.5,3", "2,2026,11,A,0,0,0,Nei,Ja,0.5,Nei,6,3"
).encode()


def count_changes(import_result):
    """Return what a file changed."""
    return import_result.new, import_result.revised, import_result.unchanged


def test_a_file_is_taken_in_and_listed(acting):
    import_result = import_official_file(FIRST, "uke1.csv")

    assert (import_result.kind, import_result.rows, count_changes(import_result)) == ("lice", 2, (2, 0, 0))
    row = Lice.objects.get(locality=11)
    assert (row.year, row.week, row.adult_female, row.counted) == (2026, 1, 0.2, "yes")
    assert Lice.objects.get(locality=12).adult_female is None
    assert [(file["name"], file["rows"], file["new"]) for file in queries.read_files()] == [("uke1.csv", 2, 2)]


def test_the_same_file_again_changes_nothing(acting):
    import_official_file(FIRST, "uke1.csv")
    before = (list(Lice.objects.order_by("id").values()), list(File.objects.values()))

    assert count_changes(import_official_file(FIRST, "uke1 (1).csv")) == (0, 0, 2)
    assert (list(Lice.objects.order_by("id").values()), list(File.objects.values())) == before
    assert not Revision.objects.exists()


def test_a_later_file_revises_figures_and_keeps_the_previous_values(acting):
    import_official_file(FIRST, "uke1.csv")
    import_result = import_official_file(LATER, "uke2.csv")

    assert count_changes(import_result) == (1, 1, 0)
    row = Lice.objects.get(locality=11, week=1)
    assert (row.adult_female, row.file.name) == (0.4, "uke2.csv")
    revision = Revision.objects.get()
    assert (revision.kind, revision.row, revision.file.name) == ("lice", row.pk, "uke2.csv")
    assert (revision.was["adult_female"], revision.was["mobile"]) == (0.2, 0.5)
    assert File.objects.get(pk=revision.was["file_id"]).name == "uke1.csv"


def test_an_older_file_again_is_a_later_word(acting):
    import_official_file(FIRST, "uke1.csv")
    import_official_file(LATER, "uke2.csv")

    assert count_changes(import_official_file(FIRST, "uke1.csv")) == (0, 1, 1)
    assert Lice.objects.get(locality=11, week=1).adult_female == 0.2
    assert File.objects.count() == 3


def test_biomass_of_no_production_area_and_no_release_year_is_one_row(acting):
    row = "2026;1;JANUAR;(null);(null);LAKS;(null);{};9,5"
    import_official_file(format_biomass_file(row.format(5)).encode(), "a.csv")

    assert count_changes(
        import_official_file(format_biomass_file(row.replace(";1;", ";01;").format(6)).encode(), "b.csv")
    ) == (0, 1, 0)
    assert Biomass.objects.get().fish == 6


def test_one_bad_row_and_nothing_is_written(acting):
    bad = FIRST.decode().replace("0.2,", "many,").encode()

    with pytest.raises(GrilseError) as refused:
        import_official_file(bad, "uke1.csv")
    assert str(refused.value) == (
        "uke1.csv was not imported and nothing was written: uke1.csv line 2: Voksne hunnlus 'many': not a number"
    )
    assert not Lice.objects.exists()
    assert not File.objects.exists()


@pytest.mark.parametrize("table", ["official_file", "official_revision"])
def test_revision_history_cannot_be_changed_or_deleted(company, owner, table):
    with tenant_transaction(company):
        import_official_file(FIRST, "uke1.csv")
        import_official_file(LATER, "uke2.csv")

    for change in (f"DELETE FROM {table}", f"UPDATE {table} SET at = now()"):
        with tenant_transaction(company), connection.cursor() as cursor:
            cursor.execute(change)
            assert cursor.rowcount == 0, "the application role does not reach the rows"
        with pytest.raises(psycopg.errors.RaiseException, match="Cannot update or delete"), owner.transaction():
            owner.execute(change)


def test_the_application_role_revises_but_never_deletes_figures(acting):
    import_official_file(FIRST, "uke1.csv")

    assert Lice.objects.all()._raw_delete("default") == 0
    assert Lice.objects.count() == 2


def test_another_company_sees_nothing_and_has_its_own(company, database):
    other = Company.objects.using("owner").create(name=f"Beside {company}").pk
    with tenant_transaction(company):
        import_official_file(FIRST, "uke1.csv")
    with tenant_transaction(other):
        assert not Lice.objects.exists()
        assert queries.read_files() == []
        assert count_changes(import_official_file(LATER, "uke2.csv")) == (2, 0, 0)
    with tenant_transaction(company):
        assert Lice.objects.get(locality=11).adult_female == 0.2


def test_without_a_company_nothing_is_taken_in(database):
    with pytest.raises(GrilseError, match="no company is acted for"), transaction.atomic():
        import_official_file(FIRST, "uke1.csv")


def test_a_row_cannot_point_at_another_companys_file(company, owner):
    other = Company.objects.using("owner").create(name=f"Next to {company}").pk
    with tenant_transaction(company):
        import_official_file(FIRST, "uke1.csv")
        file = File.objects.get().pk

    columns = "(company_id, file_id, locality, year, week)"
    with pytest.raises(psycopg.errors.ForeignKeyViolation):
        owner.execute(f"INSERT INTO official_lice {columns} VALUES (%s, %s, 1, 2026, 1)", [other, file])


def test_a_file_of_another_companys_cannot_be_written(company, database):
    other = Company.objects.using("owner").create(name=f"Not {company}").pk

    with tenant_transaction(company), pytest.raises(DatabaseError, match="row-level security"):
        File.objects.create(company_id=other, kind="lice", name="a", rows=0, new=0, revised=0, unchanged=0)
