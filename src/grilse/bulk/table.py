"""What a table's columns are, in the order they are written."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connections, models

from grilse.bulk.kinds import DJANGO


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name, its kind (one of VARYING or KINDS) and whether it may be null."""

    name: str
    kind: str
    nullable: bool


@dataclass(frozen=True, slots=True)
class Table:
    """A table and its columns."""

    name: str
    columns: tuple[Column, ...]

    @classmethod
    def of(cls, model: type[models.Model]) -> "Table":
        """Return the table of a Django model.

        Raises
        ------
        KeyError
            If a column has a type that is not copied in bulk.
        """
        return cls(model._meta.db_table, tuple(_columns(model)))

    def only(self, names: Iterable[str]) -> "Table":
        """Return the table with only the named columns, in its own order."""
        wanted = set(names)
        unknown = wanted - {column.name for column in self.columns}
        if unknown:
            raise KeyError(f"{self.name} has no column {', '.join(sorted(unknown))}")
        return Table(self.name, tuple(column for column in self.columns if column.name in wanted))


def _columns(model: type[models.Model]) -> Iterable[Column]:
    owner = connections["owner"]
    for field in model._meta.concrete_fields:
        db_type = str(field.db_type(owner)) if field.column else ""
        if not db_type or db_type == "jsonb" or db_type == "None":
            continue
        yield Column(str(field.column), _kind(db_type), field.null)


def _kind(db_type: str) -> str:
    if db_type.startswith(("varchar", "text")):
        return "texts" if db_type.endswith("[]") else "text"
    return DJANGO[db_type.split("(")[0]]
