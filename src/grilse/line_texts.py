"""Texts of one line: how they are stored, and which cannot be."""

import re
from unicodedata import normalize

BLANKS = " \t\u00a0\u2009\u202f"
"""Spaces around a value, which are no part of it."""
# Control characters, line breaks, a mark within a text, a letter that another program lost, half a character.
UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffd\ud800-\udfff]")
FORMULA_PREFIXES = ("=", "+", "-", "@", "\t", "\r")
"""A spreadsheet runs a text that begins with one of these as a formula."""
ERROR_CELL = re.compile(
    r"#(?:N/A|I/T|REF!|DIV/0!|VALUE!|VERDI!|NAME\?|NAVN\?|NULL!|NUM!|SPILL!|CALC!|FIELD!|BLOCKED!)", re.IGNORECASE
)
ERROR_REMEDY = "is an error of a spreadsheet's formula: mend it, or leave the cell empty"


def normalize_line(text: str) -> str:
    """Return a text of one line as every interface stores it: its letters in Unicode form NFC, no spaces around it."""
    return normalize("NFC", text).strip(BLANKS)


def describe_text_fault(text: str) -> str:
    """Return why a text of one line cannot be stored and shown, empty if it can."""
    if match := UNPRINTABLE.search(text):
        what = "a letter that another program lost" if match[0] == "\ufffd" else "a control character"
        return f"holds {what} (code {ord(match[0])})"
    return ERROR_REMEDY if ERROR_CELL.fullmatch(text) else ""
