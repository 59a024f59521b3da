"""Logged-in pages of the company with people, each watched for what goes wrong in it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from tests.browser.conftest import PASSWORD

WIDE = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}
# Chromium writes each refusal of a form into the console; the page shows it as it should.
REFUSED = "status of 422"


@contextmanager
def open_page(browser: Any, served: str, cookies: dict[str, Any], **how: Any) -> Iterator[Any]:
    """Open a page of a login; an error in it, or anything that it fetches elsewhere, fails the test."""
    context = browser.new_context(base_url=served, storage_state=cookies, **{"viewport": WIDE, **how})
    context.set_default_timeout(10_000)
    page, wrong = context.new_page(), []

    def record_console_error(message: Any) -> None:
        if message.type == "error" and REFUSED not in message.text:
            wrong.append(message.text)

    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", record_console_error)
    page.on("request", lambda request: None if request.url.startswith((served, "data:")) else wrong.append(request.url))
    yield page
    context.close()
    assert wrong == []


def create_login_helper(browser: Any, served: str) -> Callable[[str], dict[str, Any]]:
    """Return what logs somebody in, once, and tells their cookies."""
    cookies_by_name: dict[str, dict[str, Any]] = {}

    def log_in(name: str) -> dict[str, Any]:
        if name not in cookies_by_name:
            context = browser.new_context(base_url=served)
            page = context.new_page()
            page.goto("/login/?next=/journal/")
            page.fill("#id_username", name)
            page.fill("#id_password", PASSWORD)
            page.click("button.primary")
            page.wait_for_url("**/journal/")
            cookies_by_name[name] = context.storage_state()
            context.close()
        return cookies_by_name[name]

    return log_in


def is_within_screen(page: Any) -> bool:
    """Tell whether nothing of a page lies beside the screen."""
    return page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
