"""Which PostgreSQL is taken when there are several, and what is said when there is none."""

from pathlib import Path

import pytest

from grilse.errors import GrilseError
from grilse.postgres import binaries


def write_postgres_program(folder: Path, version: str) -> Path:
    """Make a program that answers as PostgreSQL's does."""
    folder.mkdir(parents=True)
    program = folder / "postgres"
    program.write_text(f"#!/bin/sh\necho 'postgres (PostgreSQL) {version}'\n")
    program.chmod(0o755)
    return folder


def test_the_named_folder_comes_before_all_others(tmp_path, monkeypatch):
    monkeypatch.setenv("GRILSE_PG_BIN", str(write_postgres_program(tmp_path / "bin", "15.20 (Debian 15.20-0+deb12u1)")))

    programs = binaries.find_binaries()

    assert (programs.folder, programs.version, programs.major_version) == (tmp_path / "bin", "15.20", 15)


def test_the_wheel_is_taken_in_its_newest_version(monkeypatch):
    monkeypatch.delenv("GRILSE_PG_BIN", raising=False)

    assert binaries.find_binaries().major_version >= 18


def test_the_newest_of_debian_is_taken_when_there_is_no_wheel(tmp_path, monkeypatch):
    for major in ("9", "15", "17"):
        write_postgres_program(tmp_path / major / "bin", f"{major}.2")
    monkeypatch.delenv("GRILSE_PG_BIN", raising=False)
    monkeypatch.setattr(binaries, "WHEEL", "no_such_wheel")
    monkeypatch.setattr(binaries, "DEBIAN", tmp_path)

    assert binaries.find_binaries().folder == tmp_path / "17" / "bin"


def test_too_old_a_server_is_as_good_as_none(tmp_path, monkeypatch):
    monkeypatch.delenv("GRILSE_PG_BIN", raising=False)
    monkeypatch.setattr(binaries, "WHEEL", "no_such_wheel")
    monkeypatch.setattr(binaries, "DEBIAN", tmp_path / "none")
    folder = write_postgres_program(tmp_path / "bin", "12.1")
    (folder / "initdb").symlink_to(folder / "postgres")
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")

    with pytest.raises(GrilseError, match="no PostgreSQL 15 or newer found"):
        binaries.find_binaries()


def test_a_named_folder_without_a_server_is_refused_by_name(tmp_path, monkeypatch):
    monkeypatch.setenv("GRILSE_PG_BIN", str(tmp_path))

    with pytest.raises(GrilseError, match=str(tmp_path)):
        binaries.find_binaries()
