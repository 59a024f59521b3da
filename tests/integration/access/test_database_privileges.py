"""What the application role can do besides rows: the catalogue lists it, and the start refuses what is too much."""

import psycopg
import pytest
from django.contrib.auth import get_user_model
from django.db import connection

from grilse.access.database_privileges import (
    CALLED_FUNCTIONS,
    OWNER_FUNCTIONS,
    OWNER_TRIGGERS,
    read_privileges,
    refuse_wide_privileges,
)
from grilse.access.tenancy import tenant_transaction
from grilse.errors import GrilseError
from grilse.postgres.roles import APP

NO_BODY = "LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$"
FIXED = "SET search_path = pg_catalog, public, pg_temp"
RESET_HISTORY_TRIGGER = """
DO $$ DECLARE f regprocedure; BEGIN
  SELECT tgfoid INTO f FROM pg_trigger WHERE tgrelid = 'farm_area'::regclass AND tgname LIKE 'pgtrigger_changed%';
  EXECUTE format('ALTER FUNCTION %s RESET ALL', f);
END $$
"""
RESET_SEARCH_PATHS = """
DO $$ DECLARE f regprocedure; BEGIN
  FOR f IN SELECT DISTINCT tgfoid FROM pg_trigger WHERE NOT tgisinternal LOOP
    EXECUTE format('ALTER FUNCTION %s RESET ALL', f);
  END LOOP;
END $$
"""
FAULTS = {
    "owner function not listed": (
        f"CREATE FUNCTION planted() RETURNS bigint LANGUAGE sql SECURITY DEFINER {FIXED} AS 'SELECT 1::bigint'",
        r"function planted\(\) runs as its owner .* and is not listed",
    ),
    "owner function without search path": (
        "ALTER FUNCTION farm_key(text) RESET search_path",
        r"function farm_key\(text\) has the search path of its caller",
    ),
    "temporary tables first": (
        "ALTER FUNCTION people_me() SET search_path = pg_temp, public",
        r"function people_me\(\) has the search path pg_temp, public",
    ),
    "temporary tables by default": (
        "ALTER FUNCTION people_retain() SET search_path = public",
        r"function people_retain\(\) has the search path public",
    ),
    "trigger function without search path": (
        f"CREATE FUNCTION planted() RETURNS trigger {NO_BODY}; REVOKE EXECUTE ON FUNCTION planted() FROM PUBLIC",
        r"function planted\(\) has the search path of its caller",
    ),
    "history trigger without search path": (
        RESET_HISTORY_TRIGGER,
        r"function pgtrigger_changed_update_\w+\(\) has the search path of its caller",
    ),
    "trigger function that any login of the server calls": (
        "GRANT EXECUTE ON FUNCTION people_login_stays() TO PUBLIC",
        r"every role may call people_login_stays\(\)",
    ),
    "owner function that any role calls": (
        "GRANT EXECUTE ON FUNCTION farm_enter(bigint, bigint, text[]) TO PUBLIC",
        r"every role may call farm_enter",
    ),
    "function that the role does not need": (
        f"GRANT EXECUTE ON FUNCTION people_delete_expired(bigint, timestamptz) TO {APP}",
        r"the application role may call people_delete_expired",
    ),
    "temporary tables": (
        "DO $$ BEGIN EXECUTE format('GRANT TEMPORARY ON DATABASE %I TO PUBLIC', current_database()); END $$",
        r"role grilse_app has TEMPORARY on database",
    ),
    "schemas": (
        f"DO $$ BEGIN EXECUTE format('GRANT CREATE ON DATABASE %I TO {APP}', current_database()); END $$",
        r"role grilse_app has CREATE on database",
    ),
    "tables in the schema": (
        f"GRANT CREATE ON SCHEMA public TO {APP}",
        r"role grilse_app may create objects in schema public",
    ),
    "tables in another schema": (
        f"CREATE SCHEMA planted; GRANT CREATE ON SCHEMA planted TO {APP}",
        r"role grilse_app may create objects in schema planted",
    ),
    "truncating": (f"GRANT TRUNCATE ON farm_area TO {APP}", r"role grilse_app has TRUNCATE on table farm_area"),
    "triggers of its own": ("GRANT TRIGGER ON farm_area TO PUBLIC", r"role grilse_app has TRIGGER on table farm_area"),
    "trigger turned off": (
        "ALTER TABLE auth_user DISABLE TRIGGER login_is_kept",
        r"trigger login_is_kept of table auth_user is disabled",
    ),
}  # fmt: skip


def test_a_migrated_database_gives_the_application_role_what_it_needs(owner):
    rows = read_privileges(owner, APP)

    assert [row.problem for row in rows if row.problem] == []
    names = {row.name.split("(")[0] for row in rows if row.kind == "owner function"}
    assert names == set(OWNER_FUNCTIONS)
    assert {row.name.split("(")[0] for row in rows if row.kind == "owner trigger"} == set(OWNER_TRIGGERS)
    assert sum(row.kind == "trigger" for row in rows) > 100
    refuse_wide_privileges(owner, APP)


