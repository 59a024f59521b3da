"""Phones with a browser of their own, a line that can be cut, and a server that can be killed."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.browser.conftest import FLAGS, PASSWORD, wait_for_server

PHONE = {"width": 400, "height": 800}
PATIENCE_MS = 30_000
SOURCE = Path(__file__).parents[2] / "src"


class KillableServer:
    """The product behind a line that passes on what it says, or not."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.server = folder, None
        self.port, self.listener = _find_free_port(), socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        self.kills_after = ""
        """The beginning of the next request whose answer nobody gets, because the server is killed."""
        self._dropped: socket.socket | None = None
        self._answered = threading.Event()
        threading.Thread(target=self._accept, daemon=True).start()

    def start(self, source: Path | None = None) -> None:
        """Start the server, of this version or of another source, and wait until it answers."""
        command = [sys.executable, "-c", "from grilse.cli import main; main()", "serve", "--port", str(self.port)]
        log = self.folder / "log"
        with log.open("ab") as log_file:
            self.server = subprocess.Popen(
                command,
                stdout=log_file,
                stderr=log_file,
                start_new_session=True,
                env={**os.environ, "PYTHONPATH": str(source or SOURCE)},
            )
        wait_for_server(f"http://127.0.0.1:{self.port}/login/", self.server, log)

    def kill(self) -> None:
        """Kill the server and its workers, as a machine that loses its power does."""
        assert self.server is not None
        os.killpg(self.server.pid, signal.SIGKILL)
        self.server.wait()

    def _accept(self) -> None:
        while True:
            browser, _ = self.listener.accept()
            threading.Thread(target=self._serve, args=(browser,), daemon=True).start()

    def _serve(self, browser: socket.socket) -> None:
        """Pass on a connection; of a request that the server is killed after, the answer is dropped."""
        try:
            with browser, socket.create_connection(("127.0.0.1", self.port), timeout=60) as server:
                threading.Thread(target=self._pass_on, args=(server, browser), daemon=True).start()
                while sent := browser.recv(65_536):
                    if self.kills_after and sent.startswith(self.kills_after.encode()):
                        self._dropped, self.kills_after = browser, ""
                    server.sendall(sent)
                    if self._dropped is browser:
                        assert self._answered.wait(60)
                        self.kill()
                        return
        except OSError:
            return  # either side went away

    def _pass_on(self, server: socket.socket, browser: socket.socket) -> None:
        try:
            while said := server.recv(65_536):
                if self._dropped is browser:
                    self._answered.set()
                    return
                browser.sendall(said)
            browser.shutdown(socket.SHUT_RDWR)
        except OSError:
            return


