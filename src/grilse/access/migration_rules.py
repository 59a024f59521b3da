"""Database rules that migrations create: row policies, references within a company, functions, triggers."""

from collections.abc import Iterator

from django.db.migrations import RunSQL

from grilse.access.audit import FIXED_SEARCH_PATH
from grilse.access.tenancy import ALL_GEOGRAPHIES_SQL, CURRENT_COMPANY_SQL

WRITES = {"adds": "INSERT WITH CHECK", "changes": "UPDATE USING", "removes": "DELETE USING"}
REACH_CONDITIONS = {
    "geography_id": "{column} IN (SELECT farm_geographies())",
    "station_id": "{column} IN (SELECT farm_stations())",
    "hall_id": "{column} IN (SELECT farm_halls())",
    "area_id": "{column} IN (SELECT farm_areas())",
    "container_id": "{column} IN (SELECT farm_containers())",
    "store_id": "{column} IN (SELECT farm_stores())",
    "placement_id": "{column} IN (SELECT stock_placements())",
    # Everybody of the company sees a batch that has no placement yet.
    "batch_id": "{column} NOT IN (SELECT stock_batches_elsewhere())",
}


def with_events(*tables: str) -> Iterator[str]:
    """Yield each table and its event table."""
    for table in tables:
        yield table
        yield f"{table}event"


def create_policies(table: str, **policies: str) -> RunSQL:
    """Return row policies by name; the text is what follows `ON table` in CREATE POLICY."""
    return RunSQL(
        [f"CREATE POLICY {name} ON {table} {text}" for name, text in policies.items()],
        [f"DROP POLICY {name} ON {table}" for name in policies],
    )


def enable_row_security(table: str) -> RunSQL:
    """Return the statement that hides every row that no policy shows."""
    return RunSQL(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY", f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")


def create_company_policy(
    table: str, *, column: str = "company_id", append_only: bool = False, tracked: bool = False
) -> list[RunSQL]:
    """Return the row policy of a tenant table; rows of an append-only one can be read and added, never changed.

    The event table of a tracked table gets an append-only policy of its own.
    """
    condition = f"({column} = {CURRENT_COMPANY_SQL})"
    policies = {"company": f"USING {condition} WITH CHECK {condition}"}
    if append_only:
        policies = {
            "company_reads": f"FOR SELECT USING {condition}",
            "company_adds": f"FOR INSERT WITH CHECK {condition}",
        }
    event_policies = create_company_policy(f"{table}event", append_only=True) if tracked else []
    return [enable_row_security(table), create_policies(table, **policies), *event_policies]


def create_company_key(table: str) -> RunSQL:
    """Return the unique key (company, id) that composite foreign keys refer to."""
    return RunSQL(
        f"ALTER TABLE {table} ADD CONSTRAINT {table}_company_key UNIQUE (company_id, id)",
        f"ALTER TABLE {table} DROP CONSTRAINT {table}_company_key",
    )


def create_company_references(table: str, **parents: str) -> RunSQL:
    """Return the foreign keys of a tenant table, which hold within one company only."""
    names = {column: f"{table}_{column}_fkey" for column in parents}
    return RunSQL(
        [
            f"ALTER TABLE {table} ADD CONSTRAINT {names[column]}"
            f" FOREIGN KEY (company_id, {column}) REFERENCES {target} (company_id, id)"
            for column, target in parents.items()
        ],
        [f"ALTER TABLE {table} DROP CONSTRAINT {name}" for name in names.values()],
    )


def create_geography_policy(table: str, *columns: str, of: str = "") -> RunSQL:
    """Return the policy that hides rows out of reach; one of several columns in reach is enough.

    `of` names what a column refers to where its name does not:
    `create_geography_policy("stock_batch", "id", of="batch_id")`.
    """
    return create_reach_policy(
        table, " OR ".join(REACH_CONDITIONS[of or column].format(column=column) for column in columns)
    )


def create_parent_policy(table: str, column: str, parent: str) -> RunSQL:
    """Return the policy that hides rows whose parent is hidden."""
    return create_reach_policy(table, f"{column} IN (SELECT id FROM {parent})")


def create_reach_policy(table: str, condition: str) -> RunSQL:
    """Return the policy that hides rows for which a condition does not hold, from roles of some geographies."""
    return create_policies(table, geography=f"AS RESTRICTIVE USING ({ALL_GEOGRAPHIES_SQL} OR {condition})")


def create_whole_company_policy(table: str) -> RunSQL:
    """Return the policies that let only roles for all geographies change the rows."""
    return create_policies(
        table,
        **{f"whole_{verb}": f"AS RESTRICTIVE FOR {write} ({ALL_GEOGRAPHIES_SQL})" for verb, write in WRITES.items()},
    )


def create_reach_function(name: str, query: str) -> RunSQL:
    """Return a function that lists the ids in reach; as SECURITY DEFINER it bypasses the policies that call it."""
    return create_function(
        f"CREATE FUNCTION {name}() RETURNS SETOF bigint LANGUAGE sql STABLE SECURITY DEFINER AS $$ {query} $$",
        f"{name}()",
    )


def create_function(statement: str, signature: str) -> RunSQL:
    """Return the operation that creates a function with a fixed search path; its reverse drops the function."""
    return RunSQL(
        [statement, f"ALTER FUNCTION {signature} SET search_path = {FIXED_SEARCH_PATH}"], f"DROP FUNCTION {signature}"
    )


def create_statement_trigger(name: str, table: str, event: str, transition_tables: str, call: str) -> RunSQL:
    """Return a trigger that calls a function once per statement with the rows that it changed."""
    return RunSQL(
        f"CREATE TRIGGER {name} AFTER {event} ON {table} REFERENCING {transition_tables}"
        f" FOR EACH STATEMENT EXECUTE FUNCTION {call}",
        f"DROP TRIGGER {name} ON {table}",
    )
