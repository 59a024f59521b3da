"""What has to hold of migrations, proven on a copy of a database."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass

import psycopg
from django.apps import apps
from django.core.management.commands import makemigrations
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState
from psycopg import Connection, errors

from grilse.proof import conf
from grilse.proof.blocking import blocking, own_applications
from grilse.proof.broken import broken, repair
from grilse.proof.building import OWN, Written, making, own_table, written_during
from grilse.proof.copying import Copy, copied, pointing
from grilse.proof.indexes import Index, indexes
from grilse.proof.reversing import forth_and_back
from grilse.proof.servers import ProofError

Migrating = Callable[[], AbstractContextManager[None]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Held:
    """One thing that has to hold."""

    name: str
    ok: bool
    said: tuple[str, ...]


def proven(url: str, migrating: Migrating = nullcontext) -> Iterator[Held]:
    """Prove the project's migrations on a copy of the database at an address, which is only read."""
    yield complete()
    yield free()
    with psycopg.connect(url) as source:
        yield whole(source)
    with conf.server() as server:
        bare, copy = copied(url, server, rows=False), copied(url, server)
        yield reversible(copy, migrating, "newest migrations forth and back, with every row")
        yield reversible(bare, migrating, "all migrations back and forth, without rows", whole=True)
        largest = _largest(copy)
        if largest:
            yield written(written_during(copy.url, largest, concurrently=True))
            yield control(written_during(copy.url, largest, concurrently=False))
            yield repaired(copy, largest)


def complete() -> Held:
    """Tell whether the migrations make what the models say; asks no database."""
    loader = MigrationLoader(None, ignore_no_migrations=True)
    # The command's own: packages that keep triggers in migrations put theirs in its place.
    detector = makemigrations.Command.autodetector(loader.project_state(), ProjectState.from_apps(apps))
    own = {config.label for config in own_applications()}
    changes = detector.changes(graph=loader.graph, trim_to_apps=own)
    said = tuple(
        f"{app}: {operation.describe()}"
        for app, migrations in changes.items()
        for migration in migrations
        for operation in migration.operations
    )
    return Held(name="migrations are complete", ok=not said, said=said)


def free() -> Held:
    """Tell whether no migration since the first release makes an index while writers wait."""
    found = blocking(conf.before_release())
    said = tuple(f"{one.migration} on {one.table}: {one.said}" for one in found)
    return Held(name="indexes of tables with rows are built concurrently", ok=not found, said=said)


def whole(connection: Connection[tuple[object, ...]]) -> Held:
    """Tell whether no build of an index was interrupted."""
    found = broken(connection)
    said = tuple(f"{one.table}: {one.name} is INVALID; --repair builds it anew" for one in found)
    return Held(name="no index is left half built", ok=not found, said=said)


def reversible(copy: Copy, migrating: Migrating, name: str, *, whole: bool = False) -> Held:
    """Tell whether a copy comes back as it was."""
    try:
        with pointing(conf.owner(), copy) as connection, migrating():
            found = forth_and_back(copy, connection, whole=whole)
    except ProofError as error:
        return Held(name=name, ok=False, said=(str(error),))
    rows = "" if whole else f", {found.same} columns with the same sum"
    said = (
        f"{len(found.migrations)} migrations{rows}",
        *(f"{one}: its values went with it" for one in found.remade),
        *(f"{one}: its values are others now" for one in found.changed),
        *found.schema,
    )
    return Held(name=name, ok=found.ok, said=said)


def written(found: Written) -> Held:
    """Tell whether a writer kept writing."""
    figures = f"{found.writes} writes in {found.seconds:.2f} s, the longest {found.longest_ms:.1f} ms"
    said = [f"like {found.index}: {figures}"]
    if found.held:
        said.append(f"{found.held} writes gave up waiting for the table")
    if found.failed:
        said.append(found.failed)
    return Held(name="a writer keeps writing while an index is built", ok=found.ok, said=tuple(said))


def control(found: Written) -> Held:
    """Tell whether the ordinary way, which holds writers up, is noticed to."""
    said = f"like {found.index}: {found.held} writes gave up waiting, {found.writes} went through"
    return Held(name="control: an ordinary build is seen to hold writers up", ok=not found.ok, said=(said,))


def repaired(copy: Copy, index: Index) -> Held:
    """Interrupt a build on a copy, and tell whether what it leaves is found and repaired."""
    name = "an interrupted build is found and repaired"
    with own_table(copy.url, index.table), psycopg.connect(copy.url, autocommit=True) as connection:
        interrupt(copy.url, connection, index)
        found = broken(connection)
        done = [said for one, said in repair(connection) if one.table == OWN]
        left = broken(connection)
    said = f"{len(found)} found, {len(done)} repaired, {len(left)} left"
    return Held(name=name, ok=len(found) == len(done) > 0 and not left, said=(said,))


def interrupt(url: str, connection: Connection[tuple[object, ...]], index: Index) -> None:
    """Begin a concurrent build that has to wait for an older writer, and give up."""
    with psycopg.connect(url) as older:
        older.execute(f"INSERT INTO {OWN} SELECT * FROM {OWN} LIMIT 1")
        connection.execute("SET lock_timeout = '50ms'")
        try:
            connection.execute(making(index, concurrently=True).encode())
        except errors.LockNotAvailable:
            connection.execute("RESET lock_timeout")
        older.rollback()


def _largest(copy: Copy) -> Index | None:
    """Return the largest index that could be built concurrently."""
    with psycopg.connect(copy.url) as connection:
        return max(
            (one for one in indexes(connection) if one.keeps != "exclusion"),
            key=lambda one: one.bytes,
            default=None,
        )
