"""A database's plans and what they rest on, kept as files: so that any other can be held against it."""

import gzip
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from django.db import connection, connections, transaction
from psycopg import ClientCursor

from grilse.proof import conf
from grilse.proof.asking import Asked, everything
from grilse.proof.capture import Statement, Way
from grilse.proof.plan import explain
from grilse.proof.registry import Hot
from grilse.proof.servers import address
from grilse.proof.shapes import Flip, lines_of
from grilse.proof.stand_in import indexes_of, settings_of
from grilse.proof.statistics import Statistics, dump, standing_still

STATISTICS, SHAPES = "statistics.json.gz", "shapes.json"


@dataclass(frozen=True, kw_only=True, slots=True)
class Planned:
    """A statement as the database was asked it, with the shape of its plan."""

    text: str
    """Without its values."""
    bound: str
    """With them."""
    way: Way
    shape: tuple[str, ...]
    """Line by line; none where the statement has no plan."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Reference:
    """What a database's planner knows, and how it plans the hot queries."""

    postgresql: str
    settings: Mapping[str, str]
    indexes: tuple[str, ...]
    """In the order in which they were made."""
    still: tuple[str, ...]
    """Relations, by `schema.name`, that do not grow with a company."""
    statistics: Statistics
    queries: Mapping[str, tuple[Planned, ...]]
    """None of a query that the database has nothing to ask."""


def reference(hot: Sequence[Hot], programs: Path) -> Reference:
    """Take the statistics of the database at hand and the shapes of its plans, after having it analysed."""
    url = address(conf.owner())
    analyse()
    connection.ensure_connection()
    asked = {one.name: planned_here(one) for one in everything(hot)}
    return Reference(
        postgresql=_version(),
        settings=settings_of(connection.connection),
        indexes=indexes_of(connection.connection),
        still=tuple(sorted(standing_still(url))),
        statistics=dump(url, programs).without(conf.secret()),
        queries={one.name: asked.get(one.name, ()) for one in hot},
    )


def analyse() -> None:
    """Have the planner count again, and know which pages an index alone can answer for."""
    with connections[conf.owner()].cursor() as cursor:
        cursor.execute("SET client_min_messages = error")
        cursor.execute("VACUUM (ANALYZE)")
        cursor.execute("RESET client_min_messages")


def planned_here(asked: Asked) -> tuple[Planned, ...]:
    """Return a hot query's statements with the plans that the database at hand has for them."""
    with transaction.atomic():
        try:
            with conf.entered():
                return tuple(_planned(one) for one in asked.statements)
        finally:
            transaction.set_rollback(True)


def _planned(statement: Statement) -> Planned:
    plan = explain(statement)
    if plan is None and statement.way == "execute":
        with connection.cursor() as cursor:
            cursor.execute(bound(statement))
    return Planned(text=statement.text, bound=bound(statement), way=statement.way, shape=lines_of(plan))


def bound(statement: Statement) -> str:
    """Return a statement with its values in the text."""
    if statement.parameters is None:
        return statement.text
    return ClientCursor(connection.connection).mogrify(statement.text.encode(), statement.parameters)


def save(reference: Reference, flips: Mapping[int, Sequence[Flip]], folder: Path) -> tuple[Path, Path]:
    """Write a reference into a folder: what the planner knows packed, shapes and flips for people to read."""
    folder.mkdir(parents=True, exist_ok=True)
    shapes = {
        name: [list(one.shape) for one in planned] for name, planned in sorted(reference.queries.items())
    }
    told = {
        "postgresql": reference.postgresql,
        "queries": shapes,
        "flips": {str(size): told_flips(found) for size, found in flips.items()},
    }
    (folder / SHAPES).write_text(json.dumps(told, indent=0, ensure_ascii=False) + "\n")
    whole = json.dumps(asdict(reference), ensure_ascii=False, sort_keys=True)
    # Without a moment in it, the same reference is the same file.
    (folder / STATISTICS).write_bytes(gzip.compress(whole.encode(), 9, mtime=0))
    return folder / SHAPES, folder / STATISTICS


def told_flips(flips: Iterable[Flip]) -> dict[str, list[str]]:
    """Return flips as they are written down: what is read otherwise, by query."""
    told: dict[str, list[str]] = {}
    for one in flips:
        told.setdefault(one.name, []).extend(one.said)
    return told


def load(folder: Path) -> Reference:
    """Read a reference from its folder; the shapes are those that people read."""
    told: dict[str, Any] = json.loads(gzip.decompress((folder / STATISTICS).read_bytes()))
    shapes = json.loads((folder / SHAPES).read_text())["queries"]
    queries = {
        name: tuple(
            Planned(**{**one, "shape": tuple(shape)})
            for one, shape in zip(planned, shapes[name], strict=True)
        )
        for name, planned in told.pop("queries").items()
    }
    told = {name: tuple(value) if isinstance(value, list) else value for name, value in told.items()}
    return Reference(**{**told, "statistics": Statistics(**told["statistics"]), "queries": queries})


def load_flips(folder: Path) -> dict[int, dict[str, list[str]]]:
    """Read which plans flip at which size."""
    told = json.loads((folder / SHAPES).read_text())["flips"]
    return {int(size): found for size, found in told.items()}


def _version() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        return str(cursor.fetchone()[0])
