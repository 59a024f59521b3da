"""Reads YAML row by row, and collects the problems of a file by line."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from math import isfinite, nan
from pathlib import Path

import yaml

from grilse.errors import GrilseError

MAX_SHOWN = 20  # problems printed; all are counted
MAX_DEPTH = 20
"""Lists and mappings within each other; the parser in C has no limit of its own, and ends the process."""
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
LineProblem = tuple[int, str]  # line, 0 if the problem belongs to none, and message


class RowError(Exception):
    """A row of a file is invalid; the error has its line."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line


class ProblemReport:
    """The problems found in one file."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[LineProblem] = []

    def add(self, line: int, message: str) -> None:
        """Add a problem."""
        self.problems.append((line, message))

    @contextmanager
    def collect_row_error(self) -> Iterator[None]:
        """Add the error of one row and continue with the next."""
        try:
            yield
        except RowError as error:
            self.add(error.line, str(error))

    def raise_if_any(self) -> None:
        """Raise an error that lists the problems, if there are any."""
        if self.problems:
            raise GrilseError(self.format_text())

    def format_text(self) -> str:
        """Return the first problems, one a line with file and line, and the number of all."""
        problems = sorted(set(self.problems))
        lines = [f"{self.file}{format_line_suffix(line)}: {message}" for line, message in problems[:MAX_SHOWN]]
        if len(problems) > MAX_SHOWN:
            count = len(problems)
            lines.append(f"{self.file}: {count} problems in all, {count - MAX_SHOWN} more than shown")
        return "\n".join(lines)


def format_line_suffix(line: int) -> str:
    """Return the line number as text that follows a file name."""
    return f", line {line}" if line else ""


class YamlRow:
    """One mapping of a file, whose values are read by key and type."""

    def __init__(self, node: yaml.Node | None, what: str, line: int = 1) -> None:
        self.what = what
        self.line = node.start_mark.line + 1 if node else line
        if not isinstance(node, yaml.MappingNode):
            raise RowError(self.line, f"{what} must be a mapping of keys and values")
        self.nodes: dict[str, yaml.Node] = {}
        for key, value in node.value:
            if key.value in self.nodes:
                raise RowError(key.start_mark.line + 1, f"{what} has the key {key.value!r} twice")
            self.nodes[str(key.value)] = value

    def refuse_unknown_keys(self, *keys: str) -> None:
        """Refuse every key that is not listed."""
        for key, node in self.nodes.items():
            if key not in keys:
                raise RowError(_get_line(node), f"{self.what} has an unknown key {key!r}, not {', '.join(keys)}")

    def has_value(self, key: str) -> bool:
        """Return whether the key has a value."""
        node = self.nodes.get(key)
        return node is not None and node.tag != "tag:yaml.org,2002:null"

    def get_node(self, key: str) -> yaml.Node:
        """Return the YAML node of a value."""
        if not self.has_value(key):
            line = _get_line(self.nodes[key]) if key in self.nodes else self.line
            raise RowError(line, f"{self.what} lacks {key!r}")
        return self.nodes[key]

    def find_line(self, key: str) -> int:
        """Return the line of a value, or of the row if it lacks the key."""
        return _get_line(self.nodes[key]) if key in self.nodes else self.line

    def read_string(self, key: str) -> str:
        """Return a text that is not empty."""
        return read_scalar(self.get_node(key), f"{key!r} of {self.what}")

    def read_integer(self, key: str, least: int, most: int) -> int:
        """Return a whole number within limits."""
        return int(self._read_limited(key, int, "a whole number", least, most))

    def read_number(self, key: str, least: float, most: float) -> float:
        """Return a number within limits."""
        return self._read_limited(key, float, "a number", least, most)

    def read_date(self, key: str) -> date:
        """Return a date written as 2025-12-31."""
        text = self.read_string(key)
        try:
            return date.fromisoformat(text)
        except ValueError:
            raise self._build_error(key, f"is {text!r}; a date looks like 2025-12-31") from None

    def read_mapping(self, key: str) -> "YamlRow":
        """Return a mapping inside this one."""
        return YamlRow(self.get_node(key), f"{key!r} of {self.what}")

    def read_items(self, key: str) -> list[yaml.Node]:
        """Return the entries of a list."""
        return read_entries(self.get_node(key), f"{key!r} of {self.what}")

    def read_numbers(self, key: str, count: int) -> list[float]:
        """Return a list of `count` numbers."""
        return read_number_list(self.get_node(key), f"{key!r} of {self.what}", count)

    def _read_limited(self, key: str, kind: type[int] | type[float], name: str, least: float, most: float) -> float:
        text = self.read_string(key)
        try:
            value = kind(text.replace("_", ""))
        except ValueError:
            value = nan
        if not isfinite(value):
            raise self._build_error(key, f"is {text!r}; {name} is needed")
        if not least <= value <= most:
            raise self._build_error(key, f"is {value:,.10g}; it must lie between {least:,.10g} and {most:,.10g}")
        return value

    def _build_error(self, key: str, message: str) -> RowError:
        return RowError(self.find_line(key), f"{key!r} of {self.what} {message}")


def read_scalar(node: yaml.Node, what: str) -> str:
    """Return the text of a single value."""
    if not isinstance(node, yaml.ScalarNode) or not node.value.strip():
        raise RowError(_get_line(node), f"{what} must be a single value")
    return str(node.value).strip()


def read_entries(node: yaml.Node, what: str) -> list[yaml.Node]:
    """Return the entries of a list."""
    if not isinstance(node, yaml.SequenceNode):
        raise RowError(_get_line(node), f"{what} must be a list")
    return list(node.value)


def read_number_list(node: yaml.Node, what: str, count: int) -> list[float]:
    """Return a list of `count` finite numbers."""
    texts = [read_scalar(item, what) for item in read_entries(node, what)]
    try:
        values = [float(text) for text in texts]
    except ValueError:
        raise RowError(_get_line(node), f"{what} must hold numbers, not {', '.join(texts)}") from None
    if len(values) != count or not all(isfinite(value) for value in values):
        raise RowError(_get_line(node), f"{what} must hold {count} numbers")
    return values


def read_file_text(path: Path) -> str:
    """Return the text of a file."""
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise GrilseError(f"{path}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise GrilseError(f"{path}: is not UTF-8 text (byte {error.start})") from error


def compose_document(text: str, file: str) -> yaml.Node:
    """Return the nodes of a YAML text, with their lines."""
    try:
        _refuse_deep_nesting(text, file)
        node = yaml.compose(text, Loader=LOADER)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = format_line_suffix(mark.line + 1) if mark else ""
        raise GrilseError(f"{file}{where}: is not valid YAML: {error.problem or error.context}") from error
    except yaml.YAMLError as error:
        raise GrilseError(f"{file}: is not valid YAML: {str(error).splitlines()[0]}") from error
    if node is None:
        raise GrilseError(f"{file}: is empty")
    return node


def _refuse_deep_nesting(text: str, file: str) -> None:
    depth = 0
    for event in yaml.parse(text, Loader=LOADER):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > MAX_DEPTH:
            where = format_line_suffix(event.start_mark.line + 1) if event.start_mark else ""
            raise GrilseError(
                f"{file}{where}: has lists or mappings within more than {MAX_DEPTH} others: write it flat"
            )


def _get_line(node: yaml.Node) -> int:
    return int(node.start_mark.line) + 1
