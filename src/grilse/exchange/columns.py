"""The columns and tables of the farm package; most of a column is derived from the field of its model."""

from collections.abc import Iterator, Mapping
from dataclasses import KW_ONLY, dataclass, field, fields, replace
from typing import Any, Literal

from django.db import models
from django.db.models.fields import NOT_PROVIDED

from grilse.environment.models import RealField

Kind = Literal["", "text", "choice", "integer", "number", "real", "date", "time", "mass", "reference", "stage"]
Presence = Literal["", "filled", "present", "optional"]


@dataclass(frozen=True, slots=True)
class PackageColumn:
    """A column of a file: its values and their limits, and the database column that has them.

    Attributes that are not given are derived from the field of the table's model (`complete_column`).
    """

    name: str
    description: str = ""
    _: KW_ONLY
    field: str = ""  # name of the model field and its database column; default: `name`
    joined_model: type[models.Model] | None = None  # model of a field that `source` joins; not written
    kind: Kind = ""
    sql: str = ""  # SQL expression over the aliases of `source`
    presence: Presence = ""  # filled: in every row; present: in the header, may be blank
    references: str = ""  # the table that a reference names a row of
    choices: tuple[str, ...] = ()
    max_length: int = 0
    minimum: float | None = None
    exclusive_minimum: float | None = None
    maximum: float | None = None
    default: str = ""  # what a blank means
    refuse_future: bool = False  # a date of something that has taken place: never later than tomorrow
    fingerprint_sql: str | None = None  # replaces `sql` in the fingerprint; "" leaves the column out


@dataclass(frozen=True, kw_only=True, slots=True)
class PackageTable:
    """A table: its columns, the ones that no two rows share, and the model that holds it."""

    name: str
    description: str
    model: type[models.Model]
    columns: tuple[PackageColumn, ...]
    key: tuple[str, ...]
    source: str = ""  # the FROM of the export, with `WHERE x.company_id`
    fingerprint_source: str = ""  # the FROM of the fingerprint, where it is another
    created_by_reference: bool = False  # a reference from another table is enough to create a row
    sort_columns: tuple[str, ...] = ()  # order of an export, if not by `key`
    site_columns: tuple[str, ...] = ()  # of the key: the sites at which a name is unique; one of them is filled
    is_newer_than_fingerprint: bool = False  # an empty table is no part of the fingerprint
    columns_by_name: Mapping[str, PackageColumn] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        columns = tuple(complete_column(column, column.joined_model or self.model) for column in self.columns)
        object.__setattr__(self, "columns", columns)
        object.__setattr__(self, "columns_by_name", {column.name: column for column in columns})

    @property
    def database_table(self) -> str:
        """Return the name of the database table."""
        return self.model._meta.db_table

    @property
    def required_columns(self) -> tuple[str, ...]:
        """Return the columns that a file of the table has."""
        return tuple(column.name for column in self.columns if column.presence != "optional")

    @property
    def name_column(self) -> str:
        """Return the column that names a row to other tables: the key, without the sites at which it is unique."""
        names = [name for name in self.key if name not in self.site_columns]
        return names[0] if len(names) == 1 else ""


DERIVED_KINDS: tuple[tuple[type[models.Field], Kind], ...] = (
    (models.DateTimeField, "time"),
    (models.DateField, "date"),
    (RealField, "real"),
    (models.FloatField, "number"),
    (models.IntegerField, "integer"),
    (models.CharField, "text"),
)
DEFAULTS = {own.name: own.default for own in fields(PackageColumn)}
LARGEST: dict[type, int] = {models.PositiveSmallIntegerField: 32_767, models.PositiveIntegerField: 2_147_483_647}


def complete_column(column: PackageColumn, model: type[models.Model]) -> PackageColumn:
    """Return a column with its missing attributes derived from the model's field and its CHECK constraints."""
    source = next((own for own in model._meta.concrete_fields if own.name == (column.field or column.name)), None)
    if source is None:  # of the file alone
        return replace(column, field="", presence=column.presence or "optional")
    derived = {"sql": f"x.{source.attname}", **derive_limits(source, column.kind), "kind": derive_kind(column, source)}
    if "choices" in derived and not column.kind:
        derived["kind"] = "choice"
    if column.minimum is not None or column.exclusive_minimum is not None:
        derived = {name: value for name, value in derived.items() if name not in ("minimum", "exclusive_minimum")}
    empty = {name: value for name, value in derived.items() if getattr(column, name) == DEFAULTS[name]}
    return replace(column, **empty, field="" if column.joined_model else source.attname)


def derive_kind(column: PackageColumn, source: models.Field) -> Kind:
    """Return the kind of a field's values."""
    if column.references:
        return "reference"
    return next((kind for type_, kind in DERIVED_KINDS if isinstance(source, type_)), "")


def derive_limits(source: models.Field, kind: Kind) -> dict[str, Any]:
    """Return whether a field must be filled, and what its values may be."""
    has_blank = source.null or source.blank or source.has_default() or source.db_default is not NOT_PROVIDED
    limits: dict[str, Any] = {"presence": "optional" if has_blank else "filled"}
    if isinstance(source, models.CharField):
        limits["max_length"] = source.max_length
    if source.choices:
        limits["choices"] = tuple(value for value, _ in source.choices)
    if type(source) in LARGEST:
        limits |= {"minimum": 0, "maximum": LARGEST[type(source)]}
    for lookup, value in iter_field_conditions(source):
        if lookup == "in":
            limits["choices"] = tuple(value)
        elif lookup == "range":
            limits["minimum"], limits["maximum"] = value
        elif lookup == "gt" and isinstance(source, models.IntegerField) and kind != "mass":
            limits["minimum"] = value + 1
        else:
            limits[{"gt": "exclusive_minimum", "gte": "minimum", "lte": "maximum"}[lookup]] = value
    return limits


def iter_field_conditions(source: models.Field) -> Iterator[tuple[str, Any]]:
    """Yield lookup and value of the CHECK constraints that compare a field, and no other, with constants."""
    for constraint in source.model._meta.constraints:
        if isinstance(constraint, models.CheckConstraint) and isinstance(constraint.condition, models.Q):
            leaves = [(*key.split("__", 1), value) for key, value in iter_leaves(constraint.condition)]
            if {leaf[0] for leaf in leaves} == {source.name} and not any(
                hasattr(leaf[-1], "resolve_expression") for leaf in leaves
            ):
                yield from ((leaf[1], leaf[2]) for leaf in leaves if len(leaf) == 3)


def iter_leaves(condition: models.Q) -> Iterator[tuple[str, Any]]:
    """Yield the comparisons of a condition."""
    for child in condition.children:
        if isinstance(child, models.Q):
            yield from iter_leaves(child)
        elif isinstance(child, tuple):
            yield child
