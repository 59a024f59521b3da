"""A database that stands in for another: its schema, its statistics, none of its rows."""

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
# The files are copied, so that no page of the copy is in the server's memory yet.
COPY: LiteralString = "CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy"


@dataclass(frozen=True, kw_only=True, slots=True)
class SchemaClone:
    """A server with a database that has a schema and no rows, to be asked for plans and nothing else."""

    url: str
    """Of the template, as its superuser: what is changed there, each copy has."""
    server: Server

    @contextmanager
    def open_planner(self, statistics: Statistics) -> Iterator["Planner"]:
        """Yield a copy that plans as a database of these statistics."""
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
    """A database that plans as one that is large."""

    connection: Connection[Any]

    def explain_statements(self, trace: QueryTrace, settings: Mapping[str, str]) -> tuple[QueryPlan | None, ...]:
        """Return the plans of a hot query's statements, for the role that asks and under some settings."""
        with self.connection.transaction(force_rollback=True):
            for name, value in settings.items():
                self.connection.execute("SELECT set_config(%s, %s, true)", [name, value])
            self.connection.execute(sql.SQL("SET LOCAL ROLE {}").format(sql.Identifier(trace.role)))
            for statement in trace.setup_statements:
                _send_statement(self.connection, statement)
            return tuple(self._explain_statement(statement) for statement in trace.statements)

    def _explain_statement(self, statement: Statement) -> QueryPlan | None:
        plan = explain_on_connection(self.connection, statement)
        # What has no plan may be what the next statement needs: a savepoint, a table of the transaction.
        if plan is None and statement.way == "execute":
            _send_statement(self.connection, statement)
        return plan


def _send_statement(connection: Connection[Any], statement: Statement) -> None:
    cursor = psycopg.Cursor(connection) if statement.binds_on_server else psycopg.ClientCursor(connection)
    with cursor:
        cursor.execute(statement.text.encode(), statement.parameters)


def create_clone(url: str, server: Server, indexes: Sequence[str] = ()) -> SchemaClone:
    """Make a database on a server of its own with the schema of the one at an address, which is only read.

    Of two indexes that serve as well, the planner takes the one made last: so they are made in the order
    of those given, else of the source's.
    """
    with psycopg.connect(url) as source:
        roles = source.execute(ROLES).fetchall()
        order = indexes or list_index_names(source)
    with psycopg.connect(server.url, autocommit=True) as administrator:
        create_roles(administrator, roles)
        administrator.execute(f"CREATE DATABASE {TEMPLATE}")
    template_url = make_conninfo(server.url, dbname=TEMPLATE)
    with TemporaryDirectory() as folder:
        copy_schema(server.programs, url, template_url, order, Path(folder))
    return SchemaClone(url=template_url, server=server)


def copy_schema(programs: Path, url: str, to: str, order: Sequence[str], folder: Path) -> None:
    """Make the schema of one database in another, its indexes in an order of theirs."""
    dumped, contents = folder / "schema", folder / "contents"
    run_program(programs, "pg_dump", url, "--schema-only", "--format=custom", f"--file={dumped}")
    listed = run_program(programs, "pg_restore", None, "--list", str(dumped))
    contents.write_text("\n".join(_order_indexes(listed.splitlines(), order)) + "\n")
    run_program(
        programs, "pg_restore", to, "--single-transaction", "--exit-on-error",
        f"--use-list={contents}", str(dumped),
    )  # fmt: skip


def list_index_names(connection: Connection[Any]) -> tuple[str, ...]:
    """Return the names of all indexes, in the order in which they were made."""
    return tuple(name for (name,) in connection.execute(INDEXES))


def _order_indexes(contents: Sequence[str], order: Sequence[str]) -> Iterator[str]:
    """Yield the contents of a dump with the indexes, and the constraints that are indexes, in an order."""
    place = {name: at for at, name in enumerate(order)}
    indexes = {line: match["name"] for line in contents if (match := INDEX_LINE.match(line))}
    sorted_lines = sorted(indexes, key=lambda line: place.get(indexes[line], len(place)))
    for line in contents:
        if line not in indexes:
            yield line
        elif sorted_lines:
            yield from sorted_lines
            sorted_lines = []


def create_roles(administrator: Connection[Any], roles: Sequence[tuple[Any, ...]]) -> None:
    """Make roles without a login, as much bound by row policies as those that they stand in for."""
    existing = {name for name, _ in administrator.execute(ROLES)}
    for name, exempt in roles:
        if name in existing:
            continue
        bound = sql.SQL("BYPASSRLS" if exempt else "NOBYPASSRLS")
        administrator.execute(sql.SQL("CREATE ROLE {} {}").format(sql.Identifier(name), bound))


def read_planner_settings(connection: Connection[Any]) -> dict[str, str]:
    """Return the settings that decide on a plan, as they hold on a connection."""
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
