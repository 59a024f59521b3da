"""Plans of statements as PostgreSQL explains them."""

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connections
from psycopg import ClientCursor, Connection, Cursor

from grilse.proof.statement_capture import Statement

SORT_KINDS = ("Sort", "Incremental Sort")
REMOVED_COUNTERS = ("Rows Removed by Filter", "Rows Removed by Index Recheck")


@dataclass(frozen=True, kw_only=True, slots=True)
class PlanNode:
    """One step of a plan; figures of a run are of all its loops together, and 0 where it was not run."""

    kind: str
    """As EXPLAIN writes it: `Index Scan Backward`, `Hash Left Join`."""
    relation: str
    named: str
    """The CTE or function whose rows it takes."""
    index: str
    role: str
    """`InitPlan 1`, `SubPlan 2`, `CTE found`; empty for a step of the main plan."""
    planned: float
    """Rows that the planner expects, of one loop."""
    cost: float
    rows: float
    removed: float
    """Rows that were read and thrown away by a condition that no index served."""
    loops: int
    buffers: int
    """Blocks of 8 kB that the step and those below it read, from memory or disk."""
    milliseconds: float = 0
    """Time of the step and those below it, in all loops; those of workers beside each other are added."""
    changes: bool
    """Whether it writes to its relation instead of reading it."""
    children: tuple["PlanNode", ...]

    def iter_nodes(self) -> Iterator["PlanNode"]:
        """Yield the step and all below it, each before its children."""
        yield self
        for child in self.children:
            yield from child.iter_nodes()

    @property
    def rows_read(self) -> float:
        """Rows of a table that the step itself reads."""
        return self.rows + self.removed if self.relation and not self.changes else 0

    @property
    def label(self) -> str:
        """The step without its children: `Index Scan people_person using people_person_pkey`."""
        kind = f"{self.role}: {self.kind}" if self.role else self.kind
        of = self.relation or self.named
        named = f"{kind} {of}" if of else kind
        return f"{named} using {self.index}" if self.index else named


@dataclass(frozen=True, kw_only=True, slots=True)
class QueryPlan:
    """The plan of one statement."""

    root: PlanNode
    milliseconds: float
    """Time of the run; 0 where it was not run."""
    planning_ms: float
    """Milliseconds of planning; 0 where it was not asked."""

    @property
    def shape(self) -> str:
        """One line a step, indented by depth: the same whatever the figures are."""
        return "\n".join(_iter_shape_lines(self.root, 0))

    @property
    def summary(self) -> str:
        """The steps on one line: `Limit > Index Scan people_trackpoint using people_trackpoint_history`.

        Without those that read no table, as the subplans of a row policy.
        """
        return _summarize_node(self.root)

    @property
    def sort_nodes(self) -> tuple[PlanNode, ...]:
        """Steps that put rows in order because no index did."""
        return tuple(node for node in self.root.iter_nodes() if node.kind in SORT_KINDS)

    @property
    def buffers(self) -> int:
        """Blocks that the statement read."""
        return self.root.buffers

    @property
    def rows_read(self) -> float:
        """Rows of tables that were read, those thrown away included."""
        return sum(node.rows_read for node in self.root.iter_nodes())

    def count_rows_read(self, tables: Collection[str]) -> float:
        """Rows of some tables that were read, those thrown away included."""
        return sum(node.rows_read for node in self.root.iter_nodes() if node.relation in tables)

    @property
    def rows_removed(self) -> float:
        """Rows that were read and thrown away by a condition."""
        return sum(node.removed for node in self.root.iter_nodes())

    @property
    def rows_returned(self) -> float:
        """Rows that the statement gave."""
        return self.root.rows

    @property
    def rows_aggregated(self) -> float:
        """Rows that aggregates without groups took in, the outermost of each branch; else those it gave."""
        row_count = sum(
            child.rows for node in _iter_plain_aggregates(self.root) for child in node.children if not child.role
        )
        return row_count or self.rows_returned

    def list_scanned_tables(self, tables: Collection[str]) -> tuple[str, ...]:
        """Return which of some tables are read sequentially."""
        relations = {node.relation for node in self.root.iter_nodes() if node.kind.endswith("Seq Scan")}
        return tuple(sorted(relations & set(tables)))

    @property
    def index_names(self) -> tuple[str, ...]:
        """The indexes that are used."""
        return tuple(sorted({node.index for node in self.root.iter_nodes() if node.index}))


