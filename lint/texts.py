"""Hold the texts of pages to the translations: `python -m lint.texts`, and `--write` to renew the catalogues.

Every text of a template, a module or a script goes through gettext, and every one has a Norwegian translation with the
same values in it. Faroese has the formats of numbers and dates only.
"""

import ast
import io
import re
import sys
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.template.base import Lexer, Token, TokenType
from django.utils.translation.template import templatize

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "grilse"
CATALOGUES = SOURCE / "locale"
RULES = SOURCE / "attention" / "rules.toml"
"""Its titles and units are shown with each finding."""
MODULES = ("**/*.py",)
TEMPLATES = ("web/templates/**/*.html", "web/templates/**/*.txt")
SCRIPTS = ("web/static/grilse/*.js", "web/static/grilse/[a-z]*/*.js")
FETCHED = ("idb", "uplot", "texts", "leaflet")
"""Folders of static files that the build makes."""
NOT_TRANSLATED = ("admin", "migrations")
"""Folders of modules whose texts are in English only."""
TEST_BUILDS = ("components_page.py", "settings/components.html")
"""Pages of test builds only, whose texts are examples."""
SERVER_WORDS = (("growth/states.py", "MEANINGS"), ("web/words.py", "WORDS"))
"""Dictionaries of words that the server sends to scripts in English."""
KEYWORDS = {
    "_": None, "gettext": None, "gettext_lazy": None, "gettext_noop": None, "ngettext": (1, 2), "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2), "pgettext_lazy": ((1, "c"), 2), "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}  # fmt: skip
FORMATS = {"abbrev. month", "abbrev. day", "decimal sign", "day of a year"}
"""Contexts of what languages without texts of their own have too."""
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w+\}")
SHOWN_ATTRIBUTES = {"alt", "aria-label", "aria-description", "aria-roledescription", "placeholder", "title", "label"}
TEXT_ARGUMENTS = {
    "caption", "confirm", "description", "empty", "explanation", "heading", "help_text", "hint", "label", "message",
    "placeholder", "sentence", "title",
}  # fmt: skip
"""Arguments of calls in modules of pages that take a text to show."""
LETTERS = re.compile(r"[^\W\d_]{2,}")
SENTENCE = re.compile(r"[A-Z][a-z]* [a-z]")
"""How a text for a script begins in an attribute."""
ATTRIBUTE = re.compile(r"\s*[\w-]+=\"")
"""How a block of attributes begins."""
NAMES = {"Grilse", "htmx", "CSV", "Excel", "PNG", "kg", "m³"}
"""What is written the same in every language."""


@dataclass(frozen=True, order=True, slots=True)
class Fault:
    """Something to mend, and where."""

    path: str
    line: int
    text: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.text}"


def list_files(patterns: Iterable[str]) -> list[Path]:
    """Return the files of the package that match, without those that the build makes."""
    files = {path for pattern in patterns for path in SOURCE.glob(pattern)}
    skipped = {*FETCHED, *NOT_TRANSLATED}
    return sorted(path for path in files if not skipped & {*path.relative_to(SOURCE).parts})


def name_path(path: Path) -> str:
    """Return the path of a file as reports name it."""
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else path.name


def extract_messages(domain: str) -> Catalog:
    """Return the texts of the pages, or of their scripts."""
    catalogue = Catalog(domain=domain)
    if domain == "djangojs":
        for path in list_files(SCRIPTS):
            add_messages(catalogue, path, "javascript", path.read_text())
        for file, name in SERVER_WORDS:
            for word in read_words(SOURCE / file, name):
                catalogue.add(word, context="word", locations=[(name_path(SOURCE / file), None)])
        return catalogue
    for path in list_files(MODULES):
        add_messages(catalogue, path, "python", path.read_text())
    for path in list_files(TEMPLATES):
        add_messages(catalogue, path, "python", convert_template(path.read_text()))
    for rule in tomllib.loads(RULES.read_text()).values():
        for text in (rule["title"], rule["unit"]):
            catalogue.add(text, locations=[(name_path(RULES), None)])
    return catalogue


def read_words(path: Path, name: str) -> list[str]:
    """Return the words of a dictionary of a module: its keys, or its values where the keys are names."""
    for node in ast.parse(path.read_text()).body:
        target = (
            node.targets[0]
            if isinstance(node, ast.Assign)
            else node.target
            if isinstance(node, ast.AnnAssign)
            else None
        )
        if isinstance(target, ast.Name) and target.id == name and isinstance(node.value, ast.Dict):
            pairs = zip(node.value.keys, node.value.values, strict=True)
            found = [key if isinstance(key, ast.Constant) else value for key, value in pairs]
            return [part.value for part in found if isinstance(part, ast.Constant)]
    raise LookupError(f"{name_path(path)} has no dictionary {name}")


