"""Find code that stands twice, to the letter or in the same shape with other names: `python -m lint.repeats`."""

import io
import keyword
import re
import sys
import tokenize
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
MOST = 11
"""Lines that two places may share."""
FEWEST_SHAPES = 5
"""Different shapes among the lines of a run, below which it is a table of declarations."""
IGNORED = {tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.COMMENT, tokenize.ENDMARKER}
SHAPES = {tokenize.NAME: "name", tokenize.NUMBER: "number", tokenize.STRING: "text"}
# What an array of texts, a data class or a table of numbers holds is data, not code that stands twice.
DATA = re.compile(r"(name|text|number)( [:=|] (name|text|number))*( ,)?|name : [^(]*")
KEYWORDS = frozenset(keyword.kwlist) - {"None", "True", "False"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """A line of code, with names, numbers and texts replaced by their kind."""

    path: Path
    number: int
    shape: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Repeat:
    """Two runs of lines of one shape."""

    first: Line
    second: Line
    length: int

    def __str__(self) -> str:
        return (
            f"{self.first.path}:{self.first.number} and {self.second.path}:{self.second.number}"
            f" share {self.length} lines"
        )


def read_lines(path: Path, root: Path) -> list[Line]:
    """Return the lines of a module that count: no imports, comments, docstrings, brackets alone."""
    tokens: dict[int, list[str]] = defaultdict(list)
    in_import = False
    starts = True
    for token in tokenize.generate_tokens(io.StringIO(path.read_text()).readline):
        if token.type == tokenize.NEWLINE:
            in_import, starts = False, True
        if token.type in IGNORED:
            continue
        if starts:
            in_import = token.string in ("import", "from")
            starts = False
        if not in_import:
            tokens[token.start[0]].append(
                token.string if token.string in KEYWORDS else SHAPES.get(token.type, token.string)
            )
    return [
        Line(path=path.relative_to(root), number=number, shape=" ".join(parts))
        for number, parts in sorted(tokens.items())
        if any(part[0].isalpha() for part in parts) and not DATA.fullmatch(" ".join(parts))
    ]


def find_repeats(files: Iterable[list[Line]], most: int = MOST) -> Iterator[Repeat]:
    """Yield each pair of runs longer than `most` lines, once, with its whole length."""
    length = most + 1
    lines = [line for file in files for line in (*file, None)]
    places: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for start in range(len(lines) - length + 1):
        run = lines[start : start + length]
        # Lines of one shape, as a list of routes or of model fields, are a table.
        if None not in run and len({line.shape for line in run if line}) >= FEWEST_SHAPES:
            places[tuple(line.shape for line in run if line)].append(start)
    pairs = {(a, b) for starts in places.values() for a in starts for b in starts if b - a >= length}
    for a, b in sorted(pairs):
        if (a - 1, b - 1) not in pairs:
            more = 0
            while (a + more + 1, b + more + 1) in pairs:
                more += 1
            first, second = lines[a], lines[b]
            if first and second:
                yield Repeat(first=first, second=second, length=length + more)


def main() -> int:
    """Print the repeats of the package outside migrations; 1 if there is one."""
    source = ROOT / "src"
    paths = [path for path in sorted(source.rglob("*.py")) if "migrations" not in path.relative_to(ROOT).parts]
    repeats = list(find_repeats(read_lines(path, ROOT) for path in paths))
    sys.stdout.writelines(f"{repeat}\n" for repeat in repeats)
    return 1 if repeats else 0


if __name__ == "__main__":
    sys.exit(main())
