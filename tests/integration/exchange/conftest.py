"""Packages unpacked, and imports that are rolled back with the test."""

from collections.abc import Callable
from pathlib import Path

import pytest
from psycopg import Connection
from tests.package_files import unpack_package


@pytest.fixture(scope="session")
def package(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Where a package under tests/packages lies unpacked, by its name."""
    folder = tmp_path_factory.mktemp("packages")
    return lambda name: folder / name if (folder / name).exists() else unpack_package(name, folder)


@pytest.fixture
def rolled_back_connection(owner: Connection) -> Connection:
    """The owner's connection within a transaction, so that what is imported goes with the test."""
    owner.execute("SELECT 1")
    return owner
