"""Indexes that an interrupted build left behind: written to at every insert, used by no query."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from psycopg import Connection, errors, sql
from psycopg.rows import class_row


@dataclass(frozen=True, kw_only=True, slots=True)
class Broken:
    """An index that is INVALID, and that nobody is building just now."""

    schema: str
    name: str
    table: str
    rebuilt: bool
    """Whether it is the unfinished other of an index that REINDEX CONCURRENTLY was to replace."""

    @property
    def named(self) -> sql.Composed:
        """Its name with the schema, as SQL."""
        return sql.SQL(".").join([sql.Identifier(self.schema), sql.Identifier(self.name)])


def broken(connection: Connection[Any]) -> list[Broken]:
    """Return the indexes that are INVALID; one statement."""
    with connection.cursor(row_factory=class_row(Broken)) as cursor:
        return cursor.execute(BROKEN).fetchall()


def repair(connection: Connection[Any]) -> Iterator[tuple[Broken, str]]:
    """Build broken indexes anew while others write, and yield each with what became of it.

    The connection commits by itself. One whose rows break its rule stays as it is, and is said to.
    """
    for one in broken(connection):
        verb = sql.SQL("DROP INDEX CONCURRENTLY {}" if one.rebuilt else "REINDEX INDEX CONCURRENTLY {}")
        try:
            connection.execute(verb.format(one.named))
        except (errors.UniqueViolation, errors.ExclusionViolation) as error:
            yield one, f"cannot be built: {error.diag.message_detail or error.diag.message_primary}"
        else:
            yield one, "dropped: the index it was to replace stands" if one.rebuilt else "built anew"


BROKEN = r"""
SELECT n.nspname AS schema, c.relname AS name, t.relname AS table,
       c.relname ~ '_cc(new|old)\d*$' AS rebuilt
  FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_class t ON t.oid = i.indrelid
  JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE NOT i.indisvalid AND c.relkind = 'i' AND n.nspname NOT IN ('pg_catalog', 'pg_toast')
   AND NOT EXISTS (SELECT FROM pg_locks l JOIN pg_stat_activity s USING (pid)
                    WHERE l.relation = i.indexrelid AND l.granted AND s.query ~* 'INDEX')
   AND i.indexrelid NOT IN (SELECT index_relid FROM pg_stat_progress_create_index)
 ORDER BY t.relname, c.relname
"""
