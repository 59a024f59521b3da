"""Planner statistics of a database: dumped, scaled, and injected into an empty database."""

import os
import re
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from psycopg import Connection, connect

from grilse.proof import btree
from grilse.proof.servers import ProofError, run_program

BLOCK = 8192
SEGMENT = 1 << 30
"""PostgreSQL splits the file of a table into segments of this many bytes."""
PSQL_COMMANDS = ("\\restrict ", "\\unrestrict ")
SCALED = ("relpages", "reltuples", "relallvisible", "relallfrozen")


@dataclass(frozen=True, kw_only=True, slots=True)
class Statistics:
    """The planner statistics of every relation, as the SQL statements that restore them."""

    restoring: str

    def scale_rows(self, factor: int, fixed_relations: Collection[str] = ()) -> "Statistics":
        """Return the statistics of a database with many times the rows and the same value frequencies.

        Fixed relations, by `schema.name`, keep their size.
        """
        if factor == 1:
            return self
        grown = (_scale_statement(statement, factor, fixed_relations) for statement in STATEMENTS.split(self.restoring))
        return Statistics(restoring="".join(grown))

    def remove_columns(self, columns: frozenset[str]) -> "Statistics":
        """Return the statistics without those of some columns, named `table.column`."""
        statements = STATEMENTS.split(self.restoring)
        remaining = (statement for statement in statements if _parse_target(statement).partition(".")[2] not in columns)
        return Statistics(restoring="".join(remaining))

    def select_relations(self, known: Collection[str]) -> str:
        """Return the SQL that restores statistics of relations and columns that still exist."""
        statements = STATEMENTS.split(self.restoring)
        return "".join(
            statement for statement in statements if not (target := _parse_target(statement)) or target in known
        )

    @property
    def relation_pages(self) -> dict[str, int]:
        """Number of blocks of each table and index, by `schema.name`."""
        return {
            f"{match['schema']}.{match['name']}": int(match["pages"]) for match in RELATION.finditer(self.restoring)
        }


def dump_statistics(url: str, programs: Path) -> Statistics:
    """Dump the statistics of a database, which is only read."""
    written = run_program(programs, "pg_dump", url, "--statistics-only")
    # Lines that only psql understands.
    lines = [line for line in written.splitlines(keepends=True) if not line.startswith(PSQL_COMMANDS)]
    return Statistics(restoring="".join(lines))


def read_fixed_relations(url: str) -> Collection[str]:
    """Return the relations that do not grow with a company: tables of one block, such as lookup tables."""
    with connect(url) as source:
        return frozenset(name for (name,) in source.execute(FIXED_RELATIONS))


def inject_statistics(connection: Connection[Any], statistics: Statistics, data: Path) -> None:
    """Make an empty database plan with these statistics.

    The planner reads the sizes of files and the heights of indexes, so the files are extended without content.
    The server must not have read the indexes yet: the database must be a fresh copy.
    """
    known = {name for (name,) in connection.execute(KNOWN)}
    connection.execute(statistics.select_relations(known).encode())
    connection.execute("RESET ALL")
    files = connection.execute(FILES).fetchall()
    connection.commit()
    pages = statistics.relation_pages
    for name, path, widths in files:
        if name in pages:
            if widths is not None:
                btree.write_empty_tree(data / path, btree.compute_tree_height(pages[name], widths))
            extend_relation(data / path, pages[name])


def extend_relation(path: Path, pages: int) -> None:
    """Extend the files of a relation to so many blocks; they are sparse and take no disk space."""
    size = pages * BLOCK
    for piece in range(-(-size // SEGMENT)):
        part = path if piece == 0 else path.with_name(f"{path.name}.{piece}")
        part_size = min(SEGMENT, size - piece * SEGMENT)
        if part.exists() and part.stat().st_size >= part_size:
            continue
        _extend_file(part, part_size, path)


def _extend_file(part: Path, size: int, first: Path) -> None:
    with part.open("ab") as file:
        try:
            os.truncate(file.fileno(), size)
        except OSError as error:
            raise ProofError(
                f"{part} cannot be made {size:,} bytes long ({error.strerror}):"
                " the temporary folder's file system has to take sparse files; set TMPDIR to another"
            ) from error
        owner = first.stat()
        if os.geteuid() == 0:
            os.fchown(file.fileno(), owner.st_uid, owner.st_gid)
        os.fchmod(file.fileno(), owner.st_mode & 0o777)


def _scale_statement(statement: str, factor: int, fixed_relations: Collection[str]) -> str:
    match = RELATION.search(statement)
    if match is None or f"{match['schema']}.{match['name']}" in fixed_relations:
        return statement
    return SIZE.sub(lambda size: f"{size[1]}{float(size[2]) * factor:.0f}{size[3]}", statement)


def _parse_target(statement: str) -> str:
    """Return the target of a statement: `schema.relation` or `schema.relation.column`."""
    match = TARGET.search(statement)
    return ".".join(part for part in match.groups() if part) if match else ""


# A reltuples of -1, never analysed, is not scaled.
SIZE = re.compile(rf"(^\t'(?:{'|'.join(SCALED)})', ')(\d[.e+\d]*)('::(?:integer|real))", re.M)
RELATION = re.compile(
    r"pg_restore_relation_stats\(\s*'version', [^\n]*\n\t'schemaname', '(?P<schema>[^\n]*)',\n"
    r"\t'relname', '(?P<name>[^\n]*)',\n\t'relpages', '(?P<pages>\d+)'"
)
STATEMENTS = re.compile(r"(?=^SELECT \* FROM pg_catalog\.)", re.M)
TARGET = re.compile(
    r"pg_restore_\w+_stats\(\s*'version', [^\n]*\n\t'schemaname', '([^\n]*)',\n\t'relname', '([^\n]*)',"
    r"(?:\n\t'attname', '([^\n]*)',)?"
)
KNOWN = """
SELECT concat_ws('.', n.nspname, c.relname, a.attname)
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN LATERAL (SELECT attname FROM pg_attribute WHERE attrelid = c.oid AND NOT attisdropped
                      UNION ALL SELECT NULL) AS a ON true
 WHERE n.nspname NOT IN ('pg_catalog', 'pg_toast')
"""
FILES = """
SELECT n.nspname || '.' || c.relname, pg_relation_filepath(c.oid),
       CASE WHEN m.amname = 'btree' THEN
           (SELECT coalesce(array_agg(coalesce(s.stawidth, 8)), '{}')
              FROM pg_index i CROSS JOIN unnest(i.indkey::int[]) AS k (attribute)
              LEFT JOIN pg_statistic s ON s.starelid = i.indrelid AND s.staattnum = k.attribute
             WHERE i.indexrelid = c.oid)
       END
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace LEFT JOIN pg_am m ON m.oid = c.relam
 WHERE c.relkind IN ('r', 'i', 'm') AND c.relpersistence = 'p'
   AND n.nspname NOT IN ('pg_catalog', 'pg_toast', 'information_schema')
"""
FIXED_RELATIONS = """
SELECT n.nspname || '.' || c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN pg_index i ON i.indexrelid = c.oid
  JOIN pg_class t ON t.oid = coalesce(i.indrelid, c.oid)
 WHERE c.relkind IN ('r', 'i', 'm') AND t.relpages <= 1 AND n.nspname NOT IN ('pg_catalog', 'pg_toast')
"""