@pytest.mark.parametrize(("planted", "message"), FAULTS.values(), ids=FAULTS.keys())
def test_a_planted_fault_is_refused(owner, planted, message):
    owner.execute(planted)

    with pytest.raises(GrilseError, match=message):
        refuse_wide_privileges(owner, APP)


@pytest.mark.parametrize("right", ["CREATEROLE", "CREATEDB"])
def test_a_role_that_no_policy_binds_is_refused(owner, server, right):
    role = f"planted_{right.lower()}"
    with psycopg.connect(server, autocommit=True) as administrator:
        administrator.execute(f"CREATE ROLE {role} {right}")
    try:
        with pytest.raises(GrilseError, match=f"role {role} is a superuser, creates roles"):
            refuse_wide_privileges(owner, role)
    finally:
        with psycopg.connect(server, autocommit=True) as administrator:
            administrator.execute(f"DROP ROLE {role}")


def test_the_owner_itself_is_refused_as_application_role(owner):
    with pytest.raises(GrilseError, match="owns tables or avoids row policies"):
        refuse_wide_privileges(owner, owner.info.user)


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TEMP TABLE farm_areaevent (n int)",
        "CREATE TEMP VIEW farm_area AS SELECT 1",
        "CREATE TABLE planted (n int)",
        "CREATE SCHEMA planted",
        "CREATE FUNCTION planted() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "CREATE TRIGGER planted BEFORE INSERT ON farm_area FOR EACH ROW EXECUTE FUNCTION people_login_stays()",
        "ALTER TABLE farm_area DISABLE TRIGGER ALL",
        "TRUNCATE farm_areaevent",
        "SELECT people_delete_expired(1, now() + interval '100 years')",
        "SELECT people_write_company_wellbeing(1, current_date)",
        "SELECT pg_read_file('/etc/passwd')",
    ],
)
def test_the_application_role_is_refused(database, statement):
    with connection.cursor() as cursor, pytest.raises(Exception, match=r"permission denied|must be owner"):
        cursor.execute(statement)


def test_every_function_that_is_listed_exists(owner):
    existing = {name for (name,) in owner.execute("SELECT proname FROM pg_proc")}

    assert {*OWNER_FUNCTIONS, *OWNER_TRIGGERS, *CALLED_FUNCTIONS} <= existing


@pytest.fixture
def area(farm):
    """The id of an area of the farm, and what a session may set to divert its history."""
    from grilse.farm.models import Area

    return Area.objects.using("owner").filter(company_id=farm.company).earliest("id")


# What a change has to leave in a table that a trigger writes, and how many rows of it the change adds.
WRITTEN_BY_TRIGGERS = {
    "farm_areaevent": "UPDATE public.farm_area SET name = name || '!' WHERE company_id = {company}",
    "environment_readingchange": (
        "UPDATE public.environment_reading SET temperature_c = temperature_c + 1 WHERE company_id = {company}"
    ),
    "farm_companylogin": (
        "INSERT INTO public.farm_membership (company_id, user_id, role) SELECT {company}, max(id), 'vet' FROM auth_user"
    ),
}


def count_rows_after_shadowing(owner, table, change):
    """Return by how many rows the table grows while a temporary table has its name, and the rows of that one.

    As the owner, who may still make temporary tables.
    """
    count = "SELECT count(*) FROM {}." + table
    before = owner.execute(count.format("public")).fetchone()[0]
    owner.execute(f"CREATE TEMP TABLE {table} (LIKE public.{table} INCLUDING ALL) ON COMMIT DROP")
    owner.execute(change)
    return owner.execute(count.format("public")).fetchone()[0] - before, owner.execute(
        count.format("pg_temp")
    ).fetchone()[0]


@pytest.mark.parametrize("table", WRITTEN_BY_TRIGGERS)
@pytest.mark.parametrize("secure", [True, False])
def test_a_temporary_table_of_the_same_name_receives_what_triggers_write_only_without_search_path(
    owner, farm, table, secure
):
    get_user_model().objects.using("owner").create(username=f"newest {farm.company} {table} {secure}")
    owner.execute("SELECT set_config('app.company', %s, true)", [str(farm.company)])
    if not secure:
        owner.execute(RESET_SEARCH_PATHS)

    added, diverted = count_rows_after_shadowing(owner, table, WRITTEN_BY_TRIGGERS[table].format(company=farm.company))

    assert (added > 0, diverted > 0) == (secure, not secure)


@pytest.mark.parametrize("names", ["{pgtrigger_changed_update}", "every"])
def test_no_setting_of_a_session_turns_the_history_off(farm, area, names):
    with tenant_transaction(farm.company, farm.user), connection.cursor() as cursor:
        cursor.execute("SELECT array_agg(tgname)::text FROM pg_trigger WHERE tgrelid = 'farm_area'::regclass")
        ignored = cursor.fetchone()[0] if names == "every" else names
        cursor.execute("SELECT set_config('pgtrigger.ignore', %s, true)", [ignored])
        cursor.execute("UPDATE farm_area SET name = name || '?' WHERE id = %s", [area.pk])
        cursor.execute("SELECT count(*) FROM farm_areaevent WHERE id = %s AND name = %s", [area.pk, area.name])
        assert cursor.fetchone() == (1,)
