"""Values that a field refuses, made from the JSON schema of the values that it accepts."""

from collections.abc import Iterator, Mapping
from typing import Any

Values = Mapping[str, Any]

SAMPLES = {"integer": True, "number": "5", "string": 7, "boolean": 1, "array": 7, "object": 7}
FORMATTED = {"date": 46346, "date-time": 46346.3, "time": 3600, "uuid": 7}


def iter_members(values: Values) -> Iterator[Values]:
    """Yield the types that a field accepts, without null."""
    members = [*values.get("anyOf", ()), *values.get("oneOf", ())]
    for member in members:
        yield from iter_members(member)
    if not members and values.get("type") != "null":
        yield values


def iter_mistyped(values: Values) -> Iterator[Any]:
    """Yield values of another type, as JSON."""
    members = list(iter_members(values))
    types = {member.get("type", "object" if "$ref" in member else "string") for member in members}
    if types == {"integer", "string"}:
        yield from (True, 1.5)
        return
    if types == {"boolean", "array"}:
        yield from (1, "true", [7])
        return
    [kind] = types
    [member, *_] = members
    yield FORMATTED.get(member.get("format", ""), SAMPLES[kind])
    if kind == "integer":
        yield from (1.5, "5")
    if kind in ("integer", "number", "string"):
        yield {"a": 1}
    if "format" in member:
        yield "46346"


def iter_mistyped_texts(values: Values) -> Iterator[str]:
    """Yield texts that are no value of the type; of a text there is none."""
    for member in iter_members(values):
        if member.get("format") in ("date", "date-time", "time"):
            yield from ("46346", "tomorrow")
        elif member.get("type") in ("integer", "number", "boolean"):
            yield "perhaps"


def iter_out_of_range(values: Values) -> Iterator[Any]:
    """Yield values of the right type beyond the limits."""
    for member in iter_members(values):
        if "enum" in member or "const" in member:
            yield "no such word"
            continue
        if "minimum" in member:
            yield member["minimum"] - 1
        if "maximum" in member:
            yield member["maximum"] + (1 if member["type"] == "integer" else member["maximum"] * 0.01 or 1)
        if "exclusiveMinimum" in member:
            yield member["exclusiveMinimum"]
        if "maxLength" in member:
            yield "x" * (member["maxLength"] + 1)
