"""Roles that hold in some geographies only: the rows out of reach do not exist, as the database keeps it."""

from django.db.migrations import RunSQL

ALL_GEOGRAPHIES_SQL = "(SELECT current_setting('app.geographies', true) = '*')"
REACH_CONDITIONS = {
    "geography_id": "{column} IN (SELECT farm_geographies())",
    "station_id": "{column} IN (SELECT farm_stations())",
    "hall_id": "{column} IN (SELECT farm_halls())",
    "area_id": "{column} IN (SELECT farm_areas())",
    "container_id": "{column} IN (SELECT farm_containers())",
    "store_id": "{column} IN (SELECT farm_stores())",
    "placement_id": "{column} IN (SELECT stock_placements())",
    # A batch that stands nowhere yet is nobody's, so everybody's.
    "batch_id": "{column} NOT IN (SELECT stock_batches_elsewhere())",
}


def create_geography_policy(table: str, *columns: str, of: str = "") -> RunSQL:
    """Return the policy that hides rows out of reach; one of several columns in reach is enough.

    `of` names what a column refers to where its name does not:
    `create_geography_policy("stock_batch", "id", of="batch_id")`.
    """
    condition = " OR ".join(REACH_CONDITIONS[of or column].format(column=column) for column in columns)
    return create_restrictive_policy(table, condition)


def create_restrictive_policy(table: str, condition: str) -> RunSQL:
    """Return the policy that hides rows for which a condition does not hold."""
    return RunSQL(
        f"CREATE POLICY geography ON {table} AS RESTRICTIVE USING ({ALL_GEOGRAPHIES_SQL} OR {condition})",
        f"DROP POLICY geography ON {table}",
    )


def create_parent_policy(table: str, column: str, parent: str) -> RunSQL:
    """Return the policy that hides rows of which the parent is hidden."""
    return create_restrictive_policy(table, f"{column} IN (SELECT id FROM {parent})")


def create_reach_function(name: str, query: str) -> RunSQL:
    """Return a function of the ids in reach, which reads past the policies that it serves."""
    return RunSQL(
        f"CREATE FUNCTION {name}() RETURNS SETOF bigint LANGUAGE sql STABLE SECURITY DEFINER"
        f" SET search_path = public, pg_temp AS $$ {query} $$",
        f"DROP FUNCTION {name}()",
    )
