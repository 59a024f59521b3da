"""The documentation says what there is, and its links lead somewhere."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from grilse.cli import app

ROOT = Path(__file__).parents[3]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("benchmarks/**/*.md")])
COMMANDS = (ROOT / "docs/reference/commands.md").read_text()


def iter_commands(command: Any, *path: str) -> Iterator[tuple[str, Any]]:
    """Yield every command with its words."""
    for name, inner in getattr(command, "commands", {}).items():
        yield from iter_commands(inner, *path, name)
    if not hasattr(command, "commands"):
        yield " ".join(path), command


ALL = dict(iter_commands(typer.main.get_command(app), "grilse"))


@pytest.mark.parametrize("words", ALL)
def test_a_command_is_documented_with_its_options(words):
    sections = re.split(r"^## `", COMMANDS, flags=re.MULTILINE)
    section = next((text for text in sections if re.match(rf"{words}[ `]", text)), "")

    assert section, f"docs/reference/commands.md has no section `{words}`"
    for parameter in ALL[words].params:
        for option in [*parameter.opts, *parameter.secondary_opts]:
            if option.startswith("-") and option != "--help":
                assert f"`{option}`" in section, f"{words} {option} is not documented"


@pytest.mark.parametrize("words", re.findall(r"^## `(grilse(?: [a-z-]+)+)", COMMANDS, flags=re.MULTILINE))
def test_a_documented_command_exists(words):
    assert words in ALL


def test_the_names_of_the_commands_are_those_promised():
    assert set(ALL) == {
        *(f"grilse db {verb}" for verb in ("start", "stop", "status", "url", "reset", "init", "adopt")),
        *(f"grilse {verb}" for verb in ("plan", "generate", "advance", "grow", "fingerprint", "import", "export")),
        *(f"grilse {verb}" for verb in ("check data", "truth", "states", "bench", "serve", "worker", "demo")),
        *(f"grilse check {verb}" for verb in ("access", "performance", "statistics", "indexes", "migrations")),
        *(f"grilse official {verb}" for verb in ("take-in", "list", "site")),
        *(f"grilse user {verb}" for verb in ("add", "list", "grant", "revoke", "password")),
        *(f"grilse key {verb}" for verb in ("add", "list", "revoke")),
        *(f"grilse {verb}" for verb in ("learn", "backtest", "project", "projections", "permissions", "inputs")),
    }


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_a_link_leads_somewhere(page):
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text()):
        assert (page.parent / target).exists(), f"{page.name} links to {target}"


def test_the_page_of_permissions_is_what_the_matrix_says():
    from typer.testing import CliRunner

    printed = CliRunner().invoke(app, ["permissions", "--markdown"]).stdout
    assert (ROOT / "docs/reference/permissions.md").read_text() == printed


def test_the_readme_opens_with_the_two_commands():
    text = (ROOT / "README.md").read_text()

    assert text.index("make run") < text.index("make test") < text.index("![") < text.index("**What it is for.**")


def test_the_page_of_inputs_is_what_the_interfaces_accept():
    from typer.testing import CliRunner

    printed = CliRunner().invoke(app, ["inputs", "--markdown"]).stdout
    assert (ROOT / "docs/reference/inputs.md").read_text() == printed
    assert "ignored" not in printed