def explain_statement(statement: Statement, *, analyze: bool = False, using: str = "default") -> QueryPlan | None:
    """Return the plan of a statement, None if it has none; analysed, it runs, and so do its changes."""
    return explain_on_connection(connections[using].connection, statement, analyze=analyze)


def explain_on_connection(
    connection: Connection[Any], statement: Statement, *, analyze: bool = False
) -> QueryPlan | None:
    """Return the plan that a statement has on a connection, which need not be one of Django's."""
    query = statement.explainable_query
    if query is None:
        return None
    options = "ANALYZE, BUFFERS, FORMAT JSON" if analyze else "FORMAT JSON"
    # A cursor of the server is planned for its first rows.
    explained_query = f"DECLARE explained CURSOR FOR {query}" if statement.way == "cursor" else query
    cursor = Cursor(connection) if statement.binds_on_server else ClientCursor(connection)
    with cursor:
        # Prepared, it would be planned for any values instead of these.
        cursor.execute(f"EXPLAIN ({options}) {explained_query}".encode(), statement.parameters, prepare=False)
        output: Any = cursor.fetchall()[0][0]
    return parse_plan(json.loads(output) if isinstance(output, str) else output)


def parse_plan(payload: list[Mapping[str, Any]]) -> QueryPlan:
    """Return what EXPLAIN (FORMAT JSON) tells as a plan."""
    [explained] = payload
    return QueryPlan(
        root=_parse_node(explained["Plan"]),
        milliseconds=explained.get("Execution Time", 0.0),
        planning_ms=explained.get("Planning Time", 0.0),
    )


def _parse_node(payload: Mapping[str, Any]) -> PlanNode:
    loops = payload.get("Actual Loops", 0)
    return PlanNode(
        kind=_build_node_kind(payload),
        relation=payload.get("Relation Name", ""),
        named=payload.get("CTE Name") or payload.get("Function Name", ""),
        index=payload.get("Index Name", ""),
        role=payload.get("Subplan Name", ""),
        planned=payload["Plan Rows"],
        cost=payload["Total Cost"],
        rows=payload.get("Actual Rows", 0) * loops,
        removed=sum(payload.get(name, 0) for name in REMOVED_COUNTERS) * loops,
        loops=loops,
        buffers=payload.get("Shared Hit Blocks", 0) + payload.get("Shared Read Blocks", 0),
        milliseconds=payload.get("Actual Total Time", 0.0) * loops,
        changes=payload["Node Type"] == "ModifyTable",
        children=tuple(_parse_node(child) for child in payload.get("Plans", ())),
    )


def _build_node_kind(payload: Mapping[str, Any]) -> str:
    kind: str = payload["Node Type"]
    if kind == "ModifyTable":
        return str(payload["Operation"])
    if payload.get("Strategy") in STRATEGIES:
        kind = STRATEGIES[payload["Strategy"]] + kind
    if payload.get("Join Type", "Inner") != "Inner":
        kind = f"{kind.removesuffix(' Join')} {payload['Join Type']} Join"
    if payload.get("Scan Direction") == "Backward":
        kind += " Backward"
    return f"Parallel {kind}" if payload.get("Parallel Aware") else kind


STRATEGIES = {"Hashed": "Hash", "Sorted": "Group", "Mixed": "Mixed"}


def _iter_plain_aggregates(node: PlanNode) -> Iterator[PlanNode]:
    """Yield the outermost aggregates without groups, subplans' as well."""
    if node.kind == "Aggregate":
        yield node
        return
    for child in node.children:
        yield from _iter_plain_aggregates(child)


def _iter_shape_lines(node: PlanNode, depth: int) -> Iterator[str]:
    yield "  " * depth + node.label
    for child in node.children:
        yield from _iter_shape_lines(child, depth + 1)


def _summarize_node(node: PlanNode) -> str:
    below = [
        _summarize_node(child)
        for child in node.children
        if any(descendant.relation or descendant.index for descendant in child.iter_nodes())
    ]
    if not below:
        return node.label
    return f"{node.label} > {below[0] if len(below) == 1 else '(' + ', '.join(below) + ')'}"
