"""The statements that a block sends, whichever way they go to the server."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import wraps
from typing import Any, Literal, cast

from django.db import connections
from psycopg import ClientCursor, Connection, Cursor, ServerCursor, sql

Parameters = Sequence[Any] | Mapping[str, Any] | None
Way = Literal["execute", "cursor", "copy"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Statement:
    """A statement as psycopg was given it."""

    text: str
    parameters: Parameters
    bound: bool
    """Whether its values go beside the text, not in it."""
    way: Way
    """Run at once, read by a cursor of the server, or a COPY."""

    @property
    def query(self) -> str | None:
        """The text that EXPLAIN takes; None for a statement that has no plan, as `SET`."""
        if self.way == "copy":
            copied = COPIED.match(self.text)
            return copied[1] if copied else None
        return self.text if PLANNED.match(self.text) else None


PLANNED = re.compile(r"(?:\s|--[^\n]*\n|\()*(?:SELECT|WITH|INSERT|UPDATE|DELETE|MERGE|VALUES|TABLE)\b", re.I)
COPIED = re.compile(r"\s*COPY\s*\((.*)\)\s*TO\s+STDOUT", re.I | re.S)


@contextmanager
def captured(using: str = "default") -> Iterator[list[Statement]]:
    """Yield the list that the connection's statements are added to, in their order, while the block runs.

    Taken where psycopg sends them: what goes round Django by cursors of psycopg's own is there too.
    """
    connections[using].ensure_connection()
    statements: list[Statement] = []
    with ExitStack() as stack:
        for cursor, method, way in SENDING:
            stack.enter_context(_noting(cursor, method, way, connections[using].connection, statements))
        yield statements


SENDING: tuple[tuple[type[Any], str, Way], ...] = (
    (Cursor, "execute", "execute"),
    (Cursor, "executemany", "execute"),
    (Cursor, "stream", "execute"),
    (Cursor, "copy", "copy"),
    (ServerCursor, "execute", "cursor"),
)


@contextmanager
def _noting(
    cursor: type[Any], method: str, way: Way, connection: Connection[Any], statements: list[Statement]
) -> Iterator[None]:
    sends: Callable[..., Any] = getattr(cursor, method)

    @wraps(sends)
    def noted(self: Any, query: Any, params: Any = None, *args: Any, **options: Any) -> Any:
        if self.connection is connection:
            if method == "executemany":
                params = list(params)
            one = params[0] if method == "executemany" and params else params
            statements.append(_statement(self, query, one, way))
        return sends(self, query, params, *args, **options)

    setattr(cursor, method, noted)
    try:
        yield
    finally:
        setattr(cursor, method, sends)


def _statement(cursor: Any, query: Any, parameters: Parameters, way: Way) -> Statement:
    return Statement(
        text=_text(query, cursor.connection),
        parameters=parameters,
        bound=not isinstance(cursor, ClientCursor | CLIENT_MIXIN),
        way=way,
    )


def _text(query: Any, connection: Connection[Any]) -> str:
    if isinstance(query, sql.Composable):
        return query.as_string(connection)
    return query.decode() if isinstance(query, bytes) else cast("str", query)


# Django's cursors of the server write values into the text as well, without being a ClientCursor.
CLIENT_MIXIN = ClientCursor.__mro__[1]
