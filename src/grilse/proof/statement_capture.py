"""Capture of the SQL statements that a block sends to the server, through Django or psycopg."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import wraps
from typing import Any, Literal, cast

from django.db import connections
from psycopg import ClientCursor, Connection, Cursor, ServerCursor, sql

Parameters = Sequence[Any] | Mapping[str, Any] | None
SendMode = Literal["execute", "cursor", "copy"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Statement:
    """A statement as psycopg received it."""

    text: str
    parameters: Parameters
    binds_on_server: bool
    """Whether the server binds the values, instead of psycopg writing them into the text."""
    way: SendMode
    """Executed directly, read by a server-side cursor, or a COPY."""

    @property
    def explainable_query(self) -> str | None:
        """The text for EXPLAIN; None for a statement without a plan, such as `SET`."""
        if self.way == "copy":
            copied = COPY_QUERY.match(self.text)
            return copied[1] if copied else None
        return self.text if EXPLAINABLE.match(self.text) else None


EXPLAINABLE = re.compile(r"(?:\s|--[^\n]*\n|\()*(?:SELECT|WITH|INSERT|UPDATE|DELETE|MERGE|VALUES|TABLE)\b", re.I)
COPY_QUERY = re.compile(r"\s*COPY\s*\((.*)\)\s*TO\s+STDOUT", re.I | re.S)


@contextmanager
def capture_statements(using: str = "default") -> Iterator[list[Statement]]:
    """Yield the list to which the statements of the connection are added while the block runs.

    psycopg's own methods are wrapped, so statements that bypass Django are captured too.
    """
    connections[using].ensure_connection()
    statements: list[Statement] = []
    with ExitStack() as stack:
        for cursor, method, way in SEND_METHODS:
            stack.enter_context(_record_calls(cursor, method, way, connections[using].connection, statements))
        yield statements


SEND_METHODS: tuple[tuple[type[Any], str, SendMode], ...] = (
    (Cursor, "execute", "execute"),
    (Cursor, "executemany", "execute"),
    (Cursor, "stream", "execute"),
    (Cursor, "copy", "copy"),
    (ServerCursor, "execute", "cursor"),
)


@contextmanager
def _record_calls(
    cursor: type[Any], method: str, way: SendMode, connection: Connection[Any], statements: list[Statement]
) -> Iterator[None]:
    send: Callable[..., Any] = getattr(cursor, method)

    @wraps(send)
    def record_call(self: Any, query: Any, params: Any = None, *args: Any, **options: Any) -> Any:
        if self.connection is connection:
            if method == "executemany":
                params = list(params)
            first_params = params[0] if method == "executemany" and params else params
            statements.append(_build_statement(self, query, first_params, way))
        return send(self, query, params, *args, **options)

    setattr(cursor, method, record_call)
    try:
        yield
    finally:
        setattr(cursor, method, send)


def _build_statement(cursor: Any, query: Any, parameters: Parameters, way: SendMode) -> Statement:
    return Statement(
        text=_render_query(query, cursor.connection),
        parameters=parameters,
        binds_on_server=not isinstance(cursor, ClientCursor | CLIENT_MIXIN),
        way=way,
    )


def _render_query(query: Any, connection: Connection[Any]) -> str:
    if isinstance(query, sql.Composable):
        return query.as_string(connection)
    return query.decode() if isinstance(query, bytes) else cast("str", query)


# Django's server-side cursors write values into the text too, without being a ClientCursor.
CLIENT_MIXIN = ClientCursor.__mro__[1]