def convert_template(text: str) -> str:
    """Return the texts of a template as calls of Python, each on a line of its own."""
    return "\n".join(line.strip() for line in templatize(text).splitlines())


def add_messages(catalogue: Catalog, path: Path, method: str, text: str) -> None:
    """Add the texts of a file to a catalogue."""
    options = {"parse_template_string": True} if method == "javascript" else {}
    for _line, message, _comments, context in extract(method, io.BytesIO(text.encode()), KEYWORDS, (), options):
        if message:
            catalogue.add(message, context=context, locations=[(name_path(path), None)])


def list_domains() -> tuple[str, str]:
    """Return the names of the catalogues of a language: of pages and of scripts."""
    return "django", "djangojs"


def find_catalogue(language: str, domain: str) -> Path:
    """Return the path of a catalogue."""
    return CATALOGUES / language / "LC_MESSAGES" / f"{domain}.po"


def read_catalogue(language: str, domain: str) -> Catalog:
    """Return a catalogue."""
    path = find_catalogue(language, domain)
    if not path.exists():
        return Catalog(locale=language, domain=domain)
    with path.open("rb") as file:
        return read_po(file, locale=language, domain=domain)


def select_formats(messages: Catalog) -> Catalog:
    """Return the messages that are formats."""
    selected = Catalog(domain=messages.domain)
    for message in messages:
        if message.context in FORMATS:
            selected.add(message.id, context=message.context, locations=message.locations)
    return selected


def list_languages() -> dict[str, bool]:
    """Return the languages that have catalogues, and whether their texts are translated too."""
    return {"nb": True, "fo": False}


def find_needed(domain: str, has_texts: bool) -> Catalog:
    """Return what the catalogue of a language must have."""
    messages = extract_messages(domain)
    return messages if has_texts else select_formats(messages)


def check_catalogues() -> Iterator[Fault]:
    """Find texts that a catalogue does not have, does not translate, or translates with other values."""
    for domain in list_domains():
        for language, has_texts in list_languages().items():
            yield from check_catalogue(
                find_needed(domain, has_texts), read_catalogue(language, domain), find_catalogue(language, domain)
            )


def check_catalogue(needed: Catalog, catalogue: Catalog, path: Path) -> Iterator[Fault]:
    """Find what a catalogue lacks of what it must have, and what it has too much."""
    for message in needed:
        if not message.id:
            continue
        place = message.locations[0][0] if message.locations else ""
        translated = catalogue.get(message.id, context=message.context)
        strings = translated.string if translated and translated.pluralizable else [translated and translated.string]
        if not translated or not all(strings) or translated.fuzzy:
            yield Fault(name_path(path), 0, f"no translation of {message.id!r} in {place}")
        elif not has_same_placeholders(message.id, strings):
            yield Fault(name_path(path), 0, f"other values than in {message.id!r}: {translated.string!r}")
    for message in catalogue:
        if message.id and needed.get(message.id, context=message.context) is None:
            yield Fault(name_path(path), 0, f"no page has the text {message.id!r}")


def has_same_placeholders(text: str | tuple[str, ...], strings: Iterable[str]) -> bool:
    """Tell whether translations have the values of a text; a text of one thing may leave its number out."""
    texts = [text] if isinstance(text, str) else list(text)
    values = [set(PLACEHOLDER.findall(part)) for part in texts]
    return (
        all(set(PLACEHOLDER.findall(string)) in values for string in strings)
        and set(PLACEHOLDER.findall([*strings][-1])) == values[-1]
    )


