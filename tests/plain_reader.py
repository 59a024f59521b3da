"""A second reader of text files, cell by cell and without speed, that the one of Grilse is compared with."""

import csv
import io
import re
from datetime import date
from itertools import pairwise
from unicodedata import normalize

SPACES = " \u00a0\u2009\u202f"
BLANKS = SPACES + "\t"
GROUPS = SPACES + "'’"
OTHER = {".": ",", ",": "."}
INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\ufeff"))
UNSHOWN = {*map(chr, range(32)), *map(chr, range(127, 160)), "\u2028", "\u2029", "\ufeff", "\ufffd"}
ERRORS = {"#N/A", "#I/T", "#REF!", "#DIV/0!", "#VALUE!", "#NAME?"}


class Refused(Exception):
    """The file as a whole cannot be read."""


def read_plainly(content, titles, numbers, *, encoding=None, decimal=None, comma_default=True):
    """Return the rows of a file: line, and by title the value, or None for a cell that is refused.

    `titles` is the kind of each column; `numbers` are the columns of numbers.
    """
    text = decode(content, encoding)
    delimiter, header, rows = split(text, set(titles))
    for title in header:
        if title not in titles or header.count(title) > 1:
            raise Refused("header")
    cells = [row[header.index(title)] for _, row in rows if row for title in header if title in numbers]
    if decimal:
        marks = decimal, {OTHER[decimal]}
    elif delimiter == "," and comma_default:
        marks = ".", set()
    else:
        marks = decide(cells)
    orders = []
    read = []
    for line, row in rows:
        if row is None:
            read.append((line, None))
            continue
        values = {}
        for title, cell in zip(header, row, strict=True):
            values[title] = read_cell(titles[title], cell, marks, orders)
        read.append((line, values))
    return read


def decode(content, encoding):
    for mark, codec in ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        if content.startswith(mark):
            return decode_strictly(content[len(mark) :], codec)
    text = decode_strictly(content, encoding or "utf-8")
    if encoding in ("cp1252", "latin-1") and not content.isascii():
        try:
            content.decode()
        except UnicodeDecodeError:
            pass
        else:
            raise Refused("it is UTF-8")
    if encoding == "latin-1" and any("\x80" <= letter <= "\x9f" for letter in text):
        raise Refused("C1")
    if encoding in ("cp1252", "latin-1"):
        for first, second in pairwise(content):
            if first in (0xC2, 0xC3) and 0x80 <= second < 0xC0:
                raise Refused("mixed")
    return text


def decode_strictly(content, codec):
    try:
        return content.decode(codec)
    except UnicodeDecodeError:
        raise Refused("encoding") from None


def is_blank(cell):
    return cell.strip(BLANKS) == ""


def split(text, titles):
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    best = None
    for delimiter in ",;\t":
        line = 1
        reader = csv.reader(io.StringIO(text, newline="\n"), delimiter=delimiter)
        try:
            for row in reader:
                if line > 20:
                    break
                known = sum(normalize("NFC", cell.translate(INVISIBLE)).strip() in titles for cell in row)
                rank = (known, -line, len(row))
                if not all(map(is_blank, row)) and (best is None or rank > best[0]):
                    best = (rank, delimiter, row, reader.line_num)
                line = reader.line_num + 1
        except csv.Error:
            pass
    if best is None:
        raise Refused("no header")
    _, delimiter, header, end = best
    header = list(header)
    while is_blank(header[-1]):
        header.pop()
    header = [normalize("NFC", cell.translate(INVISIBLE)).strip() for cell in header]
    return delimiter, header, split_rows(text, delimiter, len(header), end)


