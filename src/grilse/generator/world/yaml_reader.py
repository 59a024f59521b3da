"""YAML read row by row, so that whatever is wrong is named by file and line."""

from datetime import date
from math import isfinite
from pathlib import Path

import yaml

from grilse.errors import GrilseError
from grilse.generator.world.problems import RowError, format_line_suffix

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class YamlRow:
    """One mapping of the file; every value is asked for by key and kind."""

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
        """Refuse every other key."""
        for key, node in self.nodes.items():
            if key not in keys:
                raise RowError(_get_line(node), f"{self.what} has an unknown key {key!r}, not {', '.join(keys)}")

    def has_value(self, key: str) -> bool:
        """Whether the key is there with a value."""
        node = self.nodes.get(key)
        return node is not None and node.tag != "tag:yaml.org,2002:null"

    def get_node(self, key: str) -> yaml.Node:
        """The value as it stands."""
        if not self.has_value(key):
            line = _get_line(self.nodes[key]) if key in self.nodes else self.line
            raise RowError(line, f"{self.what} lacks {key!r}")
        return self.nodes[key]

    def find_line(self, key: str) -> int:
        """Line of a value, else of the row."""
        return _get_line(self.nodes[key]) if key in self.nodes else self.line

    def read_string(self, key: str) -> str:
        """A text that is not empty."""
        return read_scalar(self.get_node(key), f"{key!r} of {self.what}")

    def read_integer(self, key: str, least: int, most: int) -> int:
        """A whole number within limits."""
        value = self._convert_value(key, int, "a whole number")
        return int(self._check_limits(key, value, least, most))

    def read_number(self, key: str, least: float, most: float) -> float:
        """A number within limits."""
        value = self._convert_value(key, float, "a number")
        return self._check_limits(key, value, least, most)

    def read_date(self, key: str) -> date:
        """A date written as 2025-12-31."""
        text = self.read_string(key)
        try:
            return date.fromisoformat(text)
        except ValueError:
            raise self._build_error(key, f"is {text!r}; a date looks like 2025-12-31") from None

    def read_mapping(self, key: str) -> "YamlRow":
        """A mapping inside this one."""
        return YamlRow(self.get_node(key), f"{key!r} of {self.what}")

    def read_items(self, key: str) -> list[yaml.Node]:
        """The entries of a list."""
        return read_entries(self.get_node(key), f"{key!r} of {self.what}")

    def read_numbers(self, key: str, count: int) -> list[float]:
        """A list of so many numbers."""
        return read_number_list(self.get_node(key), f"{key!r} of {self.what}", count)

    def _convert_value(self, key: str, kind: type[int] | type[float], name: str) -> float:
        text = self.read_string(key)
        try:
            value = kind(text.replace("_", ""))
        except ValueError:
            raise self._build_error(key, f"is {text!r}; {name} is needed") from None
        if not isfinite(value):
            raise self._build_error(key, f"is {text!r}; {name} is needed")
        return value

    def _check_limits(self, key: str, value: float, least: float, most: float) -> float:
        if not least <= value <= most:
            raise self._build_error(key, f"is {value:,.10g}; it must lie between {least:,.10g} and {most:,.10g}")
        return value

    def _build_error(self, key: str, message: str) -> RowError:
        return RowError(self.find_line(key), f"{key!r} of {self.what} {message}")


def read_scalar(node: yaml.Node, what: str) -> str:
    """The text of a single value."""
    if not isinstance(node, yaml.ScalarNode) or not node.value.strip():
        raise RowError(_get_line(node), f"{what} must be a single value")
    return str(node.value).strip()


def read_entries(node: yaml.Node, what: str) -> list[yaml.Node]:
    """The entries of a list."""
    if not isinstance(node, yaml.SequenceNode):
        raise RowError(_get_line(node), f"{what} must be a list")
    return list(node.value)


def read_number_list(node: yaml.Node, what: str, count: int) -> list[float]:
    """A list of so many finite numbers."""
    texts = [read_scalar(item, what) for item in read_entries(node, what)]
    try:
        values = [float(text) for text in texts]
    except ValueError:
        raise RowError(_get_line(node), f"{what} must hold numbers, not {', '.join(texts)}") from None
    if len(values) != count or not all(isfinite(value) for value in values):
        raise RowError(_get_line(node), f"{what} must hold {count} numbers")
    return values


def read_file_text(path: Path) -> str:
    """The text of a file, or a clear error."""
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise GrilseError(f"{path}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise GrilseError(f"{path}: is not UTF-8 text (byte {error.start})") from error


def compose_document(text: str, file: str) -> yaml.Node:
    """The nodes of a YAML text, with their lines."""
    try:
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


def _get_line(node: yaml.Node) -> int:
    return int(node.start_mark.line) + 1
