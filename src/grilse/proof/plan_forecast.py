"""Which plans flip when a database has many times the rows."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from django.db import connection

from grilse.proof import conf
from grilse.proof.plan_flips import PlanFlip, PlanShape, compare_shapes, list_shape_lines
from grilse.proof.planner_statistics import Statistics, dump_statistics, read_fixed_relations
from grilse.proof.query_traces import QueryTrace, iter_traces
from grilse.proof.registry import QueryBudget, list_declared_budgets
from grilse.proof.schema_clone import Planner, SchemaClone, create_clone, read_planner_settings
from grilse.proof.servers import get_conninfo

PlanShapes = Mapping[str, Sequence[PlanShape]]
"""The shape of each statement of each hot query."""


def predict_flips(scale: int, budgets: Iterable[QueryBudget] | None = None) -> list[PlanFlip]:
    """Return the statements that the database at hand would plan otherwise at so many times its size."""
    traces = list(iter_traces(list_declared_budgets() if budgets is None else budgets))
    planned = plan_at_sizes(traces, (1, scale))
    return list(
        iter_flips(
            planned[1], planned[scale], strip_schemas(read_fixed_relations(get_conninfo(conf.get_owner_alias())))
        )
    )


def plan_at_sizes(traces: Sequence[QueryTrace], sizes: Iterable[int]) -> dict[int, dict[str, list[PlanShape]]]:
    """Return how hot queries would be planned at several times the size of the database at hand.

    The database is only read: its schema and statistics are taken to a server of their own.
    """
    connection.ensure_connection()
    settings = read_planner_settings(connection.connection)
    url = get_conninfo(conf.get_owner_alias())
    still = read_fixed_relations(url)
    with conf.start_server() as server:
        statistics, clone = dump_statistics(url, server.programs), create_clone(url, server)
        return {
            size: plan_with_statistics(clone, statistics.scale_rows(size, still), traces, settings) for size in sizes
        }


def plan_with_statistics(
    clone: SchemaClone, statistics: Statistics, traces: Iterable[QueryTrace], settings: Mapping[str, str]
) -> dict[str, list[PlanShape]]:
    """Return how hot queries are planned with some statistics."""
    with clone.open_planner(statistics) as planner:
        return {trace.name: list_plan_shapes(planner, trace, settings) for trace in traces}


def list_plan_shapes(planner: Planner, trace: QueryTrace, settings: Mapping[str, str]) -> list[PlanShape]:
    """Return the shapes of a hot query's plans."""
    return [list_shape_lines(plan) for plan in planner.explain_statements(trace, settings)]


def iter_flips(current: PlanShapes, scaled: PlanShapes, small_tables: Collection[str]) -> Iterator[PlanFlip]:
    """Yield what is planned otherwise."""
    for name, before in current.items():
        for at, (old, new) in enumerate(zip(before, scaled[name], strict=True), 1):
            if tuple(old) != tuple(new):
                yield compare_shapes(name, at, old, new, small_tables)


def strip_schemas(relations: Collection[str]) -> frozenset[str]:
    """Return relations without their schema, as plans name them."""
    return frozenset(name.partition(".")[2] for name in relations)
