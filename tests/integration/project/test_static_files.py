"""Static files: compressed, joined, and kept by browsers for a year."""

import re

import pytest
from django.test import Client

YEAR = "max-age=315360000, public, immutable"
MAX_PAGE_BYTES = 150_000


@pytest.fixture
def client(database):
    return Client(SERVER_NAME="localhost")


def list_addresses(page):
    return re.findall(r'(?:href|src)="(/static/[^"]+)"', page)


def fetch(client, address):
    answer = client.get(address, headers={"Accept-Encoding": "gzip"})
    return answer, b"".join(answer.streaming_content)


def test_a_file_is_kept_for_good_under_the_version_of_all_files(client):
    from grilse.project.static_files import compute_version

    addresses = list_addresses(client.get("/login/").content.decode())
    assert len(addresses) >= 4
    for address in addresses:
        assert address.startswith(f"/static/{compute_version()}/")
        answer, _ = fetch(client, address)
        assert answer.status_code == 200
        assert answer["Cache-Control"] == YEAR


def test_style_sheets_are_one_compressed_file(client):
    [address] = [name for name in list_addresses(client.get("/login/").content.decode()) if name.endswith("app.css")]
    answer, content = fetch(client, address)
    assert answer["Content-Encoding"] == "gzip"
    assert len(content) < 10_000
    plain = b"".join(client.get(address).streaming_content).decode()
    assert "@import" not in plain
    for component in ("--paper:", ".main-nav", ".stepper", ".toast"):
        assert component in plain


def test_a_change_of_a_file_changes_every_address(client, tmp_path, monkeypatch):
    from grilse.project import static_files

    before = static_files.compute_version()
    changed = tmp_path / "app.css"
    changed.write_text("body { color: red }")
    files = static_files._find_files() | {"grilse/app.css": changed}
    monkeypatch.setattr(static_files, "_find_files", lambda: files)
    static_files.compute_version.cache_clear()
    try:
        assert static_files.compute_version() != before
    finally:
        static_files.compute_version.cache_clear()


def test_a_file_of_an_earlier_version_is_still_served(client):
    from pathlib import Path

    from django.conf import settings

    earlier = Path(settings.STATIC_ROOT) / "000000000000"
    earlier.mkdir(exist_ok=True)
    (earlier / "old.css").write_text("old")
    answer = client.get("/static/000000000000/old.css")
    assert b"".join(answer.streaming_content) == b"old"


def test_the_login_page_weighs_little(client):
    page = client.get("/login/", headers={"Accept-Encoding": "gzip"})
    files = [len(fetch(client, address)[1]) for address in list_addresses(client.get("/login/").content.decode())]
    assert len(page.content) + sum(files) < MAX_PAGE_BYTES
