"""A clone of a database: its schema and statistics, none of its rows."""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, LiteralString

import psycopg
from psycopg import Connection, sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from grilse.proof.planner_statistics import Statistics, inject_statistics
from grilse.proof.query_plan import QueryPlan, explain_on_connection
from grilse.proof.query_traces import QueryTrace
from grilse.proof.servers import Server, run_program
from grilse.proof.statement_capture import Statement

TEMPLATE, DATABASE = "stand_in_template", "stand_in"
# A file copy, so that no page of the new database is in shared buffers yet.
COPY: LiteralString = "CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy"


@dataclass(frozen=True, kw_only=True, slots=True)
class SchemaClone:
    """A server with a template database that has a schema and no rows; its copies only plan statements."""

    url: str
    """Address of the template, as superuser: each copy has the changes made there."""
    server: Server

    @contextmanager
    def open_planner(self, statistics: Statistics) -> Iterator["Planner"]:
        """Yield a copy that plans with these statistics."""
        with psycopg.connect(self.server.url, autocommit=True) as administrator:
            template = conninfo_to_dict(self.url)["dbname"]
            administrator.execute(sql.SQL(COPY).format(sql.Identifier(DATABASE), sql.Identifier(str(template))))
            try:
                with psycopg.connect(make_conninfo(self.url, dbname=DATABASE)) as connection:
                    inject_statistics(connection, statistics, self.server.data)
                    yield Planner(connection=connection)
            finally:
                administrator.execute(f"DROP DATABASE {DATABASE}")


@dataclass(frozen=True, kw_only=True, slots=True)
class Planner:
    """A database that plans with the statistics of another."""

    connection: Connection[Any]

    def explain_statements(self, trace: QueryTrace, settings: Mapping[str, str]) -> tuple[QueryPlan | None, ...]:
        """Return the plans of the statements of a query, under its role and some settings."""
        with self.connection.transaction(force_rollback=True):
            for name, value in settings.items():
                self.connection.execute("SELECT set_config(%s, %s, true)", [name, value])
            self.connection.execute(sql.SQL("SET LOCAL ROLE {}").format(sql.Identifier(trace.role)))
            for statement in trace.setup_statements:
                _send_statement(self.connection, statement)
            return tuple(self._explain_statement(statement) for statement in trace.statements)

    def _explain_statement(self, statement: Statement) -> QueryPlan | None:
        plan = explain_on_connection(self.connection, statement)
        # The next statement may need one without a plan: a savepoint, a temporary table.
        if plan is None and statement.way == "execute":
            _send_statement(self.connection, statement)
        return plan


def _send_statement(connection: Connection[Any], statement: Statement) -> None:
    cursor = psycopg.Cursor(connection) if statement.binds_on_server else psycopg.ClientCursor(connection)
    with cursor:
        cursor.execute(statement.text.encode(), statement.parameters)


def create_clone(url: str, server: Server, indexes: Sequence[str] = ()) -> SchemaClone:
    """Create a database with the schema of the source on a server; the source is only read.

    Of two equally good indexes the planner takes the one created last: so the indexes are created in the
    given order, else in the order of the source.
    """
    with psycopg.connect(url) as source:
        order = indexes or list_index_names(source)
        template_url = create_empty_database(source, server, TEMPLATE)
    with TemporaryDirectory() as folder:
        copy_schema(server.programs, url, template_url, order, Path(folder))
    return SchemaClone(url=template_url, server=server)


def copy_schema(programs: Path, url: str, to: str, order: Sequence[str], folder: Path) -> None:
    """Copy the schema of one database into another, with its indexes in the given order."""
    dumped, contents = folder / "schema", folder / "contents"
    run_program(programs, "pg_dump", url, "--schema-only", "--format=custom", f"--file={dumped}")
    listed = run_program(programs, "pg_restore", None, "--list", str(dumped))
    contents.write_text("\n".join(_order_indexes(listed.splitlines(), order)) + "\n")
    run_program(
        programs, "pg_restore", to, "--single-transaction", "--exit-on-error",
        f"--use-list={contents}", str(dumped),
    )  # fmt: skip


def list_index_names(connection: Connection[Any]) -> tuple[str, ...]:
    """Return the names of all indexes, in the order in which they were created."""
    return tuple(name for (name,) in connection.execute(INDEXES))


def _order_indexes(contents: Sequence[str], order: Sequence[str]) -> Iterator[str]:
    """Yield the contents of a dump, with indexes and constraints that have indexes in the given order."""
    place = {name: at for at, name in enumerate(order)}
    indexes = {line: match["name"] for line in contents if (match := INDEX_LINE.match(line))}
    sorted_lines = sorted(indexes, key=lambda line: place.get(indexes[line], len(place)))
    for line in contents:
        if line not in indexes:
            yield line
        elif sorted_lines:
            yield from sorted_lines
            sorted_lines = []


def create_empty_database(source: Connection[Any], server: Server, name: str, owner: str | None = None) -> str:
    """Create the roles of the source and an empty database on a server; return the address of the database."""
    statement = sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name))
    if owner is not None:
        statement += sql.SQL(" OWNER {}").format(sql.Identifier(owner))
    with psycopg.connect(server.url, autocommit=True) as administrator:
        _create_roles(administrator, source.execute(ROLES).fetchall())
        administrator.execute(statement)
    return make_conninfo(server.url, dbname=name)


def _create_roles(administrator: Connection[Any], roles: Sequence[tuple[Any, ...]]) -> None:
    """Create roles without login; row policies apply to them as to the roles of the source."""
    existing = {name for name, _ in administrator.execute(ROLES)}
    for name, exempt in roles:
        if name in existing:
            continue
        bound = sql.SQL("BYPASSRLS" if exempt else "NOBYPASSRLS")
        administrator.execute(sql.SQL("CREATE ROLE {} {}").format(sql.Identifier(name), bound))


def read_planner_settings(connection: Connection[Any]) -> dict[str, str]:
    """Return the settings of a connection that influence plans."""
    return dict(connection.execute(SETTINGS).fetchall())


INDEX_LINE = re.compile(r"\d+; \d+ \d+ (?:INDEX|CONSTRAINT \S+) \S+ (?P<name>\S+) \S+$")
INDEXES = """
SELECT c.relname FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
  JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE n.nspname NOT IN ('pg_catalog', 'pg_toast') ORDER BY c.oid
"""
ROLES = """
SELECT rolname, rolbypassrls OR rolsuper FROM pg_roles WHERE rolname !~ '^pg_' AND rolname <> 'postgres'
"""
SETTINGS = """
SELECT name, setting FROM pg_settings
 WHERE context IN ('user', 'superuser')
   AND (category LIKE 'Query Tuning%'
        OR name IN ('work_mem', 'hash_mem_multiplier', 'max_parallel_workers_per_gather', 'TimeZone',
                    'DateStyle', 'IntervalStyle', 'search_path'))
"""
