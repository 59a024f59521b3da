"""A server for one proof is there at once, and gone with the block."""

from pathlib import Path

import psycopg
import pytest

from grilse.postgres.disposable_server import run_disposable_server


def test_it_answers_and_leaves_nothing():
    with run_disposable_server() as server:
        folder = server.data.parent
        with psycopg.connect(server.url) as connection:
            assert connection.execute("SHOW autovacuum").fetchone() == ("off",)

    assert not folder.exists()


def test_a_temporary_folder_too_deep_for_a_socket_is_left_alone(tmp_path, monkeypatch):
    deep = tmp_path / ("d" * 100)
    deep.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(deep))

    with run_disposable_server() as server, psycopg.connect(server.url):
        assert deep not in server.data.parents
    assert list(deep.iterdir()) == []


def test_a_proof_that_fails_leaves_nothing_either():
    folders: list[Path] = []

    def fail_with_server():
        with run_disposable_server() as server:
            folders.append(server.data.parent)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_with_server()
    assert not folders[0].exists()
