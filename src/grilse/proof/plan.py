"""Plans of statements as PostgreSQL explains them."""

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connections
from psycopg import ClientCursor, Connection, Cursor

from grilse.proof.capture import Statement

SORTS = ("Sort", "Incremental Sort")
REMOVED = ("Rows Removed by Filter", "Rows Removed by Index Recheck")


@dataclass(frozen=True, kw_only=True, slots=True)
class Node:
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
    children: tuple["Node", ...]

    def walk(self) -> Iterator["Node"]:
        """Yield the step and all below it, each before its children."""
        yield self
        for child in self.children:
            yield from child.walk()

    @property
    def reads(self) -> float:
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
class Plan:
    """The plan of one statement."""

    root: Node
    milliseconds: float
    """Time of the run; 0 where it was not run."""
    planning: float
    """Milliseconds of planning; 0 where it was not asked."""

    @property
    def shape(self) -> str:
        """One line a step, indented by depth: the same whatever the figures are."""
        return "\n".join(_lines(self.root, 0))

    @property
    def brief(self) -> str:
        """The steps on one line: `Limit > Index Scan people_trackpoint using people_trackpoint_history`.

        Without those that read no table, as the subplans of a row policy.
        """
        return _brief(self.root)

    @property
    def sorts(self) -> tuple[Node, ...]:
        """Steps that put rows in order because no index did."""
        return tuple(node for node in self.root.walk() if node.kind in SORTS)

    @property
    def buffers(self) -> int:
        """Blocks that the statement read."""
        return self.root.buffers

    @property
    def read(self) -> float:
        """Rows of tables that were read, those thrown away included."""
        return sum(node.reads for node in self.root.walk())

    def read_of(self, tables: Collection[str]) -> float:
        """Rows of some tables that were read, those thrown away included."""
        return sum(node.reads for node in self.root.walk() if node.relation in tables)

    @property
    def removed(self) -> float:
        """Rows that were read and thrown away by a condition."""
        return sum(node.removed for node in self.root.walk())

    @property
    def returned(self) -> float:
        """Rows that the statement gave."""
        return self.root.rows

    @property
    def packed(self) -> float:
        """Rows that aggregates without groups took in, the outermost of each branch; else those it gave."""
        taken = sum(child.rows for node in _packing(self.root) for child in node.children if not child.role)
        return taken or self.returned

    def scanned(self, tables: Collection[str]) -> tuple[str, ...]:
        """Return which of some tables are read sequentially."""
        whole = {node.relation for node in self.root.walk() if node.kind.endswith("Seq Scan")}
        return tuple(sorted(whole & set(tables)))

    @property
    def indexes(self) -> tuple[str, ...]:
        """The indexes that are used."""
        return tuple(sorted({node.index for node in self.root.walk() if node.index}))


def explain(statement: Statement, *, analyze: bool = False, using: str = "default") -> Plan | None:
    """Return the plan of a statement, None if it has none; analysed, it runs, and so do its changes."""
    return explain_on(connections[using].connection, statement, analyze=analyze)


def explain_on(connection: Connection[Any], statement: Statement, *, analyze: bool = False) -> Plan | None:
    """Return the plan that a statement has on a connection, which need not be one of Django's."""
    query = statement.query
    if query is None:
        return None
    asked = "ANALYZE, BUFFERS, FORMAT JSON" if analyze else "FORMAT JSON"
    # A cursor of the server is planned for its first rows.
    whole = f"DECLARE explained CURSOR FOR {query}" if statement.way == "cursor" else query
    cursor = Cursor(connection) if statement.bound else ClientCursor(connection)
    with cursor:
        # Prepared, it would be planned for any values instead of these.
        cursor.execute(f"EXPLAIN ({asked}) {whole}".encode(), statement.parameters, prepare=False)
        told: Any = cursor.fetchall()[0][0]
    return plan_of(json.loads(told) if isinstance(told, str) else told)


def plan_of(told: list[Mapping[str, Any]]) -> Plan:
    """Return what EXPLAIN (FORMAT JSON) tells as a plan."""
    [whole] = told
    return Plan(
        root=_node(whole["Plan"]),
        milliseconds=whole.get("Execution Time", 0.0),
        planning=whole.get("Planning Time", 0.0),
    )


def _node(told: Mapping[str, Any]) -> Node:
    loops = told.get("Actual Loops", 0)
    return Node(
        kind=_kind(told),
        relation=told.get("Relation Name", ""),
        named=told.get("CTE Name") or told.get("Function Name", ""),
        index=told.get("Index Name", ""),
        role=told.get("Subplan Name", ""),
        planned=told["Plan Rows"],
        cost=told["Total Cost"],
        rows=told.get("Actual Rows", 0) * loops,
        removed=sum(told.get(name, 0) for name in REMOVED) * loops,
        loops=loops,
        buffers=told.get("Shared Hit Blocks", 0) + told.get("Shared Read Blocks", 0),
        milliseconds=told.get("Actual Total Time", 0.0) * loops,
        changes=told["Node Type"] == "ModifyTable",
        children=tuple(_node(child) for child in told.get("Plans", ())),
    )


def _kind(told: Mapping[str, Any]) -> str:
    kind: str = told["Node Type"]
    if kind == "ModifyTable":
        return str(told["Operation"])
    if told.get("Strategy") in STRATEGIES:
        kind = STRATEGIES[told["Strategy"]] + kind
    if told.get("Join Type", "Inner") != "Inner":
        kind = f"{kind.removesuffix(' Join')} {told['Join Type']} Join"
    if told.get("Scan Direction") == "Backward":
        kind += " Backward"
    return f"Parallel {kind}" if told.get("Parallel Aware") else kind


STRATEGIES = {"Hashed": "Hash", "Sorted": "Group", "Mixed": "Mixed"}


def _packing(node: Node) -> Iterator[Node]:
    """Yield the outermost aggregates without groups, subplans' as well."""
    if node.kind == "Aggregate":
        yield node
        return
    for child in node.children:
        yield from _packing(child)


def _lines(node: Node, depth: int) -> Iterator[str]:
    yield "  " * depth + node.label
    for child in node.children:
        yield from _lines(child, depth + 1)


def _brief(node: Node) -> str:
    below = [
        _brief(child) for child in node.children if any(one.relation or one.index for one in child.walk())
    ]
    if not below:
        return node.label
    return f"{node.label} > {below[0] if len(below) == 1 else '(' + ', '.join(below) + ')'}"
