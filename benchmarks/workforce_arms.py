"""The same queries of the product beside other sets of indexes: what they cost, and what the indexes cost."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

import psycopg

REPEATS = 9
WRITTEN, A_TIME = 20_000, 500
KEPT = """
SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid)
  FROM pg_index i WHERE i.indrelid = %(table)s::regclass AND NOT i.indisprimary ORDER BY 1
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Cost:
    """What a query of an arm was seen to cost."""

    milliseconds: float
    """Of the run that EXPLAIN timed, the median of some."""
    buffers: int
    removed: float
    """Rows read and thrown away by a filter."""
    sorts: bool
    by: str
    """The index that gave the rows, or how else."""


def indexes(owner: psycopg.Connection[Any], table: str) -> dict[str, str]:
    """Return the indexes of a table but its primary key, with what makes them."""
    return dict(owner.execute(KEPT, {"table": table}).fetchall())


def arm(owner: psycopg.Connection[Any], table: str, made: Sequence[str]) -> int:
    """Give a table another set of indexes; return the bytes of all of its indexes."""
    for name in indexes(owner, table):
        owner.execute(f"DROP INDEX {name}")
    for one in made:
        owner.execute(one)
    owner.execute(f"VACUUM ANALYZE {table}")
    row = owner.execute("SELECT pg_indexes_size(%s::regclass)", [table]).fetchone()
    assert row is not None
    return int(row[0])


def cost(company: int, user: int, table: str, ask: Callable[[], Any]) -> Cost:
    """Measure what the product asks, as the application role, with row-level security."""
    from grilse.access.tenancy import tenant_transaction
    from grilse.proof.query_plan import explain_statement
    from grilse.proof.statement_capture import capture_statements

    with tenant_transaction(company, user):
        with capture_statements() as statements:
            ask()
        asked = [one for one in statements if table in one.text]
        runs = [[explain_statement(one, analyze=True) for one in asked] for _ in range(REPEATS)]
    plans = [plan for plan in runs[-1] if plan is not None]
    nodes = [node for plan in plans for node in plan.root.iter_nodes() if node.relation == table]
    return Cost(
        milliseconds=median(sum(plan.milliseconds for plan in run if plan) for run in runs),
        buffers=sum(plan.buffers for plan in plans),
        removed=sum(node.removed for node in nodes),
        sorts=any(plan.sort_nodes for plan in plans),
        by=", ".join(dict.fromkeys(f"{node.kind} {node.index}".strip() for node in nodes)),
    )


def writing(owner: psycopg.Connection[Any], insert: str, given: Mapping[str, Any]) -> float:
    """Return the median milliseconds of writing some rows, as a phone's queue comes."""
    seconds = []
    for _ in range(WRITTEN // A_TIME):
        begun = time.perf_counter()
        owner.execute(insert, {**given, "rows": A_TIME})
        seconds.append(time.perf_counter() - begun)
    return 1000 * median(seconds)
