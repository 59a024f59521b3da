"""The home and its secrets."""

import threading

import pytest

from grilse import home
from grilse.errors import GrilseError


@pytest.fixture(autouse=True)
def named_home(tmp_path, monkeypatch):
    monkeypatch.setenv("GRILSE_HOME", str(tmp_path / "home"))


def test_the_home_is_in_the_current_folder_unless_it_is_named(tmp_path, monkeypatch):
    monkeypatch.delenv("GRILSE_HOME")
    monkeypatch.chdir(tmp_path)

    assert home.find_home() == tmp_path / ".grilse"


def test_a_secret_lasts_and_only_its_owner_reads_it(tmp_path):
    first = home.read_secret("key")
    file = tmp_path / "home" / "secrets" / "key"

    assert home.read_secret("key") == first
    assert len(first) >= 32
    assert home.read_secret("another") != first
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700


def test_all_who_ask_for_a_new_secret_at_once_get_the_same():
    got: list[str] = []
    asking = [threading.Thread(target=lambda: got.append(home.read_secret("key"))) for _ in range(8)]
    for thread in asking:
        thread.start()
    for thread in asking:
        thread.join()

    assert len(got) == 8
    assert len(set(got)) == 1


def test_a_home_that_cannot_be_made_is_refused_by_name(tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    monkeypatch.setenv("GRILSE_HOME", str(tmp_path / "file" / "home"))

    with pytest.raises(GrilseError, match=r"GRILSE_HOME cannot be used: .*file/home: Not a directory"):
        home.read_secret("key")


def test_an_empty_secret_is_refused_with_the_remedy(tmp_path, monkeypatch):
    monkeypatch.setenv("GRILSE_HOME", str(tmp_path))
    path = tmp_path / "secrets" / "cluster_token"
    assert home.read_secret("cluster_token")
    path.write_text("\n")

    with pytest.raises(GrilseError, match="cluster_token is empty: restore it from a backup, or delete it"):
        home.read_secret("cluster_token")
