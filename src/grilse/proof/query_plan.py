"""Query plans as EXPLAIN returns them."""

import json
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connections
from psycopg import ClientCursor, Connection, Cursor

from grilse.proof.statement_capture import Statement

SORT_KINDS = ("Sort", "Incremental Sort")
REMOVED_COUNTERS = ("Rows Removed by Filter", "Rows Removed by Index Recheck")


@dataclass(frozen=True, kw_only=True, slots=True)
class PlanNode:
    """One node of a plan; measured values are sums over all loops, and 0 where the statement was not run."""

    kind: str
    """As EXPLAIN writes it: `Index Scan Backward`, `Hash Left Join`."""
    relation: str
    named: str
    """The CTE or function that it scans."""
    index: str
    role: str
    """`InitPlan 1`, `SubPlan 2`, `CTE found`; empty for a node of the main plan."""
    planned: float
    """Rows that the planner expects per loop."""
    cost: float
    rows: float
    removed: float
    """Rows removed by a filter that no index served."""
    loops: int
    buffers: int
    """Blocks of 8 kB that the node and its descendants read, from memory or disk."""
    milliseconds: float = 0
    """Time of the node and its descendants in all loops; times of parallel workers are added."""
    changes: bool
    """Whether it writes to its relation instead of reading it."""
    children: tuple["PlanNode", ...]

    def iter_nodes(self) -> Iterator["PlanNode"]:
        """Yield the node and its descendants, each before its children."""
        yield self
        for child in self.children:
            yield from child.iter_nodes()

    def iter_shape_lines(
        self, include: Callable[["PlanNode"], bool] = lambda node: True, depth: int = 0
    ) -> Iterator[str]:
        """Yield the labels of the node and its descendants, indented by depth, without excluded branches."""
        yield "  " * depth + self.label
        for child in self.children:
            if include(child):
                yield from child.iter_shape_lines(include, depth + 1)

    @property
    def rows_read(self) -> float:
        """Rows that the node itself reads from a table."""
        return self.rows + self.removed if self.relation and not self.changes else 0

    @property
    def label(self) -> str:
        """The node without its children: `Index Scan people_person using people_person_pkey`."""
        kind = f"{self.role}: {self.kind}" if self.role else self.kind
        of = self.relation or self.named
        named = f"{kind} {of}" if of else kind
        return f"{named} using {self.index}" if self.index else named


@dataclass(frozen=True, kw_only=True, slots=True)
class QueryPlan:
    """The plan of one statement."""

    root: PlanNode
    milliseconds: float
    """Execution time; 0 where it was not run."""
    planning_ms: float
    """Planning time; 0 where EXPLAIN did not measure it."""

    @property
    def shape(self) -> str:
        """One line per node, indented by depth; independent of measured values."""
        return "\n".join(self.root.iter_shape_lines())

    @property
    def summary(self) -> str:
        """The nodes on one line: `Limit > Index Scan people_trackpoint using people_trackpoint_history`.

        Branches that read no table, as the subplans of a row policy, are left out.
        """
        return _summarize_node(self.root)

    @property
    def sort_nodes(self) -> tuple[PlanNode, ...]:
        """Nodes that sort rows because no index has their order."""
        return tuple(node for node in self.root.iter_nodes() if node.kind in SORT_KINDS)

    @property
    def buffers(self) -> int:
        """Blocks that the statement read."""
        return self.root.buffers

    @property
    def rows_read(self) -> float:
        """Rows read from tables, including rows removed by a filter."""
        return sum(node.rows_read for node in self.root.iter_nodes())

    def count_rows_read(self, tables: Collection[str]) -> float:
        """Return the rows read from these tables, including rows removed by a filter."""
        return sum(node.rows_read for node in self.root.iter_nodes() if node.relation in tables)

    @property
    def rows_removed(self) -> float:
        """Rows removed by a filter."""
        return sum(node.removed for node in self.root.iter_nodes())

    @property
    def rows_returned(self) -> float:
        """Rows that the statement returned."""
        return self.root.rows

    @property
    def rows_aggregated(self) -> float:
        """Input rows of the outermost aggregates without groups; without such aggregates the rows returned."""
        row_count = sum(
            child.rows for node in _iter_plain_aggregates(self.root) for child in node.children if not child.role
        )
        return row_count or self.rows_returned

    def list_scanned_tables(self, tables: Collection[str]) -> tuple[str, ...]:
        """Return which of these tables are read sequentially."""
        relations = {node.relation for node in self.root.iter_nodes() if node.kind.endswith("Seq Scan")}
        return tuple(sorted(relations & set(tables)))

    @property
    def index_names(self) -> tuple[str, ...]:
        """The indexes that the plan uses."""
        return tuple(sorted({node.index for node in self.root.iter_nodes() if node.index}))


def explain_statement(statement: Statement, *, analyze: bool = False, using: str = "default") -> QueryPlan | None:
    """Return the plan of a statement, None if it has none; with `analyze` the statement runs and changes rows."""
    return explain_on_connection(connections[using].connection, statement, analyze=analyze)


def explain_on_connection(
    connection: Connection[Any], statement: Statement, *, analyze: bool = False
) -> QueryPlan | None:
    """Return the plan of a statement on any psycopg connection."""
    query = statement.explainable_query
    if query is None:
        return None
    options = "ANALYZE, BUFFERS, FORMAT JSON" if analyze else "FORMAT JSON"
    # PostgreSQL plans a server-side cursor for its first rows.
    explained_query = f"DECLARE explained CURSOR FOR {query}" if statement.way == "cursor" else query
    cursor = Cursor(connection) if statement.binds_on_server else ClientCursor(connection)
    with cursor:
        # A prepared statement would be planned for any values instead of these.
        cursor.execute(f"EXPLAIN ({options}) {explained_query}".encode(), statement.parameters, prepare=False)
        output: Any = cursor.fetchall()[0][0]
    return parse_plan(json.loads(output) if isinstance(output, str) else output)


def parse_plan(payload: list[Mapping[str, Any]]) -> QueryPlan:
    """Return the plan from the output of EXPLAIN (FORMAT JSON)."""
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
    """Yield the outermost aggregates without groups, including those of subplans."""
    if node.kind == "Aggregate":
        yield node
        return
    for child in node.children:
        yield from _iter_plain_aggregates(child)


def _summarize_node(node: PlanNode) -> str:
    below = [
        _summarize_node(child)
        for child in node.children
        if any(descendant.relation or descendant.index for descendant in child.iter_nodes())
    ]
    if not below:
        return node.label
    return f"{node.label} > {below[0] if len(below) == 1 else '(' + ', '.join(below) + ')'}"
