"""Tables and their columns in the order in which they are written."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connections, models

from grilse.bulk.column_types import DJANGO_TYPES


@dataclass(frozen=True, slots=True)
class TableColumn:
    """A column: its name, its kind (of COLUMN_TYPES or VARIABLE_WIDTH) and whether it may be null."""

    name: str
    kind: str
    nullable: bool


@dataclass(frozen=True, slots=True)
class Table:
    """A table and its columns."""

    name: str
    columns: tuple[TableColumn, ...]

    @classmethod
    def from_model(cls, model: type[models.Model]) -> "Table":
        """Return the table of a Django model; raises KeyError if a column has a type that is not copied in bulk."""
        return cls(model._meta.db_table, tuple(_iter_columns(model)))

    def select_columns(self, names: Iterable[str]) -> "Table":
        """Return the table with only the named columns, in the table's order."""
        selected = set(names)
        unknown = selected - {column.name for column in self.columns}
        if unknown:
            raise KeyError(f"{self.name} has no column {', '.join(sorted(unknown))}")
        return Table(self.name, tuple(column for column in self.columns if column.name in selected))


def _iter_columns(model: type[models.Model]) -> Iterable[TableColumn]:
    owner = connections["owner"]
    for field in model._meta.concrete_fields:
        db_type = str(field.db_type(owner)) if field.column else ""
        if not db_type or db_type == "jsonb" or db_type == "None":
            continue
        yield TableColumn(str(field.column), _find_column_type(db_type), field.null)


def _find_column_type(db_type: str) -> str:
    if db_type.startswith(("varchar", "text")):
        return "texts" if db_type.endswith("[]") else "text"
    return DJANGO_TYPES[db_type.split("(")[0]]