class Device:
    """A browser whose profile stays when it is closed."""

    def __init__(self, playwright: Any, chromium: str, folder: Path, address: str) -> None:
        self.playwright, self.chromium, self.folder, self.address = playwright, chromium, folder, address
        self.context: Any = None
        self.page: Any = None
        self.open()

    def open(self) -> None:
        """Start the browser."""
        self.context = self.playwright.chromium.launch_persistent_context(
            str(self.folder), executable_path=self.chromium, args=FLAGS, viewport=PHONE, has_touch=True,
            base_url=self.address,
        )  # fmt: skip
        self.context.set_default_timeout(PATIENCE_MS)
        self.page = self.context.pages[0]
        # The page asks before a log-out that leaves entries behind.
        self.page.on("dialog", self.accept_dialog)

    def accept_dialog(self, dialog: Any) -> None:
        """Answer a question of the page with yes."""
        dialog.accept()

    def close(self) -> None:
        """Close the browser."""
        self.context.close()

    def restart(self) -> None:
        """Close the browser, and open it again without a line if it had none."""
        self.close()
        self.open()

    def sign_in(self, name: str) -> None:
        """Sign in with the form, and open Enter."""
        self.page.goto("/login/?next=/enter/")
        self.page.fill("#id_username", name)
        self.page.fill("#id_password", PASSWORD)
        self.page.click("button.primary")
        self.page.wait_for_selector(".pen")

    def sign_out(self) -> None:
        """Sign out with the button of the page."""
        self.page.evaluate("document.querySelector('form[action=\"/logout/\"]').requestSubmit()")
        self.page.wait_for_url("**/login/**")

    def visit(self) -> None:
        """Open Enter, and wait until it shows the pens."""
        self.page.goto("/enter/")
        self.page.wait_for_selector(".pen")

    def wait_until_kept(self) -> None:
        """Wait until the browser has what it needs to open Enter without a line."""
        self.page.wait_for_function(KEPT)

    def tap_number(self, pen: int, count: int) -> None:
        """Enter dead fish of a pen by the keys of the page."""
        self.page.locator(".pen").nth(pen).click(position={"x": 20, "y": 12})
        for key in split_count(count):
            self.page.click(f'.keys button:text-is("{key}")')

    def save(self) -> None:
        """Save what was entered."""
        self.page.click("[data-send]")

    def record(self, pen: int, count: int) -> None:
        """Enter dead fish of a pen, and save them."""
        self.tap_number(pen, count)
        self.save()
        self.page.wait_for_selector(".pad [data-send]:disabled")

    def add_photo(self, color: str = "teal") -> None:
        """Choose a photo of one color, as the camera of a phone gives it."""
        data = self.page.evaluate(PAINT, color)
        with self.page.expect_file_chooser() as chooser:
            self.page.click("#photo-view .take")
        before = self.page.locator("#photo-view li").count()
        chooser.value.set_files({"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": bytes(data)})
        self.page.locator("#photo-view li").nth(before).wait_for()

    def open_form(self, kind: str, pen: str = "") -> None:
        """Open the form of a kind of record, and choose a pen."""
        self.page.click(f'#kinds a[href="#{kind}"]')
        self.page.wait_for_selector(".record-form")
        if pen:
            self.page.click(f'.choices button:text-is("{pen}")')

    def type_in(self, label: str, text: str) -> None:
        """Type into the field of a label."""
        self.page.get_by_label(label, exact=True).first.fill(text)

    def read_refusal(self, label: str) -> str:
        """Return the refusal at the field of a label."""
        return self.page.locator(f'.record-form .field:has(.label:text-is("{label}")) [data-refusal]').inner_text()

    def list_states(self) -> list[str]:
        """Return the states of the entries on the device, the newest first."""
        return self.page.eval_on_selector_all(".entry", "rows => rows.map(row => row.dataset.state)")

    def wait_for_states(self, *states: str) -> None:
        """Wait until the entries have states, the newest first."""
        self.page.wait_for_function(
            "states => [...document.querySelectorAll('.entry')].map(row => row.dataset.state).join() === states",
            arg=",".join(states),
        )


def split_count(count: int) -> list[int]:
    """Return the keys of the pad that enter a number below 120."""
    keys = [] if count < 20 else [count - count % 10 if count < 100 else 100]
    return [*keys, count - sum(keys)]


def wait_until(is_true: Callable[[], bool], what: str, seconds: float = 60) -> None:
    """Wait until something is true."""
    end = time.monotonic() + seconds
    while not is_true():
        assert time.monotonic() < end, what
        time.sleep(0.1)


def _find_free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


PAINT = """async color => {
  const canvas = Object.assign(document.createElement('canvas'), { width: 3000, height: 2000 });
  const context = canvas.getContext('2d');
  context.fillStyle = color;
  context.fillRect(0, 0, canvas.width, canvas.height);
  const blob = await new Promise(resolve => canvas.toBlob(resolve, 'image/jpeg'));
  return [...new Uint8Array(await blob.arrayBuffer())];
}"""
KEPT = """async () => {
  const names = (await caches.keys()).filter(name => name.startsWith('grilse-shell-'));
  return navigator.serviceWorker.controller && names.length && await caches.match('/enter/');
}"""
