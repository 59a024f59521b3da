"""Homes of their own for these tests, and their clusters ended afterwards."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from grilse.postgres import embedded_cluster
from grilse.postgres.embedded_cluster import Cluster


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    """Name a home that is not there yet; pytest's folder is one that only this user can enter."""
    with use_home(tmp_path / "home") as folder:
        yield folder


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """Share a running cluster, with one row to keep, among tests that leave it as they found it."""
    with use_home(tmp_path_factory.mktemp("shared") / "home"):
        cluster = embedded_cluster.ensure_cluster()
        with psycopg.connect(cluster.owner_url) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 1 AS n")
        yield cluster


@contextmanager
def use_home(folder: Path) -> Iterator[Path]:
    """Use a home for a while, with no other database named."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GRILSE_HOME", str(folder))
        patch.delenv("DATABASE_URL", raising=False)
        patch.delenv("GRILSE_APP_URL", raising=False)
        yield folder
        embedded_cluster.delete_cluster()
