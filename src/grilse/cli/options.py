"""Options that several commands share, and the database that they open."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperCommand

if TYPE_CHECKING:
    from psycopg import Connection

Company = Annotated[str | None, typer.Option(help="The company, if the database has several.")]
Batches = Annotated[list[str] | None, typer.Option(help="Number of a batch; may be repeated.")]
Workers = Annotated[int | None, typer.Option(min=1, help="Number of processes. Default: one per core.")]
Engine = Annotated[str, typer.Option(help="tcp://host:port of a Dask scheduler.")]
Host = Annotated[str, typer.Option(help="Address to listen on.")]
Port = Annotated[int, typer.Option(help="Port to listen on.", min=1, max=65535)]
Encoding = Annotated[
    str | None, typer.Option(help="Encoding of the files, such as windows-1252. Default: UTF-8, or as the mark says.")
]
Decimal = Annotated[
    str | None, typer.Option(help="Decimal mark of the files, . or , where their numbers do not show it.")
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")]


NUMBER_TYPES: dict[str, type] = {"int": int, "int range": int, "float": float, "float range": float}


class StrictCommand(TyperCommand):
    """A command that refuses an option given twice and `1_000` as a number, which click would accept."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Parse the words of the command."""
        values, _, given = self.make_parser(ctx).parse_args(args=list(args))
        for parameter in given:
            if given.count(parameter) > 1 and not getattr(parameter, "multiple", False):
                raise typer.BadParameter("it is there twice: give it once", ctx=ctx, param=parameter)
            if parameter.type.name in NUMBER_TYPES:
                self._refuse_loose_numbers(ctx, parameter, values[f"{parameter.name}"])
        return super().parse_args(ctx, args)

    def _refuse_loose_numbers(self, ctx: Any, parameter: Any, value: Any) -> None:
        from pydantic_core import PydanticCustomError

        from grilse.input_types import TEXT_FORMATS

        for text in value if isinstance(value, list) else [value]:
            try:
                TEXT_FORMATS[NUMBER_TYPES[parameter.type.name]](text)
            except PydanticCustomError as error:
                raise typer.BadParameter(error.message(), ctx=ctx, param=parameter) from None


def open_database() -> None:
    """Connect Django to the database, and update the schema if needed."""
    from grilse.project import schema

    schema.open_database()


@contextmanager
def open_connection() -> "Iterator[Connection[Any]]":
    """Open the database, and yield a connection as the owner of the tables."""
    import psycopg

    open_database()
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        yield connection


def count_cores() -> int:
    """Return the number of cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
