"""Reference plans of a database with the statistics they depend on, stored as files for later comparison."""

import gzip
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from django.db import connection, connections
from psycopg import ClientCursor

from grilse.proof import conf
from grilse.proof.conditions import fetch_value
from grilse.proof.plan_flips import PlanFlip, list_shape_lines
from grilse.proof.planner_statistics import Statistics, dump_statistics, read_fixed_relations
from grilse.proof.query_plan import explain_statement
from grilse.proof.query_traces import QueryTrace, iter_traces
from grilse.proof.registry import QueryBudget
from grilse.proof.schema_clone import list_index_names, read_planner_settings
from grilse.proof.statement_capture import SendMode, Statement

STATISTICS, SHAPES = "statistics.json.gz", "shapes.json"


@dataclass(frozen=True, kw_only=True, slots=True)
class PlannedStatement:
    """A statement with the shape of its plan."""

    text: str
    """The statement without its values."""
    bound: str
    """The statement with its values."""
    way: SendMode
    shape: tuple[str, ...]
    """Lines of the plan; none where the statement has no plan."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PlanReference:
    """The planner statistics of a database, and its plans of the declared queries."""

    postgresql: str
    settings: Mapping[str, str]
    indexes: tuple[str, ...]
    """In the order in which they were created."""
    still: tuple[str, ...]
    """Relations, by `schema.name`, that do not grow with a company."""
    statistics: Statistics
    queries: Mapping[str, tuple[PlannedStatement, ...]]
    """No statement for a query that has no arguments in the database."""


def build_reference(budgets: Sequence[QueryBudget], programs: Path) -> PlanReference:
    """Analyse the current database and read its statistics and plan shapes."""
    url = conf.get_owner_conninfo()
    vacuum_and_analyze()
    connection.ensure_connection()
    planned = {trace.name: plan_statements(trace) for trace in iter_traces(budgets)}
    return PlanReference(
        postgresql=fetch_value("SHOW server_version"),
        settings=read_planner_settings(connection.connection),
        indexes=list_index_names(connection.connection),
        still=tuple(sorted(read_fixed_relations(url))),
        statistics=dump_statistics(url, programs).remove_columns(frozenset(conf.read_setting("secret", ()))),
        queries={budget.name: planned.get(budget.name, ()) for budget in budgets},
    )


def vacuum_and_analyze() -> None:
    """Refresh the planner statistics and the visibility map, on which index-only scans depend."""
    with connections[conf.get_owner_alias()].cursor() as cursor:
        cursor.execute("SET client_min_messages = error")
        cursor.execute("VACUUM (ANALYZE)")
        cursor.execute("RESET client_min_messages")


def plan_statements(trace: QueryTrace) -> tuple[PlannedStatement, ...]:
    """Return the statements of a query with their plans in the current database."""
    with conf.rollback_changes(), conf.open_transaction():
        return tuple(_plan_statement(statement) for statement in trace.statements)


def _plan_statement(statement: Statement) -> PlannedStatement:
    plan = explain_statement(statement)
    if plan is None and statement.way == "execute":
        with connection.cursor() as cursor:
            cursor.execute(interpolate_parameters(statement))
    return PlannedStatement(
        text=statement.text, bound=interpolate_parameters(statement), way=statement.way, shape=list_shape_lines(plan)
    )


def interpolate_parameters(statement: Statement) -> str:
    """Return a statement with its values in the text."""
    if statement.parameters is None:
        return statement.text
    return ClientCursor(connection.connection).mogrify(statement.text.encode(), statement.parameters)


def write_reference(
    reference: PlanReference, flips: Mapping[int, Sequence[PlanFlip]], folder: Path
) -> tuple[Path, Path]:
    """Write a reference into a folder: compressed statistics, and readable plan shapes and flips."""
    folder.mkdir(parents=True, exist_ok=True)
    shapes = {
        name: [list(statement.shape) for statement in planned] for name, planned in sorted(reference.queries.items())
    }
    payload = {
        "postgresql": reference.postgresql,
        "queries": shapes,
        "flips": {str(size): serialize_flips(size_flips) for size, size_flips in flips.items()},
    }
    (folder / SHAPES).write_text(json.dumps(payload, indent=0, ensure_ascii=False) + "\n")
    content = json.dumps(asdict(reference), ensure_ascii=False, sort_keys=True)
    # Without a timestamp the same reference gives the same bytes.
    (folder / STATISTICS).write_bytes(gzip.compress(content.encode(), 9, mtime=0))
    return folder / SHAPES, folder / STATISTICS


def serialize_flips(flips: Iterable[PlanFlip]) -> dict[str, list[str]]:
    """Return the lines of flips by query, as the file has them."""
    lines_by_query: dict[str, list[str]] = {}
    for flip in flips:
        lines_by_query.setdefault(flip.name, []).extend(flip.said)
    return lines_by_query


def read_reference(folder: Path) -> PlanReference:
    """Read a reference from its folder; the plan shapes come from the readable file."""
    payload: dict[str, Any] = json.loads(gzip.decompress((folder / STATISTICS).read_bytes()))
    shapes = json.loads((folder / SHAPES).read_text())["queries"]
    queries = {
        name: tuple(
            PlannedStatement(**{**statement, "shape": tuple(shape)})
            for statement, shape in zip(planned, shapes[name], strict=True)
        )
        for name, planned in payload.pop("queries").items()
    }
    payload = {name: tuple(value) if isinstance(value, list) else value for name, value in payload.items()}
    return PlanReference(**{**payload, "statistics": Statistics(**payload["statistics"]), "queries": queries})


def read_flips(folder: Path) -> dict[int, dict[str, list[str]]]:
    """Read the flips by size and query."""
    payload = json.loads((folder / SHAPES).read_text())["flips"]
    return {int(size): lines_by_query for size, lines_by_query in payload.items()}
