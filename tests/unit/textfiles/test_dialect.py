"""How a Frictionless descriptor states the format of a file, in its first and second version."""

import pytest

from grilse.textfiles.dialect import DETECT, FileDialect, build_dialect, read_frictionless_dialect


def build_resource(*fields, **properties):
    return {"name": "weights", "schema": {"fields": list(fields)}, **properties}


def test_delimiter_encoding_and_marks_are_followed():
    resource = build_resource(
        {"name": "kg", "type": "number", "decimalChar": ",", "groupChar": "."},
        {"name": "note", "type": "string", "format": "email"},
        {"name": "day", "type": "date", "format": "%d.%m.%Y"},
        encoding="windows-1252",
        dialect={"delimiter": ";", "lineTerminator": "\r\n", "quoteChar": '"', "doubleQuote": True, "header": True},
    )

    assert read_frictionless_dialect(resource, DETECT) == (
        FileDialect(encoding="windows-1252", delimiter=";", decimal=",", group="."),
        [],
    )


def test_options_hold_where_the_descriptor_states_nothing():
    default = build_dialect("cp1252", ",")

    assert read_frictionless_dialect({"name": "weights"}, default) == (default, [])
    stated = build_resource({"name": "kg", "decimalChar": "."}, encoding="utf-8")
    assert read_frictionless_dialect(stated, default)[0] == FileDialect(encoding="utf-8", decimal=".")


def test_options_under_csv_are_those_of_the_dialect():
    assert read_frictionless_dialect(build_resource(dialect={"csv": {"delimiter": ";"}}), DETECT) == (
        FileDialect(delimiter=";"),
        [],
    )
    _, [fault] = read_frictionless_dialect(build_resource(dialect={"csv": {"quoteChar": "'"}}), DETECT)
    assert fault.startswith("dialect.quoteChar")


FAULTS = [
    ({"dialect": {"delimiter": "|"}}, "dialect.delimiter '|' cannot be followed: leave it out or write ','"),
    ({"dialect": {"header": False}}, "dialect.header False cannot be followed: leave it out or write True"),
    ({"dialect": {"header": 1}}, "dialect.header 1 cannot be followed"),
    ({"dialect": {"headerRows": [3]}}, "dialect.headerRows [3] cannot be followed: leave it out or write [1]"),
    ({"dialect": {"commentChar": "#"}}, "dialect.commentChar '#' cannot be followed: leave it out or write None"),
    ({"dialect": {"escapeChar": "\\"}}, "dialect.escapeChar"),
    ({"dialect": {"sheetName": "a"}}, "dialect.sheetName is unknown: there are delimiter, "),
    ({"encoding": 7}, "encoding has to be a text"),
    ({"schema": {"missingValues": ["-99"]}}, "schema.missingValues ['-99'] cannot be followed"),
    ({"compression": "zip"}, "compression cannot be followed: unpack the file"),
]


@pytest.mark.parametrize(("properties", "why"), FAULTS)
def test_a_property_that_is_not_followed_is_refused_by_name(properties, why):
    _, [fault] = read_frictionless_dialect({"name": "weights", **properties}, DETECT)

    assert fault.startswith(why)


FIELD_FAULTS = [
    ([{"name": "a", "decimalChar": ","}, {"name": "b", "decimalChar": "."}], "decimalChar has to be the same in all"),
    ([{"name": "a", "decimalChar": "x"}], "decimalChar has to be the same in all fields that state it, one of ',' '.'"),
    ([{"name": "a", "groupChar": 3}], "groupChar has to be the same"),
    ([{"name": "a", "bareNumber": False}], "bareNumber of a cannot be followed"),
    ([{"name": "a", "type": "date", "format": "%m/%d/%Y"}], "format of a '%m/%d/%Y' cannot be followed"),
    ([{"name": "a", "missingValues": ["x"]}], "missingValues of a cannot be followed"),
]


@pytest.mark.parametrize(("fields", "why"), FIELD_FAULTS)
def test_a_property_of_a_field_that_is_not_followed_is_refused_by_name(fields, why):
    _, [fault] = read_frictionless_dialect(build_resource(*fields), DETECT)

    assert fault.startswith(why)
