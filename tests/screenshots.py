"""Take screenshots of every page in wide and phone size, light and dark: `make screenshots`.

The server of the installation shows its own database to the demo login. The pages are those that links lead to from
the first page, one of each kind.
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tests.browser.conftest import CHROMIUM, FLAGS, run_server

from grilse.home import read_secret

FOLDER = Path(__file__).parents[1] / "screenshots"
SIZES = ((1280, 900), (400, 860))
SCHEMES = ("light", "dark")
SKIPPED = ("/logout/", "/admin/", "/static/", "/api/", "/language/")
SETTLED_MS = 1500  # until charts are drawn


def main() -> int:
    """Save the screenshots into the folder, and print how many."""
    from playwright.sync_api import sync_playwright

    FOLDER.mkdir(exist_ok=True)
    with run_server(FOLDER / "server.log") as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        pages = _save_screenshots(browser, address)
        browser.close()
    sys.stdout.write(f"{pages} pages, {pages * len(SIZES) * len(SCHEMES)} screenshots in {FOLDER}\n")
    return 0


def _save_screenshots(browser: Any, address: str) -> int:
    """Return the number of pages."""
    login = browser.new_context(base_url=address)
    page = login.new_page()
    page.goto("/login/")
    page.fill("#id_username", "demo")
    page.fill("#id_password", read_secret("demo_password"))
    page.click("button.primary")
    page.wait_for_url(lambda url: "/login/" not in url)
    pages = dict(_find_pages(page))
    for width, height in SIZES:
        for scheme in SCHEMES:
            context = browser.new_context(
                base_url=address,
                viewport={"width": width, "height": height},
                color_scheme=scheme,
                storage_state=login.storage_state(),
            )
            for name, path in pages.items():
                shown = context.new_page()
                shown.goto(path)
                shown.wait_for_timeout(SETTLED_MS)
                shown.screenshot(path=FOLDER / f"{name}-{width}-{scheme}.png")
                shown.close()
            context.close()
    return len(pages)


def _find_pages(page: Any) -> Iterator[tuple[str, str]]:
    """Yield the name and the first address of each kind of page."""
    waiting, known = ["/"], set()
    while waiting:
        path = waiting.pop(0)
        name = _name_page(path)
        if name in known or path.startswith(SKIPPED):
            continue
        known.add(name)
        response = page.goto(path)
        if response.ok and "text/html" in response.headers.get("content-type", ""):
            yield name, path
            page.wait_for_timeout(SETTLED_MS)  # scripts add links
            here = urlsplit(page.url).netloc
            links = map(urlsplit, page.eval_on_selector_all("a[href]", "links => links.map((link) => link.href)"))
            waiting += [link.path for link in links if link.netloc == here]


def _name_page(path: str) -> str:
    """Return the name of a kind of page: the words of its address, without numbers of objects."""
    parts = [part for part in path.split("/") if part]
    words = [part for part in parts if not any(sign.isdigit() for sign in part)]
    return "-".join(words + (["one"] if words != parts else [])) or "today"


if __name__ == "__main__":
    sys.exit(main())
