"""Static files: joined and compressed once per version, and served from addresses that browsers keep for a year."""

import os
import re
import shutil
import tempfile
from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import StaticFilesStorage
from whitenoise.compress import Compressor
from whitenoise.middleware import WhiteNoiseMiddleware

from grilse.home import make_folder, report_home_errors

EARLIER_VERSIONS = 2
"""Earlier versions that are served to pages that were opened before an update."""
OWN_FILES = "grilse/"
IMPORT = re.compile(r'^@import "([^"]+)";\n?', re.MULTILINE)


class VersionedStorage(StaticFilesStorage):
    """Names static files by the version of all of them, so that relative addresses within them hold."""

    def url(self, name: str | None) -> str:
        """Return the address of a file."""
        return super().url(f"{compute_version()}/{name}")


class StaticFilesMiddleware(WhiteNoiseMiddleware):
    """Serves the static files of this version, and of those before it."""

    def __init__(self, get_response: Any = None) -> None:
        prepare_static_files()
        super().__init__(get_response)

    def immutable_file_test(self, path: str, url: str) -> bool:
        """Tell whether a browser may keep a file for good: each version has addresses of its own."""
        return True


@cache
def compute_version() -> str:
    """Return the digest of the static files of every app."""
    digest = sha256()
    for name, path in sorted(_find_files().items()):
        digest.update(f"{name}\0".encode() + path.read_bytes())
    return digest.hexdigest()[:12]


def prepare_static_files() -> None:
    """Write the files of this version to the home, with a compressed copy of each, unless they are there."""
    root = make_folder(Path(settings.STATIC_ROOT).name)
    version = root / compute_version()
    if version.exists():
        return
    with report_home_errors(root):
        draft = Path(tempfile.mkdtemp(dir=root, prefix=".draft-"))
        _write_files(draft, _find_files())
        try:
            draft.rename(version)
        except OSError:  # another process was first
            shutil.rmtree(draft)
        _remove_earlier_versions(root, version)


def _find_files() -> dict[str, Path]:
    """Return the static files of the installed apps by name; of a name the first."""
    files: dict[str, Path] = {}
    for finder in finders.get_finders():
        for name, storage in finder.list(None):
            files.setdefault(name.replace(os.sep, "/"), Path(storage.path(name)))
    return files


def _write_files(folder: Path, files: Mapping[str, Path]) -> None:
    compressor = Compressor(quiet=True)
    for name, source in files.items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if name.startswith(OWN_FILES) and name.endswith(".css"):
            target.write_text(_join_imports(name, files), encoding="utf-8")
        else:
            shutil.copyfile(source, target)
        if compressor.should_compress(name):
            compressor.compress(str(target))


def _join_imports(name: str, files: Mapping[str, Path]) -> str:
    """Return a style sheet with the style sheets that it imports."""
    folder = PurePosixPath(name).parent
    text = files[name].read_text(encoding="utf-8")
    return IMPORT.sub(lambda match: _join_imports(f"{folder / match[1]}", files), text)


def _remove_earlier_versions(root: Path, version: Path) -> None:
    earlier = sorted((path for path in root.iterdir() if path != version), key=lambda path: path.stat().st_mtime)
    for path in earlier[:-EARLIER_VERSIONS]:
        shutil.rmtree(path, ignore_errors=True)
