"""Homes of their own for these tests, and their clusters ended afterwards."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from tests.volatile_cluster import ensure_volatile_cluster

from grilse.postgres import cluster_location, embedded_cluster
from grilse.postgres.cluster_location import ClusterLocation
from grilse.postgres.embedded_cluster import Cluster


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    """Name a home that is not there yet; pytest's folder is one that only this user can enter."""
    with use_home(tmp_path / "home") as folder:
        yield folder


@pytest.fixture
def stopped(home: Path, data_folder: Path) -> ClusterLocation:
    """The location of a cluster of the home that was made, started once and stopped."""
    return place_cluster(data_folder)


@pytest.fixture(scope="session")
def data_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of a stopped cluster, to copy: to make one takes a second."""
    folder = tmp_path_factory.mktemp("made")
    with use_home(folder / "home"):
        ensure_volatile_cluster()
        embedded_cluster.stop_cluster()
        location = cluster_location.choose_location()
        subprocess.run(["cp", "--archive", location.data_folder, folder / "data"], check=True)
    return folder / "data"


def place_cluster(data_folder: Path) -> ClusterLocation:
    """Copy a data folder, with the owner and mode of each file, to where the home has its cluster."""
    location = cluster_location.choose_location()
    location.make_folders()
    subprocess.run(["cp", "--archive", data_folder, location.data_folder], check=True)
    return location


@pytest.fixture(scope="module")
def cluster(data_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """Share a running cluster, with one row to keep, among tests that leave it as they found it."""
    with use_home(tmp_path_factory.mktemp("shared") / "home"):
        place_cluster(data_folder)
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
