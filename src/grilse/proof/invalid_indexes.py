"""Indexes that an interrupted build left behind: written to at every insert, used by no query."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from psycopg import Connection, errors, sql
from psycopg.rows import class_row


@dataclass(frozen=True, kw_only=True, slots=True)
class InvalidIndex:
    """An index that is INVALID, and that nobody is building just now."""

    schema: str
    name: str
    table: str
    rebuilt: bool
    """Whether it is the unfinished other of an index that REINDEX CONCURRENTLY was to replace."""

    @property
    def qualified_name(self) -> sql.Composed:
        """Its name with the schema, as SQL."""
        return sql.SQL(".").join([sql.Identifier(self.schema), sql.Identifier(self.name)])


def find_invalid_indexes(connection: Connection[Any]) -> list[InvalidIndex]:
    """Return the indexes that are INVALID; one statement."""
    with connection.cursor(row_factory=class_row(InvalidIndex)) as cursor:
        return cursor.execute(INVALID_INDEXES).fetchall()


def rebuild_invalid_indexes(connection: Connection[Any]) -> Iterator[tuple[InvalidIndex, str]]:
    """Build broken indexes anew while others write, and yield each with what became of it.

    The connection commits by itself. One whose rows break its rule stays as it is, and is said to.
    """
    for index in find_invalid_indexes(connection):
        command = sql.SQL("DROP INDEX CONCURRENTLY {}" if index.rebuilt else "REINDEX INDEX CONCURRENTLY {}")
        try:
            connection.execute(command.format(index.qualified_name))
        except (errors.UniqueViolation, errors.ExclusionViolation) as error:
            yield index, f"cannot be built: {error.diag.message_detail or error.diag.message_primary}"
        else:
            yield index, "dropped: the index it was to replace stands" if index.rebuilt else "built anew"


INVALID_INDEXES = r"""
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
