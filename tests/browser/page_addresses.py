"""An address of every page, for checks that hold for all of them: a new page needs one here."""

from collections.abc import Callable, Mapping
from typing import Any

from django.urls import URLPattern, reverse

from grilse.web import account_urls, urls

# What an address answers with that is no page: an answer to a form, a part of a page, or a file.
FORMS = {
    "language", "company-choose", "scope-choose", "account_logout", "ticket-open", "ticket-open-assigned",
    "ticket-comment", "ticket-work-step", "ticket-reporter-step", "sample-exclude", "sample-include",
    "journal-remove", "journal-restore", "people-journey-review", "settings-login-grant", "settings-login-change",
    "settings-login-revoke", "settings-login-end", "settings-login-link", "finding-acknowledge", "finding-withdraw",
    "finding-assign", "finding-reassign", "finding-ticket", "components-send", "components-undo",
}  # fmt: skip
PARTS = {"people-options", "ticket-containers", "samples", "site-events"}
FILES = {"live", "ready", "service-worker", "manifest", "ticket-file", "site-water"}
PUBLIC = (
    "account_login", "account_inactive", "account_reset_password", "account_reset_password_done",
    "account_reset_password_from_key", "account_reset_password_from_key_done",
)  # fmt: skip
"""Pages that are shown without a login."""
QUERIES = {"search": "?q=B-1"}


def list_page_names() -> set[str]:
    """Return the names of the pages, with those that only some settings have."""
    patterns = [*urls.urlpatterns, *account_urls.RESET, *account_urls.PAGES]
    names = {pattern.name for pattern in patterns if isinstance(pattern, URLPattern) and pattern.name}
    return {f"{name}" for name in names | {"components"}} - FORMS - PARTS - FILES


def build_addresses(arguments: Mapping[str, tuple[Any, ...]], build: Callable[..., str] = reverse) -> dict[str, str]:
    """Return the address of each page; one that needs arguments and has none here is an error."""
    fixed = {
        "components": "/settings/components/", "account_reset_password": "/password/reset/",
        "account_reset_password_done": "/password/reset/done/",
        "account_reset_password_from_key": "/password/reset/key/1-key/",
        "account_reset_password_from_key_done": "/password/reset/key/done/",
    }  # fmt: skip
    return {
        name: fixed.get(name) or build(name, args=arguments.get(name, ())) + QUERIES.get(name, "")
        for name in sorted(list_page_names())
    }
