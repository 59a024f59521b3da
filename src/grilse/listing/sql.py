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
    """`column = ANY (ARRAY (SELECT …))`: the few are found first, then an index on the column is asked."""

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


def build_after_key(of: type[Model], columns: Sequence[str], key: Sequence[Any], *, descending: bool) -> Expression:
    """Return the condition of rows that come after a key; a row comparison is what an index takes whole."""
    row_columns = RowExpression(*(F(name) for name in columns))
    key_values = RowExpression(
        *(Value(value, output_field=get_column(of, name)) for name, value in zip(columns, key, strict=True))
    )
    return RowLessThan(row_columns, key_values) if descending else RowLessThan(key_values, row_columns)


def get_column(of: type[Model], name: str) -> "Field[Any, Any]":
    """Return a column of a table, not what refers to it."""
    return cast("Field[Any, Any]", of._meta.get_field(name))


def use_outer_joins(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Return rows that stay where what they refer to is out of reach; its names are null then.

    A page that lost rows to its joins would be taken for the last.
    """
    tables = rows.query.alias_map
    for alias, table in tables.items():
        if isinstance(table, Join):
            tables[alias] = table.promote()
    return rows


def order_rows(rows: QuerySet[Any], columns: Sequence[str], *, descending: bool) -> QuerySet[Any]:
    """Return rows by columns, all of them one way."""
    return rows.order_by(*(F(name).desc() if descending else F(name).asc() for name in columns))
