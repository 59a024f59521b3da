"""`grilse inputs`: prints every field that can be entered, and what each interface answers to a wrong value."""

import json
from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import TYPE_CHECKING, Annotated, Any

import typer

from grilse.cli.options import Json
from grilse.cli.output import print_result

if TYPE_CHECKING:
    from grilse.cli.input_fields import InputField

app = typer.Typer()

MAX_PLACES, MAX_ID = 3, 2**63 - 1
REFUSED, BLANK = "refused", "not known"
NO_BOUNDS, ANY_TEXT = "no bounds", "any text"
ANSWERS = {
    "API": "422; `errors` has the path of the field",
    "address of the API": "422; `errors` has the name of the parameter",
    "sync of phones": "422; `errors` has the list, the index and the field",
    "farm package": "nothing is imported; the report has file, line, column and value",
    "file of readings": "422, or with `mode=good` the row is left out and reported; `errors` has row, field and value",
    "page": "422; the page says at the form what is wrong",
    "address of a page": "400; the page names the parameter",
    "back office": "the form says what is wrong",
    "official file": "422; the report has line, column and value",
    "command": "exit code 2; one line on standard error",
}
FORMATS = {"date": "day", "date-time": "time", "time": "time of day", "uuid": "UUID", "path": "path"}


@app.command("inputs")
def print_inputs(
    context: typer.Context,
    markdown: Annotated[bool, typer.Option("--markdown", help="Print the page docs/reference/inputs.md.")] = False,
    as_json: Json = False,
) -> None:
    """Print the fields of every interface, and what a wrong value of each gets."""
    from grilse.django_setup import connect_without_database

    connect_without_database()
    from grilse.cli.input_fields import list_input_fields

    listed = list_input_fields(context.find_root().command)
    facts = {"fields": [describe_field(field) for field in listed]}
    print_result(facts, lambda: _format_page(listed) if markdown else _format_lines(listed), as_json)


def describe_field(field: "InputField") -> dict[str, Any]:
    """Return what a field accepts, and what a wrong value gets."""
    accepts = describe_values(field.values)
    return {
        "interface": field.interface,
        "places": list(field.places),
        "field": field.name,
        "accepts": accepts,
        "unknown": REFUSED,
        "missing": REFUSED if field.required else BLANK if field.default in (None, "") else _show(field.default),
        "mistyped": ANY_TEXT if accepts == "text" and has_text_values(field) else REFUSED,
        "doubled": REFUSED,
        "out of range": REFUSED if is_bounded(field.values) else NO_BOUNDS,
    }


def _show(default: Any) -> str:
    return f"`{json.dumps(default, default=lambda value: str(getattr(value, 'value', value)))}`"


def has_text_values(field: "InputField") -> bool:
    """Return whether an interface sends every value as text."""
    return field.interface not in ("API", "sync of phones")


def is_bounded(values: Mapping[str, Any]) -> bool:
    """Return whether some values of the right type are not accepted."""
    bounds = ("minimum", "maximum", "exclusiveMinimum", "maxLength", "maxItems", "enum", "const", "pattern", "format")
    parts = [*values.get("anyOf", ()), *filter(None, [values.get("items")])]
    return any(name in values for name in bounds) or any(is_bounded(part) for part in parts)


def describe_values(values: Mapping[str, Any]) -> str:
    """Return a JSON schema in words."""
    members = [*values.get("anyOf", ()), *values.get("oneOf", ())]
    if members:
        return " or ".join(dict.fromkeys(describe_values(member) for member in members if member != {"type": "null"}))
    if values.get("maximum") == MAX_ID:
        return "id"
    words = [values["const"]] if "const" in values else values.get("enum")
    if words:
        return ", ".join(f"{word}" if word else "nothing" for word in words)
    if values.get("type") == "array":
        return f"list of {describe_values(values.get('items', {}))}"
    if "format" in values:
        return FORMATS[values["format"]]
    kind = {"string": "text", "boolean": "true or false"}.get(values.get("type", ""), values.get("type", "object"))
    return f"{kind}{_describe_bounds(values)}"


def _describe_bounds(values: Mapping[str, Any]) -> str:
    words = {"minimum": "from", "exclusiveMinimum": "above", "maximum": "to", "maxLength": "of at most"}
    bounds = [f" {word} {values[name]:,.12g}" for name, word in words.items() if name in values]
    return "".join(bounds) + (" characters" if "maxLength" in values else "")


def _iter_rows(listed: "list[InputField]") -> Iterator[str]:
    for field in listed:
        facts = describe_field(field)
        places, more = field.places[:MAX_PLACES], len(field.places) - MAX_PLACES
        where = ", ".join(f"`{place}`" for place in places) + (f" and {more} more" if more > 0 else "")
        cells = (f"`{field.name}`", where, *(facts[name] for name in COLUMNS))
        yield f"| {' | '.join(cells)} |"


COLUMNS = ("accepts", "unknown", "missing", "mistyped", "doubled", "out of range")


def _format_page(listed: "list[InputField]") -> str:
    """Return the page docs/reference/inputs.md."""
    parts = [INTRODUCTION]
    heading = (f"| field | where | {' | '.join(COLUMNS)} |", f"|---|---|{'---|' * len(COLUMNS)}")
    for interface, fields in groupby(
        sorted(listed, key=lambda field: [*ANSWERS].index(field.interface)), _get_interface
    ):
        parts += [f"## {interface[0].upper()}{interface[1:]}", "", f"Refused: {ANSWERS[interface]}.", ""]
        parts += [*heading, *_iter_rows(list(fields)), ""]
    return "\n".join(parts).rstrip("\n")


def _format_lines(listed: "list[InputField]") -> str:
    return "\n".join(
        f"{field.interface}: {field.name} ({', '.join(field.places)}): {describe_values(field.values)}"
        for field in listed
    )


def _get_interface(field: "InputField") -> str:
    return field.interface


INTRODUCTION = """\
# Inputs

Every field that people and programs enter, at every interface, and what a value gets that is unknown, missing, of
another type, sent twice or out of range. Nothing is dropped: an unknown name is refused together with the names that
are known. *Not known* stands for null or blank, *any text* and *no bounds* for fields in which nothing can be wrong.
The values here are those that a single field accepts; the rules of the farm, the same at every interface, compare it
with other records. Texts do not become numbers, numbers do not become times, and true is no count.

`grilse inputs --markdown` prints this page from the schemas of the API, the columns of files, the fields of forms and
the options of commands.
"""
