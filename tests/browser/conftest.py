"""A served company, and Debian's Chromium to look at it."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
PASSWORD = "a-password-for-the-browser"
PATIENCE = 180


@pytest.fixture(scope="session", autouse=True)
def chromium() -> str:
    """Path of Chromium; without it nothing here can be looked at."""
    if os.access(CHROMIUM, os.X_OK):
        return CHROMIUM
    reason = "NO CHROMIUM: the growth page was not looked at; on Debian `apt-get install chromium`"
    if os.environ.get("CI"):
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


@pytest.fixture(scope="module")
def served_company(database: str) -> object:
    """What the server shows: the example batches, where a module does not write something else."""
    return write_company()


@pytest.fixture(scope="module")
def served(chromium: str, served_company: object, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a server that shows what is written, and ends with the tests."""
    with run_server(tmp_path_factory.mktemp("server") / "log") as address:
        yield address


@pytest.fixture(scope="module")
def browser(served: str, chromium: str) -> Iterator[object]:
    """Chromium without a window; Django refuses to write once its loop runs, so the company comes first."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield launched
        launched.close()


@pytest.fixture(scope="module")
def session(browser: object, served: str) -> dict[str, object]:
    """The cookies of a login by the form, which leads to the page that was asked for."""
    context = browser.new_context(base_url=served)
    page = context.new_page()
    page.goto("/batches/B-1/")
    page.fill("#id_username", "demo")
    page.fill("#id_password", PASSWORD)
    page.click("button.primary")
    page.wait_for_url("**/batches/B-1/")
    cookies = context.storage_state()
    context.close()
    return cookies


@pytest.fixture
def page(browser: object, served: str, session: dict[str, object]) -> Iterator[object]:
    """The growth page of a logged-in browser; what goes wrong in its scripts fails the test."""
    context = browser.new_context(viewport={"width": 1280, "height": 1000}, base_url=served, storage_state=session)
    page = context.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    page.goto("/batches/B-1/")
    yield page
    context.close()
    assert wrong == []


def write_company() -> None:
    """Write a company with a batch that is estimated, one that is not, and one without a plan, to change."""
    from tests.example_batch import write_example

    from grilse.access.memberships import ensure_demo_login
    from grilse.access.models import Company
    from grilse.access.tenancy import tenant_transaction
    from grilse.growth.default_models import ensure_default_models

    company = Company.objects.using("owner").create(name="Northern Salmon")
    write_example(company, number="B-1")
    write_example(company, number="B-2", sea_days=30, states=False)
    write_example(company, number="B-3", sea_days=120, planned_sea_days=None)
    with tenant_transaction(company.pk):
        ensure_default_models(company.pk)
    ensure_demo_login(company.pk, PASSWORD)


@contextmanager
def run_server(log: Path) -> Iterator[str]:
    """Serve the database on a free port of the loopback address, and end the server afterwards."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{free.getsockname()[1]}"
    port = address.rpartition(":")[2]
    with log.open("wb") as output:
        command = [sys.executable, "-c", "from grilse.cli import main; main()", "serve", "--port", port]
        server = subprocess.Popen(command, stdout=output, stderr=output)
    try:
        wait_for_server(f"{address}/login/", server, log)
        yield address
    finally:
        server.send_signal(signal.SIGINT)
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def wait_for_server(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    """Wait until the server answers."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if server.poll() is not None:
            pytest.fail(f"the server ended with code {server.returncode}: {log.read_text()}")
        try:
            urllib.request.urlopen(address, timeout=5).close()
            return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.2)
    pytest.fail(f"{address} did not answer within {PATIENCE} s")
