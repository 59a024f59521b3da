"""What files, forms and commands refuse, field by field, before anything reaches the database."""

import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from django.core.exceptions import ValidationError
from tests.official_files import format_biomass_file
from tests.unit.inputs.wrong_values import iter_mistyped, iter_mistyped_texts, iter_out_of_range

from grilse.cli import app
from grilse.cli.input_fields import (
    COMMAND,
    FORMS_BY_PAGE,
    OFFICIAL,
    PACKAGE,
    PAGE,
    READINGS,
    InputField,
    iter_commands,
    list_input_fields,
)
from grilse.cli.inputs import REFUSED, describe_field
from grilse.environment.containers import KnownContainers
from grilse.environment.parsing import csv_lines, json_lines
from grilse.environment.parsing.errors import ReadingError
from grilse.environment.parsing.rows import parse_chunk
from grilse.errors import GrilseError
from grilse.exchange.columns import PackageTable
from grilse.exchange.official import BIOMASS_FILE, LICE_FILE, parse_official_file
from grilse.exchange.problems import PackageRefused, Problems
from grilse.exchange.reader import build_empty_table, read_table
from grilse.exchange.tables import TABLES

PROGRAM = typer.main.get_command(app)
FIELDS = list_input_fields(PROGRAM)
OFFICIAL_TABLES = {table.name: table for table in (LICE_FILE, BIOMASS_FILE)}
COMMANDS = dict(iter_commands(PROGRAM, "grilse"))
CONTAINERS = KnownContainers(ids={"P1": 1}, ambiguous={}, zones={1: "UTC"})
ReadProblems = Callable[[str, list[str], list[list[str]]], list[tuple[str, int]]]


def list_fields(interface: str, place: str) -> list[InputField]:
    """Return the fields of a place."""
    return [field for field in FIELDS if field.interface == interface and place in field.places]


@pytest.fixture
def read_package_problems(tmp_path: Path) -> ReadProblems:
    """Reads rows as the file of a table of a package; the column and the line of each problem."""

    def read_rows(name: str, header: list[str], rows: list[list[str]]) -> list[tuple[str, int]]:
        problems, known = Problems(), {}
        for other, definition in TABLES.items():
            known[other] = build_empty_table(definition, known, problems)
        path = tmp_path / f"{name}.csv"
        path.write_text("".join(",".join(cells) + "\n" for cells in [header, *rows]), encoding="utf-8")
        read_table(TABLES[name], path, known, problems, lambda amount: None)
        return [(problem.column, problem.line) for problem in problems.listed]

    return read_rows


def read_official_problems(name: str, header: list[str], rows: list[list[str]]) -> list[tuple[str, int]]:
    """Read rows as an official file; the column and the line of each problem."""
    text = "".join(";".join(cells) + "\n" for cells in [header, *rows])
    try:
        parse_official_file(text.encode(), "official.csv")
    except PackageRefused as error:
        return [(problem.column, problem.line) for problem in error.problems]
    except GrilseError as error:
        return [("", 0)] if "header and no rows" not in str(error) else []
    return []


def check_table(table: PackageTable, place: str, interface: str, read_problems: ReadProblems) -> None:
    """Send wrong values in every column of a table, and compare the problems with what the table of inputs says."""
    fields, name = list_fields(interface, place), place.removesuffix(".csv")
    header = [field.name for field in fields]
    assert sorted(header) == sorted(column.name for column in table.columns)
    for wrong_texts, answer in ((iter_mistyped_texts, "mistyped"), (iter_out_of_range, "out of range")):
        wrong = {field.name: [f"{value}" for value in wrong_texts(field.values)] for field in fields}
        rows = [
            [wrong[column][turn] if turn < len(wrong[column]) else "" for column in header]
            for turn in range(max(map(len, wrong.values())))
        ]
        refused = read_problems(name, header, rows)
        for field in fields:
            for turn, text in enumerate(wrong[field.name]):
                assert (field.name, turn + 2) in refused, (answer, field.name, text)
            assert not wrong[field.name] or describe_field(field)[answer] == REFUSED, (answer, field.name)
    for field in fields:
        without = [column for column in header if column != field.name]
        assert bool({(field.name, 1), ("", 0)} & set(read_problems(name, without, []))) == field.required, field.name
        assert read_problems(name, [*header, field.name], []), f"{field.name} twice"
    if interface == PACKAGE:
        assert read_problems(name, [*header, "no_such"], []), "an unknown column"


@pytest.mark.parametrize("name", TABLES)
def test_a_package_gets_what_the_table_says(name, read_package_problems):
    check_table(TABLES[name], f"{name}.csv", PACKAGE, read_package_problems)


@pytest.mark.parametrize("name", OFFICIAL_TABLES)
def test_an_official_file_gets_what_the_table_says(name):
    check_table(OFFICIAL_TABLES[name], name, OFFICIAL, read_official_problems)


