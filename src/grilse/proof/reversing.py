"""Migrations forward, back and forward again on a copy: the schema has to come back, and every row."""

import difflib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from tempfile import TemporaryDirectory

from django.db import DatabaseError
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.exceptions import IrreversibleError
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.migration import Migration
from django.db.models import ProtectedError
from psycopg import connect
from psycopg.conninfo import make_conninfo

from grilse.proof.blocking import own_applications
from grilse.proof.checksums import Checksums, checksums
from grilse.proof.copying import Copy
from grilse.proof.servers import ProofError, run

Target = tuple[str, str | None]
SCRATCH = "restored"
DOING = {"apply_start": "made", "unapply_start": "taken back"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """A database at one moment: its schema, and a sum over each column's values."""

    schema: Sequence[str]
    sums: Checksums


Pair = tuple[Standing, Standing]


@dataclass(frozen=True, kw_only=True, slots=True)
class Reversed:
    """What became of a copy on the way forth and back."""

    migrations: tuple[str, ...]
    """Those that were taken back and made again, as `app.name`."""
    schema: tuple[str, ...]
    """What differs in the schema afterwards, as `diff` writes it."""
    changed: tuple[str, ...]
    """Columns, `table.column`, whose values are not what they were."""
    same: int
    """Columns whose values are."""
    remade: tuple[str, ...]
    """Columns that had values, went and came back, for which no migration can answer."""

    @property
    def ok(self) -> bool:
        """Whether nothing differs."""
        return not self.schema and not self.changed


def forth_and_back(copy: Copy, connection: BaseDatabaseWrapper, *, whole: bool = False) -> Reversed:
    """Migrate a copy to the newest schema, back and forward again.

    Back is where the copy stood. If that is the newest already, each of the project's applications goes one
    migration back; `whole` takes back all of them, and every row with them.
    """
    executor = MigrationExecutor(connection)
    latest = executor.loader.graph.leaf_nodes()
    targets = list(_back(executor, whole=whole))
    stood = _standing(copy, rows=not whole)
    updating = bool(_migrate(connection, latest))
    newest = _standing(copy, rows=not whole) if updating else stood
    taken_back = _migrate(connection, targets)
    # Where all goes, nothing of it is left to be compared.
    back = None if whole else _standing(copy)
    _migrate(connection, latest)
    again = _standing(copy, rows=not whole)
    same = [(newest, again), *([(stood, back)] if back and updating else [])]
    return _told(taken_back, same, [(newest, back)] if back else [])


def _told(migrations: tuple[str, ...], same: Sequence[Pair], shorter: Sequence[Pair]) -> Reversed:
    """Return what differs in pairs that should be the same, and in what is left where one is less."""
    newest, _ = same[0]
    pairs = [*same, *shorter]
    kept = set(newest.sums).intersection(*(now.sums for _, now in pairs))
    changed = {name for was, now in pairs for name in _changed(was, now)} & kept
    return Reversed(
        migrations=migrations,
        schema=tuple(line for was, now in same for line in _differing(was, now)),
        changed=tuple(sorted(changed)),
        same=len(kept - changed),
        remade=tuple(sorted(name for name in set(newest.sums) - kept if newest.sums[name].rows)),
    )


def _back(executor: MigrationExecutor, *, whole: bool) -> Iterator[Target]:
    """Yield how far each application goes back."""
    graph, applied = executor.loader.graph, executor.loader.applied_migrations
    own = {config.label for config in own_applications()}
    latest = [node for node in graph.leaf_nodes() if node[0] in own]
    pending = [node for node in latest if node not in applied]
    for app, name in pending or latest:
        names = sorted(node[1] for node in graph.nodes if node[0] == app and node[1] is not None)
        standing = [one for one in names if (app, one) in applied] if pending else names[: names.index(name)]
        yield app, standing[-1] if standing and not whole else None


def _migrate(connection: BaseDatabaseWrapper, targets: Sequence[Target]) -> tuple[str, ...]:
    """Migrate, and return what was done."""
    under_way = [""]

    def note(action: str, migration: Migration | None = None, _fake: bool | None = None, /) -> None:
        if action in DOING:
            under_way[0] = f"{migration} cannot be {DOING[action]}"

    executor = MigrationExecutor(connection, note)
    plan = executor.migration_plan(targets)
    if plan:
        try:
            executor.migrate(targets, plan)
        except (DatabaseError, IrreversibleError, ProtectedError) as error:
            raise ProofError(f"{under_way[0]}: {str(error).splitlines()[0]}") from error
    return tuple(f"{migration.app_label}.{migration.name}" for migration, _ in plan)


def _standing(copy: Copy, *, rows: bool = True) -> Standing:
    schema = sorted(PARTS.split(_restored(copy))[1:])
    return Standing(schema=schema, sums=checksums(copy.url) if rows else {})


def _restored(copy: Copy) -> str:
    """Return a copy's schema as it is dumped once it was restored: expressions are written otherwise then."""
    own = make_conninfo(copy.url, dbname=SCRATCH)
    with connect(make_conninfo(copy.url, dbname="postgres"), autocommit=True) as administrator:
        administrator.execute(f"CREATE DATABASE {SCRATCH}")
        try:
            with TemporaryDirectory() as folder:
                file = f"{folder}/schema"
                run(copy.programs, "pg_dump", copy.url, "--schema-only", "--format=custom", f"--file={file}")
                run(copy.programs, "pg_restore", own, "--single-transaction", "--exit-on-error", file)
            return run(copy.programs, "pg_dump", own, "--schema-only")
        finally:
            administrator.execute(f"DROP DATABASE {SCRATCH}")


def _differing(was: Standing, now: Standing) -> tuple[str, ...]:
    before = "".join(was.schema).splitlines()
    after = "".join(now.schema).splitlines()
    return tuple(difflib.unified_diff(before, after, "before", "after", n=1, lineterm=""))


def _changed(was: Standing, now: Standing) -> set[str]:
    return {name for name in was.sums.keys() & now.sums.keys() if was.sums[name] != now.sums[name]}


# A part of a dump begins with a comment that names it; what stands before the first is no schema.
PARTS = re.compile(r"^--\n(?=-- Name: )|^--\n-- PostgreSQL database dump complete.*", re.M | re.S)
