"""Plan flips: statements whose plan changed, or would change if the tables had many times their rows."""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.db import connection

from grilse.proof import conf
from grilse.proof.planner_statistics import Statistics, dump_statistics, read_fixed_relations
from grilse.proof.query_plan import PlanNode, QueryPlan
from grilse.proof.query_traces import QueryTrace, iter_traces
from grilse.proof.registry import QueryBudget, list_declared_budgets
from grilse.proof.schema_clone import SchemaClone, create_clone, read_planner_settings

PlanShape = Sequence[str]
PlanShapes = Mapping[str, Sequence[PlanShape]]
"""The plan shape of each statement of each query."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PlanFlip:
    """A statement whose plan changed."""

    name: str
    """The name of the query."""
    statement: int
    """The number of the statement in the query, from 1."""
    said: tuple[str, ...]
    """A line for each plan node that changed."""
    worse: bool
    """Whether the new plan reads another table sequentially, or sorts where the old plan did not."""
    before: tuple[str, ...]
    after: tuple[str, ...]


def list_shape_lines(plan: QueryPlan | None) -> tuple[str, ...]:
    """Return the shape of a plan, without branches that read no table; empty for a statement without a plan."""
    return tuple(plan.root.iter_shape_lines(_reads_rows)) if plan else ()


def _reads_rows(node: PlanNode) -> bool:
    return any(descendant.relation or descendant.index or descendant.named for descendant in node.iter_nodes())


def compare_shapes(
    name: str, statement: int, before: PlanShape, after: PlanShape, small_tables: Collection[str] = ()
) -> PlanFlip:
    """Return how the plan of a statement changed; small tables may be read sequentially."""
    was, now = _count_nodes(before), _count_nodes(after)
    return PlanFlip(
        name=name,
        statement=statement,
        said=tuple(_iter_change_lines(was - now, now - was)) or ("joins the same tables in another order or way",),
        worse=bool(_find_scanned_tables(now) - _find_scanned_tables(was) - set(small_tables))
        or (_has_sort(now) and not _has_sort(was)),
        before=tuple(before),
        after=tuple(after),
    )


def _find_scanned_tables(steps: Counter[str]) -> set[str]:
    return {_extract_table(step) for step in steps if "Seq Scan" in step}


def _has_sort(steps: Counter[str]) -> bool:
    return any(step.endswith("Sort") for step in steps)


def _count_nodes(shape: PlanShape) -> Counter[str]:
    """Count the nodes that read a table or sort, regardless of their position in the plan."""
    steps = (ROLE.sub("", line.strip()) for line in shape)
    return Counter(step for step in steps if READS.search(step) or step.endswith("Sort"))


def _iter_change_lines(removed: Counter[str], added: Counter[str]) -> Iterator[str]:
    """Yield a line per changed node: `old → new` for nodes of the same table, else `no more old` or `now new`."""
    left = list(added)
    for step in removed:
        same = next((other for other in left if _extract_table(other) == _extract_table(step)), None)
        if same is None:
            yield f"no more {step}"
        else:
            left.remove(same)
            yield f"{step} → {same}"
    yield from (f"now {step}" for step in left)


def _extract_table(step: str) -> str:
    match = READS.search(step)
    return match["table"] if match else step


def predict_flips(scale: int, budgets: Iterable[QueryBudget] | None = None) -> list[PlanFlip]:
    """Return the statements that the current database would plan differently at many times its size."""
    traces = list(iter_traces(list_declared_budgets() if budgets is None else budgets))
    planned = plan_at_sizes(traces, (1, scale))
    return list(iter_flips(planned[1], planned[scale], read_fixed_relations(conf.get_owner_conninfo())))


def plan_at_sizes(traces: Sequence[QueryTrace], sizes: Iterable[int]) -> dict[int, dict[str, list[PlanShape]]]:
    """Return the plans that queries would have at several times the size of the current database.

    The database is only read: its schema and statistics are copied to a temporary server.
    """
    connection.ensure_connection()
    settings = read_planner_settings(connection.connection)
    url = conf.get_owner_conninfo()
    fixed_relations = read_fixed_relations(url)
    with conf.start_server() as server:
        statistics, clone = dump_statistics(url, server.programs), create_clone(url, server)
        return {
            size: plan_with_statistics(clone, statistics.scale_rows(size, fixed_relations), traces, settings)
            for size in sizes
        }


def plan_with_statistics(
    clone: SchemaClone, statistics: Statistics, traces: Iterable[QueryTrace], settings: Mapping[str, str]
) -> dict[str, list[PlanShape]]:
    """Return the plan shapes of queries with these planner statistics."""
    with clone.open_planner(statistics) as planner:
        return {
            trace.name: [list_shape_lines(plan) for plan in planner.explain_statements(trace, settings)]
            for trace in traces
        }


def iter_flips(current: PlanShapes, scaled: PlanShapes, fixed_relations: Collection[str]) -> Iterator[PlanFlip]:
    """Yield the statements whose plans differ; fixed relations, `schema.name`, may be read sequentially."""
    small_tables = frozenset(name.partition(".")[2] for name in fixed_relations)
    for name, before in current.items():
        for at, (old, new) in enumerate(zip(before, scaled[name], strict=True), 1):
            if tuple(old) != tuple(new):
                yield compare_shapes(name, at, old, new, small_tables)


ROLE = re.compile(r"^(?:InitPlan|SubPlan|CTE) \S+: ")
READS = re.compile(r"(?:Seq|Index|Index Only|Bitmap Heap) Scan(?: Backward)? (?P<table>(?!using )\S+)")
