"""The decimal mark and the thousands marks of a file: one decision for all its numbers."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from grilse.line_texts import BLANKS, ERROR_CELL, ERROR_REMEDY
from grilse.textfiles.decoding import TextFileError
from grilse.textfiles.dialect import DECIMALS

SPACES = " \u00a0\u2009\u202f'’"
"""Marks that are never decimal: spaces and apostrophes."""
NAMES = {",": "comma", ".": "point"}
MINUS = "\u2212"
"""The minus of typography, which some programs write in the formats of the Nordic countries."""
SIGN = f"[+{MINUS}-]?"
MEASURE = re.compile(
    rf"{SIGN}[0-9][0-9.,\u2019' \u00a0\u2009\u202f]*(?:%|\u2030|\u00b0|(?![eExX])[^\W\d_])[\w/%\u00b0\u00b2\u00b3]*"
)
EXPONENT = r"(?:[eE][+-]?[0-9]{1,3})?"
NOT_A_NUMBER, NOT_WHOLE = "not a number", "not a whole number"
PLAIN_COMMAS = re.compile(r"[0-9eE+,\n-]*")


@dataclass(frozen=True, slots=True)
class NumberFormat:
    """How numbers of a file are written."""

    decimal: str = "."
    groups: str = SPACES
    pattern: re.Pattern[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        group = f"[{re.escape(self.groups)}]"
        # A group of zeros in front, or an exponent, is how decimals are written.
        grouped = rf"[1-9][0-9]{{0,2}}(?P<group>{group})[0-9]{{3}}(?:(?P=group)[0-9]{{3}})*"
        mark = re.escape(self.decimal)
        pattern = rf"{SIGN}(?:{grouped}(?:{mark}[0-9]*)?|(?:[0-9]+(?:{mark}[0-9]*)?|{mark}[0-9]+){EXPONENT})"
        object.__setattr__(self, "pattern", re.compile(pattern))

    def normalize(self, cells: Sequence[str]) -> tuple[Sequence[str], dict[int, str]]:
        """Return numbers with a decimal point and without thousands marks, and the cells that are no numbers."""
        if self.decimal == ",":
            joined = "\n".join(cells)
            if PLAIN_COMMAS.fullmatch(joined) and joined.count("\n") == len(cells) - 1:
                return joined.replace(",", ".").split("\n"), {}
        known = {cell: self.normalize_cell(cell) for cell in set(cells)}
        wrong = {row: self.describe_fault(cell) for row, cell in enumerate(cells) if known[cell] is None}
        return [known[cell] or "" for cell in cells], wrong

    def normalize_cell(self, cell: str) -> str | None:
        """Return a number as Python writes it, empty for a blank, None for what is no number."""
        text = cell.strip(BLANKS)
        if not text:
            return ""
        match = self.pattern.fullmatch(text)
        if match is None:
            return None
        plain = text.replace(match["group"], "") if match["group"] else text
        return plain.replace(self.decimal, ".").replace(MINUS, "-")

    def describe_fault(self, cell: str) -> str:
        """Return why a cell is no number in this format."""
        other = NumberFormat(DECIMALS[self.decimal], SPACES + self.decimal)
        if other.normalize_cell(cell) and other.decimal in cell:
            return f"{NOT_A_NUMBER}: the decimal mark of the file is the {NAMES[self.decimal]}"
        if ERROR_CELL.fullmatch(cell):
            return f"{NOT_A_NUMBER}: it {ERROR_REMEDY}"
        return f"{NOT_A_NUMBER}: write it without its unit" if MEASURE.fullmatch(cell) else NOT_A_NUMBER


POINT = NumberFormat()


def build_number_format(decimal: str, group: str = "") -> NumberFormat:
    """Return the format of a stated decimal mark; a mark has one meaning."""
    return NumberFormat(decimal, SPACES + group.replace(decimal, ""))


def _build_patterns(mark: str) -> dict[str, re.Pattern[str]]:
    """Return what shows the meaning of a mark, for cells that are joined by line breaks."""
    own, other = re.escape(mark), re.escape(DECIMALS[mark])
    before, after = rf"^[{BLANKS}]*{SIGN}", rf"[{BLANKS}]*$"
    first = r"[1-9][0-9]{0,2}"
    spaced = rf"{first}([{SPACES}{other}])[0-9]{{3}}(?:\1[0-9]{{3}})*{own}[0-9]*"
    single = rf"(?:[0-9]+{own}[0-9]*|{own}[0-9]+){EXPONENT}"
    unclear = rf"{first}{own}[0-9]{{3}}"
    grouped = rf"{first}(?:{own}[0-9]{{3}}){{2,}}(?:{other}[0-9]*)?|{first}{own}[0-9]{{3}}{other}[0-9]*"
    return {
        "decimal": re.compile(rf"{before}(?:(?!{unclear}{after})(?:{single}|{spaced})){after}", re.MULTILINE),
        "group": re.compile(rf"{before}(?:{grouped}){after}", re.MULTILINE),
        "unclear": re.compile(rf"{before}{unclear}{after}", re.MULTILINE),
    }


PATTERNS = {mark: _build_patterns(mark) for mark in DECIMALS}


GROUP_HINTS = {mark: re.compile(rf"{re.escape(mark)}[0-9]{{3}}[.,]") for mark in DECIMALS}


@dataclass(frozen=True, slots=True)
class Place:
    """A cell of a file."""

    line: int
    column: str
    cell: str


@dataclass(slots=True)
class NumberMarks:
    """The first cell that shows each meaning of each mark: decimal, thousands, or one of the two."""

    name: str
    places: dict[tuple[str, str], Place] = field(default_factory=dict)

    def add_cells(self, column: str, cells: Sequence[str], lines: Iterable[int]) -> None:
        """Look at the cells of a column of numbers."""
        joined = "\n".join(cells)
        for mark in DECIMALS:
            if mark in joined:
                for meaning in self._list_open_meanings(mark, joined):
                    if match := PATTERNS[mark][meaning].search(joined):
                        self._add_place(mark, meaning, column, match[0].strip(BLANKS), cells, lines)

    def _list_open_meanings(self, mark: str, joined: str) -> list[str]:
        """Return the meanings of a mark that are not shown yet, and that the cells may show."""
        is_known = (mark, "decimal") in self.places or (mark, "group") in self.places
        meanings = ["decimal"] if is_known else ["decimal", "unclear"]
        # Most files have no thousands marks, and one letter is found faster than a pattern.
        meanings += ["group"] if GROUP_HINTS[mark].search(joined) else []
        return [meaning for meaning in meanings if (mark, meaning) not in self.places]

    def _add_place(
        self, mark: str, meaning: str, column: str, text: str, cells: Sequence[str], lines: Iterable[int]
    ) -> None:
        """Store the place of a cell; a line of a cell with line breaks is none."""
        first = next(
            ((line, cell) for line, cell in zip(lines, cells, strict=True) if cell.strip(BLANKS) == text), None
        )
        if first:
            self.places[mark, meaning] = Place(int(first[0]), column, text)

    def decide(self) -> NumberFormat:
        """Return the format that the cells show; refuse cells that contradict each other or that are unclear."""
        decimals = [mark for mark in DECIMALS if (mark, "decimal") in self.places]
        groups = [mark for mark in DECIMALS if (mark, "group") in self.places]
        if len(decimals) > 1:
            self._refuse_contradiction(self.places[".", "decimal"], self.places[",", "decimal"])
        for mark in groups:
            if mark in decimals:
                self._refuse_contradiction(self.places[mark, "decimal"], self.places[mark, "group"])
        if len(groups) > 1:
            self._refuse_contradiction(self.places[".", "group"], self.places[",", "group"])
        for mark in DECIMALS:
            unclear = self.places.get((mark, "unclear"))
            if unclear and mark not in decimals and mark not in groups:
                self._refuse_unclear(unclear, mark)
        decimal = decimals[0] if decimals else DECIMALS[groups[0]] if groups else "."
        return NumberFormat(decimal, SPACES + "".join(groups))

    def _refuse_contradiction(self, first: Place, second: Place) -> None:
        first, second = sorted((first, second), key=lambda place: place.line)
        why = (
            f"contradicts '{first.cell}' ({first.column}, line {first.line}): a file has one decimal mark;"
            f" {REMEDY} or state the decimal mark"
        )
        raise TextFileError(self.name, why, line=second.line, column=second.column, value=second.cell)

    def _refuse_unclear(self, unclear: Place, mark: str) -> None:
        """Refuse a number that has two readings."""
        shown = next(
            (self.places[key] for key in self.places if key[0] == DECIMALS[mark] and key[1] != "unclear"), None
        )
        if shown:
            self._refuse_contradiction(shown, unclear)
        whole, fraction = unclear.cell.replace(mark, ""), unclear.cell.replace(mark, ".")
        why = f"may be {whole} or {fraction}, and no other number of the file decides it: state the decimal mark"
        raise TextFileError(self.name, why, line=unclear.line, column=unclear.column, value=unclear.cell)


REMEDY = "write all numbers one way,"
