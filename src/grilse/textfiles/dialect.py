"""How a file is written, where somebody states it: as options, or as a Frictionless descriptor does."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from grilse.errors import GrilseError

DELIMITERS = (",", ";", "\t")
DECIMALS = {".": ",", ",": "."}  # each mark, and the one that then separates thousands


@dataclass(frozen=True, kw_only=True, slots=True)
class FileDialect:
    """What is stated about a file; what is not stated is detected."""

    encoding: str | None = None
    delimiter: str | None = None
    decimal: str | None = None
    group: str = ""
    """The thousands mark beside spaces and apostrophes."""


DETECT = FileDialect()


def build_dialect(encoding: str | None, decimal: str | None) -> FileDialect:
    """Return the dialect of options: a person who states the decimal mark also states the thousands mark."""
    if decimal and decimal not in DECIMALS:
        raise GrilseError(f"the decimal mark is . or ,, not {decimal}", field="decimal")
    return FileDialect(encoding=encoding or None, decimal=decimal or None, group=DECIMALS.get(decimal or "", ""))


# Properties of the CSV dialect (v1) and the table dialect (v2), and the values of each that the reader follows.
FOLLOWED: dict[str, tuple[Any, ...]] = {
    "delimiter": DELIMITERS,
    "lineTerminator": ("\n", "\r\n", "\r"),
    "quoteChar": ('"',),
    "doubleQuote": (True,),
    "escapeChar": (None,),
    "nullSequence": (None, ""),
    "skipInitialSpace": (False,),
    "header": (True,),
    "headerRows": ([1],),
    "headerJoin": (None, " "),
    "commentRows": (None, []),
    "commentChar": (None,),
    "caseSensitiveHeader": (True, False),
}
INFORMATIVE = {"$schema", "csvddfVersion", "title", "description", "name", "type"}
FIELD_FORMATS = {"date": ("default", "any", "%Y-%m-%d", "%d.%m.%Y"), "datetime": ("default", "any")}


def read_frictionless_dialect(resource: Mapping[str, Any], default: FileDialect) -> tuple[FileDialect, list[str]]:
    """Return the dialect that a resource of a descriptor states, and what is stated but cannot be followed."""
    dialect, fields = _merge_csv_options(resource.get("dialect")), _get_fields(resource)
    wrong = [*_iter_dialect_faults(dialect), *_iter_schema_faults(resource, fields)]
    decimals, groups = (
        {field[name] for field in fields if isinstance(field.get(name), str)} for name in ("decimalChar", "groupChar")
    )
    if wrong:
        return default, wrong
    options = dialect if isinstance(dialect, Mapping) else {}
    return (
        FileDialect(
            encoding=resource.get("encoding") or default.encoding,
            delimiter=options.get("delimiter") or default.delimiter,
            decimal=next(iter(decimals), default.decimal),
            group="".join(groups) or (default.group if not decimals else ""),
        ),
        [],
    )


def _merge_csv_options(dialect: Any) -> Any:
    """Return a dialect with the options of CSV that frictionless-py writes under `csv`."""
    if isinstance(dialect, Mapping) and isinstance(options := dialect.get("csv"), Mapping):
        return {**{name: value for name, value in dialect.items() if name != "csv"}, **options}
    return dialect


def _get_fields(resource: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    schema = resource.get("schema")
    fields = schema.get("fields") if isinstance(schema, Mapping) else None
    return [field for field in fields if isinstance(field, Mapping)] if isinstance(fields, list) else []


def _iter_dialect_faults(dialect: Any) -> Iterator[str]:
    if dialect is None:
        return
    if not isinstance(dialect, Mapping):
        yield "dialect has to be an object in the descriptor, not a reference"
        return
    for name, value in dialect.items():
        if name in INFORMATIVE:
            continue
        if name not in FOLLOWED:
            yield f"dialect.{name} is unknown: there are {', '.join(FOLLOWED)}"
        elif not any(value == followed and type(value) is type(followed) for followed in FOLLOWED[name]):
            known = " or ".join(repr(followed) for followed in FOLLOWED[name])
            yield f"dialect.{name} {value!r} cannot be followed: leave it out or write {known}"


def _iter_schema_faults(resource: Mapping[str, Any], fields: list[Mapping[str, Any]]) -> Iterator[str]:
    encoding = resource.get("encoding")
    if encoding is not None and not isinstance(encoding, str):
        yield "encoding has to be a text"
    schema = resource.get("schema")
    missing = schema.get("missingValues", [""]) if isinstance(schema, Mapping) else [""]
    if missing != [""]:
        yield f"schema.missingValues {missing!r} cannot be followed: leave cells without a value empty"
    if resource.get("compression") is not None:
        yield "compression cannot be followed: unpack the file"
    for name in ("decimalChar", "groupChar"):
        marks = {field.get(name) for field in fields if name in field and isinstance(field[name], str | None)}
        allowed = set(DECIMALS) if name == "decimalChar" else {*DECIMALS, " ", "'", "\u00a0", "\u202f", "\u2019"}
        if len(marks) > 1 or not marks <= allowed or any(not isinstance(field.get(name, ""), str) for field in fields):
            known = " ".join(map(repr, sorted(allowed)))
            yield f"{name} has to be the same in all fields that state it, one of {known}"
    for field in fields:
        yield from _iter_field_faults(field)


def _iter_field_faults(field: Mapping[str, Any]) -> Iterator[str]:
    name, kind = field.get("name"), field.get("type")
    if field.get("bareNumber", True) is not True:
        yield f"bareNumber of {name} cannot be followed: write numbers without units"
    formats = FIELD_FORMATS.get(str(kind), ("default",))
    if kind != "string" and field.get("format", "default") not in formats:
        yield f"format of {name} {field['format']!r} cannot be followed: leave it out or write {', '.join(formats)}"
    if field.get("missingValues", [""]) != [""]:
        yield f"missingValues of {name} cannot be followed: leave cells without a value empty"
