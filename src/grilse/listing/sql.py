"""SQL of lists: conditions that an index serves, and rows by the names of their columns."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection
from django.db.models import BooleanField, Expression, F, Field, Func, Model, QuerySet, Value
from django.db.models.sql.datastructures import Join


def fetch_rows(statement: str, arguments: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
    """Run a statement; return its rows by column name."""
    with connection.cursor() as cursor:
        cursor.execute(statement, arguments)
        names = [column.name for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


class AnyOfSubquery(Func):
    """`column = ANY (ARRAY (SELECT …))`: the subquery runs first, then an index on the column is searched."""

    template = "%(expressions)s)"
    arg_joiner = " = ANY ("
    output_field = BooleanField()

    def __init__(self, column: str, rows: QuerySet[Any]) -> None:
        super().__init__(F(column), ArraySubquery(rows))


class RowExpression(Func):
    """`(a, b)`."""

    template = "(%(expressions)s)"
    output_field = BooleanField()


class RowLessThan(Func):
    """`row < row`."""

    template = "%(expressions)s"
    arg_joiner = " < "
    output_field = BooleanField()


def build_after_key(model: type[Model], columns: Sequence[str], key: Sequence[Any], *, descending: bool) -> Expression:
    """Return the condition of rows after a key; an index serves a row comparison as a whole."""
    row_columns = RowExpression(*(F(name) for name in columns))
    key_values = RowExpression(
        *(Value(value, output_field=get_column(model, name)) for name, value in zip(columns, key, strict=True))
    )
    return RowLessThan(row_columns, key_values) if descending else RowLessThan(key_values, row_columns)


def get_column(model: type[Model], name: str) -> "Field[Any, Any]":
    """Return a column of a table; a reverse relation is an error of the caller."""
    return cast("Field[Any, Any]", model._meta.get_field(name))


def use_outer_joins(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Return the query with outer joins, so that a row whose reference is hidden stays, with null names.

    A page that lost rows to inner joins would look like the last page.
    """
    tables = rows.query.alias_map
    for alias, table in tables.items():
        if isinstance(table, Join):
            tables[alias] = table.promote()
    return rows


def order_rows(rows: QuerySet[Any], columns: Sequence[str], *, descending: bool) -> QuerySet[Any]:
    """Return rows ordered by columns, all in one direction."""
    return rows.order_by(*(F(name).desc() if descending else F(name).asc() for name in columns))