def split_rows(text, delimiter, width, end):
    below = "".join(line + "\n" for line in text.split("\n")[end:]).removesuffix("\n")
    if not text.endswith("\n") and below:
        below += "\n"
    rows, line = [], end + 1
    reader = csv.reader(io.StringIO(below, newline="\n"), delimiter=delimiter, strict=True)
    try:
        for row in reader:
            if not all(map(is_blank, row)):
                fits = len(row) >= width and all(map(is_blank, row[width:]))
                rows.append((line, [normalize("NFC", cell.strip(BLANKS)) for cell in row[:width]] if fits else None))
            line = end + reader.line_num + 1
    except csv.Error:
        raise Refused("quotes") from None
    return rows


def read_number(cell, decimal, groups):
    """Return a number whose decimal mark is one and whose thousands marks are among some, None if it is none."""
    text = cell.strip(BLANKS)
    sign = text[:1] if text[:1] in ("+", "-", "\u2212") else ""
    text, used = text[len(sign) :], set()
    exponent = re.search("[eE][+-]?[0-9]{1,3}$", text)
    power = exponent[0] if exponent else ""
    text = text[: len(text) - len(power)]
    if text.count(decimal) > 1:
        return None
    whole, _, fraction = text.partition(decimal)
    for group in [group for group in groups if group in whole]:
        first, *others = whole.split(group)
        if power or not is_digits(first) or len(first) > 3 or first[0] == "0":
            return None
        if any(len(other) != 3 or not is_digits(other) for other in others):
            return None
        used.add(group)
        whole = first + "".join(others)
        break
    if not (is_digits(whole) or not whole) or not (is_digits(fraction) or not fraction) or not whole + fraction:
        return None
    if decimal in text:
        used.add(decimal)
    sign = "-" if sign == "\u2212" else sign
    return float(f"{sign}{whole or '0'}.{fraction or '0'}{power}"), used


def is_digits(text):
    return bool(text) and all("0" <= letter <= "9" for letter in text)


def decide(cells):
    """Return the decimal mark of a file and the marks that separate thousands, beside spaces."""
    decimals, groups, unclear = set(), set(), set()
    for cell in cells:
        readings = {mark: read_number(cell, mark, GROUPS + OTHER[mark]) for mark in OTHER}
        possible = [mark for mark in OTHER if readings[mark] is not None]
        if len(possible) == 2 and readings["."][0] != readings[","][0]:
            unclear |= {mark for mark in OTHER if mark in cell}
        elif len(possible) == 1:
            mark = possible[0]
            decimals |= {mark} & readings[mark][1]
            groups |= {OTHER[mark]} & readings[mark][1]
    if len(decimals) > 1 or len(groups) > 1 or decimals & groups or unclear - decimals - groups:
        raise Refused("marks")
    decimal = next(iter(decimals), None) or (OTHER[next(iter(groups))] if groups else ".")
    return decimal, groups


def read_cell(kind, cell, marks, orders):
    """Return the value of a cell, "" for a blank, None where it is refused."""
    if is_blank(cell):
        return ""
    if kind == "text":
        return None if set(cell) & UNSHOWN or cell.upper() in ERRORS else cell
    if kind == "date":
        return read_date(cell.strip(BLANKS), orders)
    number = read_number(cell, marks[0], GROUPS + "".join(marks[1]))
    if number is None or number[0] in (float("inf"), float("-inf")):
        return None
    if kind == "number":
        return number[0]
    text = cell.strip(BLANKS)
    if marks[0] in text or "e" in text.lower() or text[0] == "+":
        return None
    value = int("".join(letter for letter in text.replace("\u2212", "-") if letter.isdigit() or letter == "-"))
    return value if abs(value) < 10**18 else None


def read_date(cell, orders):
    if match := re.fullmatch(r"([0-9]{4})-([0-9]{2})-([0-9]{2})", cell):
        year, month, day = map(int, match.groups())
    elif match := re.fullmatch(r"([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4})", cell):
        day, month, year = map(int, match.groups())
    else:
        return None
    try:
        value = date(year, month, day)
    except ValueError:
        return None
    orders.append("-" in cell)
    return value if orders[-1] == orders[0] else None
