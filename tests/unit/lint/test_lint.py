from dataclasses import asdict
from itertools import pairwise
from pathlib import Path

import pytest
from lint.circles import find_circle, read_imports
from lint.names import Figures, find_excesses, measure
from lint.prose import Text, find_words, load_words, read_module, read_page, read_template
from lint.repeats import find_repeats, read_lines

LIMITS = {"one_word": 0.3, "repeated_classes": 0.1, "ruled_out": 0, "lines": 100, "files": 3, "migration_lines": 10}
LOOP = """
def sum_{name}(rows):
    total = 0
    for {name} in rows:
        if {name}.count is None:
            continue
        total += {name}.count
        if total > 100:
            raise ValueError(total)
    average = total / len(rows)
    low, high = min(rows), max(rows)
    spread = high - low
    while spread > average:
        spread = spread / 2
    return total, average, spread
"""


def write_modules(folder: Path, **modules: str) -> Path:
    for name, text in modules.items():
        (folder / f"{name}.py").write_text(text)
    return folder


def test_a_package_within_the_limits_has_no_excess(tmp_path):
    figures = measure(write_modules(tmp_path, pens="class Pen:\n    def count_fish(self):\n        return 1\n"))

    assert find_excesses(figures, LIMITS) == []
    assert figures == Figures(one_word=0, repeated_classes=0, ruled_out=0, lines=3, files=1, migration_lines=0)


@pytest.mark.parametrize(
    ("figure", "modules"),
    [
        ("one_word", {"pens": "def count():\n    return 1\n"}),
        ("repeated_classes", {"pens": "class Row:\n    pass\n", "cages": "class Row:\n    pass\n"}),
        ("ruled_out", {"pens": "def count_fish(told):\n    return told\n"}),
        ("ruled_out", {"pens": "kept = 1\n"}),
        ("lines", {"pens": "fish = 1\n" * 101}),
        ("files", dict.fromkeys("abcd", "")),
    ],
)
def test_a_planted_excess_is_found(tmp_path, figure, modules):
    excesses = find_excesses(measure(write_modules(tmp_path, **modules)), LIMITS)

    assert [line.split()[0] for line in excesses] == [figure]


def test_lines_of_migrations_are_counted_by_themselves(tmp_path):
    folder = tmp_path / "migrations"
    folder.mkdir()
    write_modules(folder, tables="fish = 1\n" * 11)

    assert asdict(measure(tmp_path))["migration_lines"] == 11
    assert find_excesses(measure(tmp_path), LIMITS) == ["migration_lines is 11, the limit is 10"]


def find_repeated_code(folder: Path, **modules: str) -> list[str]:
    write_modules(folder, **modules)
    return [str(repeat) for repeat in find_repeats([read_lines(folder / f"{name}.py", folder) for name in modules])]


def test_code_that_is_repeated_is_found_also_under_other_names(tmp_path):
    same = find_repeated_code(tmp_path, pens=LOOP.format(name="pen"), tanks=LOOP.format(name="tank"))

    assert same == ["pens.py:2 and tanks.py:2 share 13 lines"]


def test_short_repeats_and_data_are_no_repeats(tmp_path):
    rows = "ROWS = [\n" + '    "text",\n' * 40 + "]\n"
    fields = "class Pen:\n" + "".join(f"    field_{number}: int\n" for number in range(40))

    assert find_repeated_code(tmp_path, pens=LOOP.format(name="pen")[:150], tanks=LOOP.format(name="tank")[:150]) == []
    assert find_repeated_code(tmp_path, pens=rows, tanks=rows) == []
    assert find_repeated_code(tmp_path, pens=fields, tanks=fields) == []


def test_a_ruled_out_word_is_named_with_file_line_and_remedy():
    page = Path(__file__).parents[3] / "docs" / "page.md"
    texts = [Text(path=page, line=1, text="A pen is fed.\nIt is told at every door.")]

    assert list(find_words(texts, load_words())) == [
        "docs/page.md:2: 'told': write who does what: reports, returns, shows, says (or the noun: payload, message)",
        "docs/page.md:2: 'door': write interface",
    ]


def test_code_spans_blocks_and_tags_are_no_prose(tmp_path):
    page, template = tmp_path / "page.md", tmp_path / "page.html"
    page.write_text("Run `door told`:\n\n```\ntold\n```\n")
    template.write_text("{% if told %}<p class=room>Fish</p>{% endif %}")

    for texts in (read_page(page), read_template(template)):
        assert list(find_words(texts, load_words())) == []


def test_comments_docstrings_and_messages_of_a_module_are_prose(tmp_path):
    write_modules(
        tmp_path,
        pens='"""What the door says."""\n# told\nSQL = "SELECT told FROM room"\nraise ValueError("a room is full")',
    )

    words = [
        word.pattern.search(text.text)[0]
        for text in read_module(tmp_path / "pens.py")
        for word in load_words()
        if word.pattern.search(text.text)
    ]
    assert sorted(words) == ["door", "room", "told"]


def test_modules_that_import_each_other_are_named_in_their_order(tmp_path, monkeypatch):
    package = tmp_path / "farmland"
    package.mkdir()
    write_modules(package, __init__="", pens="import farmland.feed", feed="from farmland import lots", lots="")
    monkeypatch.syspath_prepend(tmp_path)

    assert find_circle(read_imports("farmland")) == []

    (package / "lots.py").write_text("def find_pens():\n    from farmland import pens\n")
    circle = find_circle(read_imports("farmland"))
    assert circle[0] == circle[-1]
    assert set(circle) == {"farmland.pens", "farmland.feed", "farmland.lots"}
    assert all(after in read_imports("farmland")[before] for before, after in pairwise(circle))
