"""What a column and a table of the farm package are."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["text", "choice", "integer", "number", "real", "date", "time", "mass", "reference", "stage"]
Presence = Literal["filled", "present", "optional"]


@dataclass(frozen=True, kw_only=True, slots=True)
class PackageColumn:
    """A column: what it says, what it may say, and where the database keeps it."""

    name: str
    kind: Kind
    description: str
    sql: str  # in the names of the table's `source`
    field: str = ""  # the column it is written to; empty: `grilse.exchange.writer` works it out
    presence: Presence = "optional"  # filled: in every row; present: in the header, may be blank
    references: str = ""  # the table that a reference names a row of
    choices: tuple[str, ...] = ()
    max_length: int = 120
    minimum: float | None = None
    exclusive_minimum: float | None = None
    maximum: float | None = None
    default: str = ""  # what a blank stands for
    refuse_future: bool = False  # a date of something that has taken place: never later than tomorrow
    fingerprint_sql: str | None = None  # what the fingerprint takes instead of `sql`; empty: nothing


@dataclass(frozen=True, kw_only=True, slots=True)
class PackageTable:
    """A table: its columns, the ones that no two rows share, and where the database keeps it."""

    name: str
    description: str
    columns: tuple[PackageColumn, ...]
    key: tuple[str, ...]
    source: str  # the FROM of the export, with `WHERE x.company_id`
    database_table: str  # the database table, `app_model`
    fingerprint_source: str = ""  # the FROM of the fingerprint, where it is another
    created_by_reference: bool = False  # a row that only another table names is one
    sort_columns: tuple[str, ...] = ()  # of the rows in an export, where it is not the key's
    columns_by_name: Mapping[str, PackageColumn] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "columns_by_name", {column.name: column for column in self.columns})

    @property
    def required_columns(self) -> tuple[str, ...]:
        """Return the columns that a file of the table has."""
        return tuple(column.name for column in self.columns if column.presence != "optional")

    @property
    def name_column(self) -> str:
        """Return the column that names a row to other tables: the key, where it is a single text."""
        return self.key[0] if len(self.key) == 1 else ""
