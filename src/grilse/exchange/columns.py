"""What a column and a table of the farm package are."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["text", "choice", "integer", "number", "real", "date", "time", "mass", "reference", "stage"]
Presence = Literal["filled", "present", "optional"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Column:
    """A column: what it says, what it may say, and where the database keeps it."""

    name: str
    kind: Kind
    about: str
    sql: str  # in the names of the table's `source`
    field: str = ""  # the column it is written to; empty: `grilse.exchange.writing` works it out
    presence: Presence = "optional"  # filled: in every row; present: in the header, may be blank
    to: str = ""  # the table that a reference names a row of
    choices: tuple[str, ...] = ()
    longest: int = 120
    least: float | None = None
    above: float | None = None
    most: float | None = None
    default: str = ""  # what a blank stands for
    happened: bool = False  # a date of something that has taken place: never later than tomorrow
    hashed: str | None = None  # what the fingerprint takes instead of `sql`; empty: nothing


@dataclass(frozen=True, kw_only=True, slots=True)
class PackageTable:
    """A table: its columns, the ones that no two rows share, and where the database keeps it."""

    name: str
    about: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    source: str  # the FROM of the export, with `WHERE x.company_id`
    written: str  # the database table, `app_model`
    hashed_source: str = ""  # the FROM of the fingerprint, where it is another
    implied: bool = False  # a row that only another table names is one
    order: tuple[str, ...] = ()  # of the rows in an export, where it is not the key's
    by_name: Mapping[str, Column] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_name", {column.name: column for column in self.columns})

    @property
    def required(self) -> tuple[str, ...]:
        """Return the columns that a file of the table has."""
        return tuple(column.name for column in self.columns if column.presence != "optional")

    @property
    def named(self) -> str:
        """Return the column that names a row to other tables: the key, where it is a single text."""
        return self.key[0] if len(self.key) == 1 else ""
