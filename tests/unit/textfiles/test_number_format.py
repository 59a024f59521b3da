"""The decimal mark and the thousands marks of a file: shown by its cells, stated, or asked for."""

import io

import numpy as np
import pytest

from grilse.textfiles.cells import parse_numbers
from grilse.textfiles.decoding import TextFileError
from grilse.textfiles.dialect import DETECT, build_dialect
from grilse.textfiles.text_file import TextFile


def read_numbers(*cells, dialect=DETECT, decimal=None):
    """Return the numbers of a file of one column, and the cells that are none."""
    source = io.BytesIO(("name;kg\n" + "".join(f"a;{cell}\n" for cell in cells)).encode())
    file = TextFile("f.csv", source, {"name": "name", "kg": "kg"}, dialect)
    file, numbers = file.open_with_format(source, ["kg"], decimal)
    values, wrong = parse_numbers("number", next(file.iter_blocks()).columns[1], numbers)
    return values.tolist(), wrong


SHOWN = [
    (["1,5", "2"], [1.5, 2]),
    (["1.5", "2"], [1.5, 2]),
    (["1 234,5", "1234,5", "1\u00a0234"], [1234.5, 1234.5, 1234]),
    (["1.234,5", "1.234", "12.345.678"], [1234.5, 1234, 12_345_678]),
    (["1,234.5", "1,234"], [1234.5, 1234]),
    (["1'234.5", "1’234"], [1234.5, 1234]),
    (["1 234,567"], [1234.567]),
    (["0,123", "1,234"], [0.123, 1.234]),
    (["1234.567", "1.234"], [1234.567, 1.234]),
    (["-1,25", "+3", " 4 ", ",5", "6,"], [-1.25, 3, 4, 0.5, 6]),
    (["1,5e3", "1,25E-2"], [1500, 0.0125]),
    (["1.234.567", "2"], [1_234_567, 2]),
    (["12", "1 234"], [12, 1234]),
    (["\u22121,5", "\u22121.234,5", "\u22123"], [-1.5, -1234.5, -3]),
]


@pytest.mark.parametrize(("cells", "values"), SHOWN)
def test_the_numbers_of_a_file_show_its_marks(cells, values):
    assert read_numbers(*cells) == (values, {})
    assert read_numbers(*reversed(cells)) == (values[::-1], {})


@pytest.mark.parametrize("cell", ["1.234", "1,234", "-12.345", "999,999"])
def test_a_number_of_two_readings_is_asked_about(cell):
    with pytest.raises(TextFileError) as refused:
        read_numbers("7", cell, "1 000")

    whole, fraction = cell.replace(".", "").replace(",", ""), cell.replace(",", ".")
    assert str(refused.value) == (
        f"f.csv line 3: kg '{cell}': may be {whole} or {fraction}, and no other number of the file decides it:"
        " state the decimal mark"
    )


@pytest.mark.parametrize(("mark", "value"), [(",", 1234), (".", 1.234)])
def test_a_stated_decimal_mark_decides(mark, value):
    assert read_numbers("1.234", dialect=build_dialect(None, mark)) == ([value], {})


CONTRADICTIONS = [
    ("1.234", "1,5"),
    ("1.5", "1,5"),
    ("1,234", "1.5"),
    ("1.234.567", "1.5"),
    ("1.234,5", "1.5"),
    ("1,234.5", "1,5"),
    ("1.234.567", "1,234,567"),
]


@pytest.mark.parametrize(("first", "second"), CONTRADICTIONS)
def test_numbers_that_contradict_each_other_are_named_with_both_lines(first, second):
    for before, after in ((first, second), (second, first)):
        with pytest.raises(TextFileError) as refused:
            read_numbers("2", before, "3", after)
        assert str(refused.value) == (
            f"f.csv line 5: kg '{after}': contradicts '{before}' (kg, line 3): a file has one decimal mark;"
            " write all numbers one way, or state the decimal mark"
        )


@pytest.mark.parametrize(
    "cell", ["x", "1.2.3", "1,2,3", "1 23", "12 34", "1.23.456", "0.123,4", "--1", "1e", "nan", "½"]
)
def test_what_is_no_number_stays_none(cell):
    values, wrong = read_numbers("1,5", cell)

    assert values[0] == 1.5
    assert np.isnan(values[1])
    assert wrong == {1: "not a number"}


UNITS = ["12 %", "5g", "7,5 °C", "25 kg/m³", "-3‰"]


@pytest.mark.parametrize("cell", UNITS)
def test_a_number_with_its_unit_is_told_from_other_text(cell):
    assert read_numbers("1,5", cell)[1] == {1: "not a number: write it without its unit"}


@pytest.mark.parametrize("cell", ["#N/A", "#I/T", "#REF!", "#div/0!", "#NAVN?"])
def test_an_error_of_a_formula_is_named(cell):
    why = "not a number: it is an error of a spreadsheet's formula: mend it, or leave the cell empty"
    assert read_numbers("1,5", cell)[1] == {1: why}


def test_a_comma_separated_file_has_a_decimal_point_by_default():
    content = b'kg\n1.234\n"1,5"\n'
    source = io.BytesIO(content)
    file, numbers = TextFile("f", source, {"kg": "kg"}).open_with_format(source, ["kg"], ".")
    values, wrong = parse_numbers("number", next(file.iter_blocks()).columns[0], numbers)

    assert values[0] == 1.234
    assert wrong == {1: "not a number: the decimal mark of the file is the point"}
