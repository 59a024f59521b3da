"""Hold code, messages, pages and docs to the words of the glossary: `python -m lint.prose`.

`docs/reference/ruled-out-words.toml` lists the words that must not stand in text, with what to write instead.
"""

import ast
import io
import re
import sys
import tokenize
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
WORDS = ROOT / "docs" / "reference" / "ruled-out-words.toml"
PAGES = ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "docs/**/*.md", "benchmarks/*.md")
TEMPLATES = "src/grilse/**/*.html"
CODE = "src/grilse/**/*.py"
FENCE = re.compile(r"^(```|~~~).*?^\1", re.MULTILINE | re.DOTALL)
CODE_SPAN = re.compile(r"`[^`\n]*`")
TAG = re.compile(r"{[{%#].*?[}%#]}|<[^>]*>", re.DOTALL)


@dataclass(frozen=True, kw_only=True, slots=True)
class Word:
    """A word that is ruled out, as a pattern, and what to write instead."""

    pattern: re.Pattern[str]
    instead: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Text:
    """A piece of prose and the line of the file that it begins on."""

    path: Path
    line: int
    text: str


def load_words(path: Path = WORDS) -> list[Word]:
    """Return the words that are ruled out."""
    rows = tomllib.loads(path.read_text())["word"]
    return [Word(pattern=re.compile(rf"\b(?:{row['match']})\b", re.IGNORECASE), instead=row["instead"]) for row in rows]


def blank_out(pattern: re.Pattern[str], text: str) -> str:
    """Return a text in which what matches is blank, with its line breaks."""
    return pattern.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), text)


def read_page(path: Path) -> list[Text]:
    """Return the prose of a Markdown page, without its code."""
    return [Text(path=path, line=1, text=blank_out(CODE_SPAN, blank_out(FENCE, path.read_text())))]


def read_template(path: Path) -> list[Text]:
    """Return what a template shows, without its tags."""
    return [Text(path=path, line=1, text=blank_out(TAG, path.read_text()))]


def read_module(path: Path) -> list[Text]:
    """Return the comments, docstrings and messages of a module: strings of several words that are no SQL."""
    source = path.read_text()
    comments = [
        Text(path=path, line=token.start[0], text=token.string)
        for token in tokenize.generate_tokens(io.StringIO(source).readline)
        if token.type == tokenize.COMMENT
    ]
    strings = [
        Text(path=path, line=node.lineno, text=blank_out(CODE_SPAN, node.value))
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and is_prose(node.value)
    ]
    return [*comments, *strings]


def is_prose(text: str) -> bool:
    """Whether a string is a sentence or a part of it: three words or more, and no statement of SQL."""
    return len(text.split()) > 2 and not re.search(r"\b(SELECT|CREATE|ALTER|UPDATE|WHERE|FROM|VALUES)\b", text)


def find_words(texts: Iterable[Text], words: Iterable[Word]) -> Iterator[str]:
    """Yield a line for each ruled-out word: file, line, word, what to write instead."""
    known = list(words)
    for text in texts:
        for word in known:
            for match in word.pattern.finditer(text.text):
                line = text.line + text.text.count("\n", 0, match.start())
                yield f"{text.path.relative_to(ROOT)}:{line}: {match[0]!r}: write {word.instead}"


def read_project() -> Iterator[Text]:
    """Yield the prose of the project: docs, templates, code without migrations."""
    for pattern in PAGES:
        for path in sorted(ROOT.glob(pattern)):
            yield from read_page(path)
    for path in sorted(ROOT.glob(TEMPLATES)):
        yield from read_template(path)
    for path in sorted(ROOT.glob(CODE)):
        if "migrations" not in path.relative_to(ROOT).parts:
            yield from read_module(path)


def main() -> int:
    """Print the ruled-out words; 1 if there is one."""
    lines = list(find_words(read_project(), load_words()))
    sys.stdout.writelines(f"{line}\n" for line in lines)
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main())