def read_json_line(text: str) -> list[ReadingError]:
    """Return the errors of a reading."""
    [chunk] = json_lines.iter_chunks(io.BytesIO(text.encode()))
    return parse_chunk(chunk, CONTAINERS).errors


def read_csv(header: str, row: str) -> list[Any]:
    """Return the errors of a file of a reading."""
    try:
        [chunk] = csv_lines.iter_chunks(io.BytesIO(f"{header}\n{row}\n".encode()))
    except GrilseError as error:
        return [error]
    return list(parse_chunk(chunk, CONTAINERS).errors)


READING = {"container": "P1", "at": "2026-05-01T06:00:00Z", "temperature_c": 9.5}


@pytest.mark.parametrize("field", list_fields(READINGS, "CSV"), ids=lambda field: field.name)
def test_a_reading_gets_what_the_table_says(field):
    facts = describe_field(field)
    base = READING if field.name not in ("parameter", "value") else {
        "container": "P1", "at": READING["at"], "parameter": "temperature_c", "value": 9.5,
    }  # fmt: skip
    assert not read_json_line(json.dumps(base))
    for value in (*iter_mistyped(field.values), *iter_out_of_range(field.values)):
        if field.name != "container" or value is True:
            assert read_json_line(json.dumps(base | {field.name: value})), value
    for text in (*iter_mistyped_texts(field.values), *iter_out_of_range(field.values)):
        row = {name: f"{value}" for name, value in (base | {field.name: text}).items()}
        assert read_csv(",".join(row), ",".join(row.values())), text
    without = {name: value for name, value in base.items() if name != field.name}
    assert bool(read_json_line(json.dumps(without))) == (facts["missing"] == REFUSED or field.name == "parameter")
    repeated = json.dumps(base).replace("{", f'{{"{field.name}": null, ', 1).replace(": null", ": 1", 1)
    if field.name in base:
        assert "is there twice" in read_json_line(repeated)[0].detail
        assert read_csv(",".join([*base, field.name]), "1")


def test_an_official_file_is_refused_for_a_column_that_its_format_does_not_have():
    header, row = format_biomass_file("2024;1;JANUAR;3;A;LAKS;2023;1000;5000").splitlines()
    text = f"{header};NYTT\n{row};7\n"

    with pytest.raises(PackageRefused, match="NYTT"):
        parse_official_file(text.encode(), "biomass.csv")


@pytest.mark.parametrize("text", ["inf", "1_000", "-Infinity"])
def test_a_word_that_a_computer_takes_for_a_number_is_none(text):
    assert read_csv("container,at,temperature_c", f"P1,2026-05-01T06:00:00Z,{text}")


@pytest.mark.parametrize("line", ['{"container": "P1", "at": "2026-05-01T06:00:00Z", "temperature_c": 9, "temp": 9}'])
def test_an_unknown_field_of_a_reading_is_refused(line):
    [error] = read_json_line(line)
    assert error.field == "temp"
    assert read_csv("container,at,temp", "P1,2026-05-01T06:00:00Z,9")


@pytest.mark.parametrize("field", [field for field in FIELDS if field.interface == PAGE], ids=lambda field: field.name)
def test_a_form_gets_what_the_table_says(field):
    for place in field.places:
        form = FORMS_BY_PAGE.get(place)
        for text in iter_mistyped_texts(field.values) if form else ():
            form_field = form.base_fields[field.name]
            with pytest.raises(ValidationError):
                form_field.clean(text)


def iter_wrong_options(field: InputField, command: Any) -> Iterator[list[str]]:
    """Yield words of a command that has a wrong value of an option."""
    wrong = [f"{value}" for value in (*iter_mistyped_texts(field.values), *iter_out_of_range(field.values))]
    if field.values.get("type") in ("integer", "number"):
        wrong += ["1_000", " 5 ", "+5", "٥"]
    [option] = [option for option in command.params if option.opts[0] == field.name]
    if field.name.startswith("-"):
        if getattr(option, "is_flag", False):
            yield [field.name, field.name]
            return
        yield from ([field.name, value] for value in wrong)
        if not getattr(option, "multiple", False):
            yield [field.name, "1", field.name, "1"]


@pytest.mark.parametrize(
    ("place", "field"),
    [(place, field) for field in FIELDS if field.interface == COMMAND for place in field.places],
    ids=lambda value: value if isinstance(value, str) else value.name,
)
def test_a_command_gets_what_the_table_says(place, field):
    command = COMMANDS[place]
    for words in (*iter_wrong_options(field, command), *([[]] if field.required else [])):
        with pytest.raises(Exception, match=r".") as refusal:
            command.make_context(place, words)
        assert type(refusal.value).__name__ in ("BadParameter", "MissingParameter", "UsageError"), words


@pytest.mark.parametrize("place", COMMANDS)
def test_a_command_refuses_an_unknown_option(place):
    with pytest.raises(Exception, match="No such option") as refusal:
        COMMANDS[place].make_context(place, ["--no-such"])
    assert type(refusal.value).__name__ == "NoSuchOption"