class ShownTexts(HTMLParser):
    """Collects the texts of a template outside of its tags."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[int, str]] = []
        self.skipped = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.skipped += tag in ("script", "style", "code", "kbd")
        for name, value in attrs:
            is_shown = name in SHOWN_ATTRIBUTES or (name.startswith("data-") and SENTENCE.match(value or ""))
            if is_shown and value and is_text(value):
                self.found.append((self.getpos()[0], value))

    def handle_endtag(self, tag: str) -> None:
        self.skipped -= tag in ("script", "style", "code", "kbd")

    def handle_data(self, data: str) -> None:
        if not self.skipped and is_text(data) and not ATTRIBUTE.match(data):
            self.found.append((self.getpos()[0], data.strip()))


def is_text(text: str) -> bool:
    """Tell whether a text has words that differ between languages."""
    return any(word not in NAMES for word in LETTERS.findall(text))


def check_template(path: Path) -> Iterator[Fault]:
    """Find texts of a template that are not translated."""
    parser = ShownTexts()
    parser.feed("".join(blank_token(token) for token in iterate_outside_translations(path.read_text())))
    parser.close()
    for line, text in parser.found:
        yield Fault(name_path(path), line, f"not translated: {text!r}")
    for token in iterate_outside_translations(path.read_text()):
        for text in find_literals(token):
            yield Fault(name_path(path), token.lineno or 0, f"not translated: {text!r}")


def iterate_outside_translations(source: str) -> Iterator[Token]:
    """Yield the tokens of a template that are in no block of a translation or comment."""
    inside = ""
    for token in Lexer(source).tokenize():
        name = token.contents.split()[0] if token.token_type == TokenType.BLOCK and token.contents else ""
        if inside:
            inside = "" if name == f"end{inside}" else inside
            if token.token_type == TokenType.TEXT:
                yield Token(TokenType.TEXT, "\n" * token.contents.count("\n"), lineno=token.lineno)
        elif name in ("blocktranslate", "comment"):
            inside = name
            yield token
        else:
            yield token


def blank_token(token: Token) -> str:
    """Return a text as it is, and a tag as nothing but its line breaks."""
    return token.contents if token.token_type == TokenType.TEXT else "\n" * token.contents.count("\n")


LITERAL = re.compile(r"""(?P<before>[\w-]+=|default(?:_if_none)?:|yesno:)(?P<quote>["'])(?P<text>.*?)(?P=quote)""")
NO_TEXT = {"class", "help", "mark", "name", "id", "template", "icon", "kind", "unit_id", "colour", "page", "href"}


def find_literals(token: Token) -> Iterator[str]:
    """Yield the literals of a tag that a page shows."""
    if token.token_type not in (TokenType.BLOCK, TokenType.VAR) or token.contents.startswith(
        ("translate", "url", "if ", "elif ")
    ):
        return
    for match in LITERAL.finditer(token.contents):
        text = match["text"]
        looks_shown = text[:1].isupper() or " " in text.strip() or match["before"][:-1] in TEXT_ARGUMENTS
        if is_text(text) and looks_shown and match["before"][:-1] not in NO_TEXT:
            yield text


def check_module(path: Path) -> Iterator[Fault]:
    """Find texts to show that a module gives to calls as they are."""
    for node in ast.walk(ast.parse(path.read_text())):
        if not isinstance(node, ast.Call):
            continue
        for keyword in node.keywords:
            value = keyword.value
            parts = value.values if isinstance(value, ast.JoinedStr) else [value]
            texts = [part.value for part in parts if isinstance(part, ast.Constant) and isinstance(part.value, str)]
            if keyword.arg in TEXT_ARGUMENTS and any(map(is_text, texts)):
                yield Fault(name_path(path), node.lineno, f"not translated: {ast.unparse(value)}")


def check_sources() -> Iterator[Fault]:
    """Find texts of pages that do not go through gettext."""
    for path in list_files(("web/templates/**/*.html", "web/*.py")):
        if not str(path).endswith(TEST_BUILDS):
            yield from check_template(path) if path.suffix == ".html" else check_module(path)


def write_catalogues() -> None:
    """Add what the catalogues lack, with an empty translation, delete what no page has, and compile."""
    from hatch_build import compile_catalogues

    for domain in list_domains():
        for language, has_texts in list_languages().items():
            path = find_catalogue(language, domain)
            write_catalogue(find_needed(domain, has_texts), read_catalogue(language, domain), path)
    compile_catalogues(ROOT)


def write_catalogue(needed: Catalog, catalogue: Catalog, path: Path) -> None:
    """Write what a catalogue must have, with the translations that there are."""
    language = path.parents[1].name
    written = Catalog(locale=language, project="Grilse", charset="utf-8")
    for message in needed:
        if message.id:
            known = catalogue.get(message.id, context=message.context)
            locations = sorted({(name, None) for name, _line in message.locations})
            written.add(message.id, known.string if known else "", context=message.context, locations=locations)
    path.parent.mkdir(parents=True, exist_ok=True)
    text = io.BytesIO()
    write_po(text, written, width=120, sort_output=True, omit_header=True, include_lineno=False)
    header = HEADER.format(language=language)
    path.write_text(header + text.getvalue().decode(), encoding="utf-8")


HEADER = """msgid ""
msgstr ""
"Language: {language}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

"""


def main() -> int:
    """Report every fault; with `--write` renew the catalogues first."""
    if not settings.configured:
        settings.configure(USE_I18N=False)
    if "--write" in sys.argv[1:]:
        write_catalogues()
    faults = sorted({*check_catalogues(), *check_sources()})
    sys.stdout.writelines(f"{fault}\n" for fault in faults)
    return int(bool(faults))


if __name__ == "__main__":
    sys.exit(main())
