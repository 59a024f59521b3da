"""What the repository promises to whoever installs it."""

import json
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LOCKS = ("requirements.lock", "requirements-test.lock")
NAMES = re.compile(r"""["'](GRILSE_[A-Z_]+|DATABASE_URL)["']""")


@pytest.mark.parametrize("name", [*LOCKS, "package-lock.json", "pyproject.toml", "Makefile"])
def test_no_file_that_installs_names_the_address_of_a_registry(name):
    assert not re.search(r"https?://|file:|--index-url|--find-links|resolved", (ROOT / name).read_text())


@pytest.mark.parametrize("name", LOCKS)
def test_every_locked_package_has_its_hash(name):
    entries = re.split(r"^(?=\w)", (ROOT / name).read_text(), flags=re.MULTILINE)
    packages = [entry for entry in entries if not entry.startswith("#")]

    assert len(packages) > 20
    assert [entry.split()[0] for entry in packages if "--hash=sha256:" not in entry] == []


def test_what_the_program_needs_is_locked_alike_for_running_and_testing():
    running, testing = ({*re.findall(r"^(\w\S+==\S+)", (ROOT / name).read_text(), re.MULTILINE)} for name in LOCKS)

    assert running <= testing


def test_numpy_is_pinned_to_one_version():
    dependencies = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]

    assert any(entry.startswith("numpy==") for entry in dependencies)


def test_the_browser_packages_in_place_are_the_locked_ones():
    lock = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    for package, file, word in (("idb", "index.js", "openDB"), ("uplot", "uPlot.iife.min.js", "uPlot")):
        folder = ROOT / "src/grilse/web/static/grilse" / package

        assert (folder / "VERSION").read_text() == lock[f"node_modules/{package}"]["version"]
        assert word in (folder / file).read_text()


def test_every_environment_variable_is_documented():
    used = {name for file in (ROOT / "src").rglob("*.py") for name in NAMES.findall(file.read_text())}
    documented = (ROOT / "docs/reference/environment-variables.md").read_text()

    assert {name for name in used if f"`{name}`" not in documented} == set()
